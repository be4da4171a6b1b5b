"""What a killed DVC leaves half written: removed, so that the next run goes through.

DVC writes its list of locks and ``dvc.lock`` in place, and refuses to run when one was cut short.
"""

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import yaml
from voluptuous import Invalid

from pipeline.run import log

_LOCK = Path("dvc.lock")
_STATE = Path(".dvc/tmp")
_RWLOCK = _STATE / "rwlock"
_GUARDS = (_STATE / "lock", _STATE / "rwlock.lock")
"""Files that DVC holds, by the system's locks, while it writes."""


def remove_half_written() -> None:
    """Remove what no DVC could read, unless one is at work and may be writing it."""
    with suppress(BlockingIOError), _nobody_at_work():
        _check(_RWLOCK, _is_json, "it only says who is at work, and nobody is")
        _check(_LOCK, _is_lock, "every stage runs again, unless you restore it with git first")


def _check(path: Path, is_whole: Callable[[str], bool], effect: str) -> None:
    if path.exists() and not is_whole(path.read_text(encoding="utf-8", errors="replace")):
        path.unlink()
        log.warning(
            "%s was half written, as a killed run leaves it, and is removed: %s", path, effect
        )


@contextmanager
def _nobody_at_work() -> Iterator[None]:
    with ExitStack() as held:
        for guard in _GUARDS:
            if guard.exists():
                file = held.enter_context(guard.open("a"))
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _is_lock(text: str) -> bool:
    # DVC takes a second to import, which only a run that has a lock needs.
    from dvc.schema import COMPILED_LOCKFILE_SCHEMA  # noqa: PLC0415

    try:
        COMPILED_LOCKFILE_SCHEMA(yaml.safe_load(text))
    except (yaml.YAMLError, Invalid):
        return False
    return True
