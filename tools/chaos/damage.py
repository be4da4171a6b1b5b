"""Damage: outputs and DVC's own state cut short or gone, and `dvc repro` killed on its way."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from tools.chaos.invariants import KEPT, Contents, after_the_next_run, lost_calls
from tools.chaos.project import DVC, Project, environment
from tools.chaos.tally import Tally

OUTPUTS, STATE, KILLED = "damaged output", "damaged DVC state", "dvc repro killed"
TARGET = "dvc repro"
_AT_ONCE = 4


def damage_all(project: Project, chance: Random, tally: Tally, each: int) -> None:
    """Damage, then let `dvc repro` mend it."""
    for _time in range(each):
        _damage_outputs(project, chance, tally)
    for harm in _STATES:
        _damage_state(project, harm, tally)
    for place in range(each):
        _kill_repro(project, (place + chance.random()) / each, chance, tally)


def cut_short(path: Path, chance: Random) -> str:
    """Leave the beginning of a file."""
    size = path.stat().st_size
    os.truncate(path, int(size * chance.random()))
    return "cut short"


def garble(path: Path, chance: Random) -> str:
    """Overwrite some bytes in the middle of a file."""
    content = bytearray(path.read_bytes())
    start = int(len(content) * chance.random())
    content[start : start + 64] = chance.randbytes(64)
    path.write_bytes(content)
    return "garbled"


def remove(path: Path, _chance: Random) -> str:
    """Take a file away."""
    path.unlink()
    return "removed"


_HARMS: list[Callable[[Path, Random], str]] = [cut_short, garble, remove]


def _damage_outputs(project: Project, chance: Random, tally: Tally) -> None:
    before = project.put_back("second")
    # What is no stage's output nothing can make again, and nothing does.
    files = [name for name in sorted(before.files) if not name.startswith(KEPT)]
    struck = chance.sample(files, _AT_ONCE)
    told = [f"{name} {chance.choice(_HARMS)(project.folder / name, chance)}" for name in struck]
    tally.note(OUTPUTS, TARGET, ", ".join(told), _mended(project, before))


def _damage_state(project: Project, harm: str, tally: Tally) -> None:
    before = project.put_back("second")
    _STATES[harm](project.folder)
    (project.folder / "data" / "evaluation.json").unlink()
    tally.note(STATE, TARGET, harm, _mended(project, before))


def _kill_repro(project: Project, share: float, chance: Random, tally: Tally) -> None:
    stage = chance.choice([name for name in project.targets if name in project.seconds][:9])
    before = project.put_back(stage)
    moment = 2.0 + share * (10.0 + 3 * sum(project.seconds.values()))
    repro = subprocess.Popen(
        [*DVC, "repro"],
        cwd=project.folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        repro.wait(moment)
    except subprocess.TimeoutExpired:
        os.killpg(repro.pid, signal.SIGKILL)
        repro.wait()
    broken = [*Contents.of(project.folder).broken, *_mended(project, before)]
    tally.note(KILLED, TARGET, f"at {moment:.1f} s, code {repro.returncode}", broken)


def _mended(project: Project, before: Contents) -> Iterator[str]:
    """Run as `make repro` does, and tell where the outputs differ from an undisturbed run's."""
    done = project.repro()
    if done.returncode != 0:
        yield f"dvc repro ends with {done.returncode}: {done.stdout[-300:]}{done.stderr[-500:]}"
    now = Contents.of(project.folder)
    yield from after_the_next_run(now, project.contents("second"), project.folder)
    yield from lost_calls(now, before)


def _half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _dead_owner(folder: Path) -> None:
    """A lock entry as a killed process leaves it: the process is no more."""
    owner = '{"pid": 4194303, "cmd": "dvc repro"}'
    path = folder / ".dvc" / "tmp" / "rwlock"
    path.write_text(f'{{"write": {{"{folder}/data/evaluation.json": {owner}}}, "read": {{}}}}')


def _spoil_cache(folder: Path) -> None:
    for path in sorted((folder / ".dvc" / "cache" / "files").rglob("*"))[::3]:
        if path.is_file():
            path.chmod(0o644)
            _half(path)


_STATES: dict[str, Callable[[Path], None]] = {
    "dvc.lock cut short": lambda folder: _half(folder / "dvc.lock"),
    "dvc.lock empty": lambda folder: (folder / "dvc.lock").write_text("") and None,
    "rwlock empty": lambda folder: (folder / ".dvc/tmp/rwlock").write_text("") and None,
    "rwlock of a dead process": _dead_owner,
    "every third cached file cut short": _spoil_cache,
}
