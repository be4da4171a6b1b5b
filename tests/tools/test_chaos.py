"""The fault harness in short, and proof that it can fail."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from pipeline.base import run
from pipeline.scoring import ledger
from pipeline.scoring.document import Call
from pipeline.storage import folders, store
from tools.chaos import kills, permission, space
from tools.chaos.child import BUNDLE, SCORE, STAGES, Child
from tools.chaos.invariants import Contents, after_the_next_run, lost_calls
from tools.chaos.project import SECOND, Project
from tools.chaos.tally import Tally

pytestmark = pytest.mark.chaos

TARGETS = ("ingest", "align", "states", SCORE)


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    """A small project up to its model, with a new session to bring in and to score."""
    with tempfile.TemporaryDirectory() as place:
        # Another user must be able to come in, to be refused further inside.
        Path(place).chmod(0o755)
        made = Project(Path(place), TARGETS)
        made.build(first=(*STAGES[: STAGES.index("outlook") + 1], BUNDLE, SCORE))
        yield made


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.mark.parametrize("target", ["align", "states", SCORE])
def test_killed_while_writing_or_anywhere_it_leaves_old_or_new(
    project: Project, tally: Tally, target: str
) -> None:
    kills.kill(project, target, Random(target), tally, 2)  # noqa: S311
    assert sum(tally.done.values()) == 2
    assert tally.broken == []


@pytest.mark.parametrize("target", ["align", "states", SCORE])
def test_a_full_disk_is_told_in_one_sentence(project: Project, tally: Tally, target: str) -> None:
    space.limit(project, target, 1000, tally)
    assert tally.broken == []
    assert "exit code 2" in tally.told[0]


@pytest.mark.parametrize("target", ["align", SCORE])
def test_no_right_to_write_is_told_in_one_sentence(
    project: Project, tally: Tally, target: str
) -> None:
    permission.forbid(project, target, tally)
    assert tally.broken == []
    assert "exit code 2" in tally.told[0]


def test_two_scores_at_once_publish_one_call(project: Project) -> None:
    before = project.before(SCORE)
    both = [Child(SCORE, project.folder) for _ in range(2)]
    assert [child.finish().code for child in both] == [0, 0]
    now = Contents.of(project.folder)
    assert list(lost_calls(now, before)) == []
    assert list(after_the_next_run(now, project.after(SCORE), project.folder)) == []
    assert len([name for name in now.calls if SECOND in name]) == 1


@contextmanager
def in_place(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    yield path


def test_a_writer_in_place_is_caught(
    project: Project, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "atomic_write", in_place)
    space.limit(project, "align", 1000, tally)
    assert any("data/panel.parquet is not whole" in sentence for sentence in tally.broken)


def test_litter_that_stays_is_caught(
    project: Project, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_sweep", lambda _folder: None)
    # The first two writes are those of the lock that the stage holds.
    kills.kill_at_write(project, "align", 5, tally)
    assert any("is litter that the next run left" in sentence for sentence in tally.broken)


def test_a_call_that_is_lost_or_published_twice_is_caught(
    project: Project, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publish(call: Call, kind: str) -> Call:
        call["ledger"] = {"published_at": "", "kind": kind, "revises": []}
        with ledger.writing() as database:
            database.execute("DROP TRIGGER calls_never_go")
            database.execute("DELETE FROM calls WHERE number = 1")
            for name in ("once", "twice"):
                ledger.append(database, call | {"model": call["model"] | {"name": name}})
        return call

    monkeypatch.setattr(ledger, "publish", publish)
    space.limit(project, SCORE, 10_000_000, tally)
    assert any("was published and is lost" in sentence for sentence in tally.broken)
    assert any("ledger.db differs from an undisturbed" in each for each in tally.broken)


def test_a_traceback_is_caught(
    project: Project, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_REMEDIES", {})
    space.limit(project, "align", 1000, tally)
    assert any(sentence.partition(": ")[2].startswith("a traceback") for sentence in tally.broken)


def test_a_change_of_the_output_is_caught(project: Project) -> None:
    after = project.before("align")
    path = project.folder / store.OBSERVED
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    os.truncate(project.folder / store.SCENARIOS, 0)
    now = Contents.of(project.folder)
    assert len(now.broken) == 2
    found = list(after_the_next_run(now, after, project.folder))
    assert f"{store.OBSERVED} differs from an undisturbed run's" in found
