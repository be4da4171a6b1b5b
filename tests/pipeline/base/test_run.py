"""The outermost handler: what a user can mend is one sentence."""

import errno

import pytest

from pipeline.base.errors import DataMissingError
from pipeline.base.run import stage


def ended(error: BaseException, capsys: pytest.CaptureFixture, caplog) -> tuple[object, list[str]]:
    def main() -> None:
        raise error

    with pytest.raises(SystemExit) as left:
        stage(main)
    return left.value.code, [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "free some space"),
        (errno.EACCES, "give this user the right"),
        (errno.EPERM, "give this user the right"),
        (errno.EROFS, "give this user the right"),
        (errno.EFBIG, "raise the limit"),
    ],
)
def test_a_disk_that_refuses_is_told_with_its_remedy(number, remedy, capsys, caplog) -> None:
    code, told = ended(OSError(number, "reason", "data/panel.parquet"), capsys, caplog)
    assert code == 2
    assert len(told) == 1
    assert told[0].startswith("undertow: data/panel.parquet cannot be used (")
    assert remedy in told[0]


def test_an_own_error_keeps_its_code(capsys, caplog) -> None:
    assert ended(DataMissingError("nothing there"), capsys, caplog) == (
        3,
        ["undertow: nothing there"],
    )


def test_an_interrupt_is_no_traceback(capsys, caplog) -> None:
    code, told = ended(KeyboardInterrupt(), capsys, caplog)
    assert code == 130
    assert told[0].startswith("undertow: interrupted")


def test_what_a_user_cannot_mend_keeps_its_traceback() -> None:
    def main() -> None:
        raise OSError(errno.EIO, "input/output error")

    with pytest.raises(OSError, match="input/output"):
        stage(main)
