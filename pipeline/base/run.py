"""The outermost handler: one sentence and an exit code for what a user can mend."""

import atexit
import errno
import gc
import logging
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext

from pipeline.base.compiled import cut_off
from pipeline.base.errors import StorageError, UndertowError
from pipeline.base.processes import at_work
from pipeline.base.visible import visible

log = logging.getLogger("undertow")

_PACKAGE = "pipeline."
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

_REMEDIES = dict.fromkeys(
    (errno.ENOSPC, errno.EDQUOT), "free some space and run the same command again"
) | dict.fromkeys(
    (errno.EACCES, errno.EPERM, errno.EROFS),
    "give this user the right to it, or run as the user who has it",
)
_REMEDIES[errno.EFBIG] = "raise the limit on file sizes (`ulimit -f`) and run again"


class _Line(logging.Formatter):
    """A message alone, without the control characters of what it quotes."""

    def format(self, record: logging.LogRecord) -> str:
        return visible(super().format(record))


def stage(main: Callable[[], None], *, alone: bool = True) -> None:
    """Run a stage or command; leave with the error's exit code and its message alone.

    The message is the last line on stderr, because DVC turns every exit code into its own.

    Parameters
    ----------
    alone
        Whether it is a stage: those of one project run one at a time.
    """
    # A process that ends frees everything: looking for garbage first takes a tenth of a score.
    atexit.register(gc.freeze)
    stderr = logging.StreamHandler(sys.stderr)
    stderr.setFormatter(_Line())
    logging.basicConfig(level=logging.WARNING, handlers=[stderr])
    log.setLevel(logging.INFO)
    name = _module(main)
    try:
        with at_work(name) if alone and name else nullcontext():
            main()
    except UndertowError as error:
        _leave(error)
    except KeyboardInterrupt:
        log.error("undertow: interrupted")  # noqa: TRY400 - a traceback would not help
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except EOFError as error:
        _leave(cut_off(error))
    except OSError as error:
        _leave(_storage_error(error))


def _module(main: Callable[[], None]) -> str | None:
    """Name of the stage whose ``main`` it is; None for what stands in no module of its own."""
    spec = getattr(main, "__globals__", {}).get("__spec__")
    name = spec.name.removesuffix(".__main__") if spec else ""
    return name.rpartition(".")[2] if name.startswith(_PACKAGE) else None


def _storage_error(error: OSError) -> StorageError:
    """Turn a full disk or a missing permission into one sentence; re-raise the rest."""
    if error.errno not in _REMEDIES:
        raise error
    place = error.filename or "the project's folder, or the system's for temporary files,"
    reason = os.strerror(error.errno).lower()
    return StorageError(
        f"{place} cannot be used ({reason}): {_REMEDIES[error.errno]}; "
        "every file is whole, as it was or finished"
    )


def _leave(error: UndertowError) -> None:
    log.error("undertow: %s", error)
    sys.exit(error.exit_code)
