"""A model's digest is of the code that it runs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.training import code_digest

ROOT = Path(__file__).resolve().parents[3]
STUDENT = "models.outlook.nowcast_student"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the models, to be changed."""
    shutil.copytree(ROOT / "models", tmp_path / "models")
    monkeypatch.setattr(code_digest, "_HOUSE", tmp_path)
    yield tmp_path / "models"
    _forget()


def digest(module: str) -> str:
    _forget()
    return code_digest.code_digest(module)


def _forget() -> None:
    code_digest.code_digest.cache_clear()
    code_digest._imported.cache_clear()


@pytest.mark.parametrize(
    ("file", "counts"),
    [
        ("outlook/nowcast_student.py", True),
        ("outlook/student.py", True),
        ("forecasting/student_fit.py", True),  # imported inside a function
        ("forecasting/problem.py", True),
        ("walk_forward.py", True),
        ("outlook/lightgbm.py", False),
        ("outlook/new.py", False),
        ("evaluation/metrics.py", False),
    ],
)
def test_what_a_model_runs_counts_and_nothing_else(house: Path, file: str, counts: bool) -> None:
    before = digest(STUDENT)
    with (house / file).open("a", encoding="utf-8") as code:
        code.write("# changed\n")
    assert (digest(STUDENT) != before) is counts


def test_code_that_is_no_models_is_vouched_for_by_nothing() -> None:
    with pytest.raises(ValueError, match=r"elsewhere is no module of models/"):
        digest("elsewhere")
