"""What is refused before a run starts, in one sentence that says what to do."""

from pathlib import Path

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.doctor.machine import check_repository


def test_an_unpacked_archive_is_told_to_become_a_repository(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"is no git repository.*git init"):
        check_repository(tmp_path)


@pytest.mark.parametrize("worktree", [False, True])
def test_a_repository_passes_from_its_root_and_below(tmp_path: Path, *, worktree: bool) -> None:
    git = tmp_path / ".git"
    if worktree:
        git.write_text("gitdir: elsewhere")
    else:
        git.mkdir()
    (tmp_path / "below").mkdir()
    check_repository(tmp_path)
    check_repository(tmp_path / "below")
