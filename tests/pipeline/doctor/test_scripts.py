"""A script runs the code of its own project, or says why it does not."""

from pathlib import Path

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.doctor.scripts import check_place


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    folder = tmp_path / "copy" / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").touch()
    return folder


def test_a_script_of_a_copied_environment_is_refused(environment: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match=r"the code of /desk/original; run `make setup` in"
    ):
        check_place(environment / "bin" / "undertow", Path("/desk/original/.venv"))


def test_a_script_at_home_or_of_no_environment_runs(environment: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(environment)

    check_place(environment / "bin" / "undertow", link)
    check_place(tmp_path / "bin" / "undertow", Path("/desk/original/.venv"))
