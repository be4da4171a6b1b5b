"""Fixtures that several rooms share: the real files, and a small finished run of the pipeline."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from filelock import FileLock
from hypothesis import settings

from tools.small_project import STAGES, run_stages, short_params

MARKET = Path(__file__).resolve().parents[2] / "shared" / "market"
SLOW = {"finished_run", "empty_database", "scheduler", "real_features"}
"""Fixtures that take seconds: a test that asks for one of them is slow."""
LONG = ("slow", "browser", "chaos")
"""Marks of what `make quick` leaves out."""

# Else MLflow's clients in tests would leave connections that Python 3.13 tells of.
os.environ.setdefault("MLFLOW_SQLALCHEMYSTORE_POOLCLASS", "NullPool")

# By default hypothesis fails an example that takes 200 ms, as any may on a busy machine, and tries
# a hundred; each run draws other ones, so a fault that few of them show is met in a later run.
settings.register_profile("untimed", deadline=None, max_examples=25)
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow, and put its files first: the quick ones then fill up whichever worker."""
    for item in items:
        if SLOW & set(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
    slow = {item.path for item in items if any(map(item.get_closest_marker, LONG))}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def market_folder() -> Path:
    """The real market files, beside the project; skips where they are absent."""
    if not MARKET.is_dir():
        pytest.skip("the real market files are not here (expected in ../shared/market)")
    return MARKET


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Work in a folder, as the stages do."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], None]], Path]:
    """Make a folder once a session, in whichever worker asks first; all the others only read it.

    ``once(name, make)`` calls ``make`` in the empty folder.
    """
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent

    def made(name: str, make: Callable[[], None]) -> Path:
        folder, whole = place / name, place / f"{name}.whole"
        with FileLock(place / f"{name}.lock"):
            if not whole.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                with working_in(folder):
                    make()
                whole.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def finished_run(once: Callable[[str, Callable[[], None]], Path]) -> Path:
    """Folder with ``params.yaml``, what the stages up to the bundle leave, and a champion."""
    return once("run", _finish)


def _finish() -> None:
    # Only the tests that ask for a run wait for the trainers' libraries.
    from pipeline import params as settings  # noqa: PLC0415
    from pipeline.scoring.bundle import build_bundle  # noqa: PLC0415
    from pipeline.scoring.champion import deploy  # noqa: PLC0415
    from pipeline.storage import store  # noqa: PLC0415

    text = yaml.safe_dump(short_params(), sort_keys=False)
    Path("params.yaml").write_text(text, encoding="utf-8")
    run_stages(*STAGES[: STAGES.index("outlook") + 1])
    build_bundle(settings.load())
    deploy(store.MODEL, version=1)


@pytest.fixture
def run_folder(finished_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the finished run that a test may change, and is working in."""
    folder = tmp_path / "run"
    shutil.copytree(finished_run, folder)
    monkeypatch.chdir(folder)
    return folder
