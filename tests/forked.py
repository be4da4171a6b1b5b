"""Commands of this Python in forks of the test's process, so that no time goes into imports.

For what needs a folder, an environment and an exit code of its own. What a new Python imports, or
how it starts, is seen by a real process only; and a fork must not use worker processes, because it
would take those of its parent for its own.
"""

import logging
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import traceback
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn


def run(
    words: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """As ``python <words>``, which begin with ``-m`` or ``-c``, in a folder and an environment."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as told:
        process = _fork(words, folder, environment or os.environ, said, told)
        _process, status = os.waitpid(process, 0)
        for stream in (said, told):
            stream.seek(0)
        code = os.waitstatus_to_exitcode(status)
        return subprocess.CompletedProcess([*words], code, said.read(), told.read())


@contextmanager
def running(words: Sequence[str], folder: Path) -> Iterator[IO[str]]:
    """The same, beside the block that it is killed at the end of; gives what it prints."""
    outlet, inlet = os.pipe()
    with os.fdopen(outlet) as printed:
        with os.fdopen(inlet, "w") as said:
            process = _fork(words, folder, os.environ, said, sys.__stderr__)
        try:
            yield printed
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _fork(
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    said: IO[str],
    told: IO[str],
) -> int:
    with warnings.catch_warnings():
        # Python 3.12 warns of threads; those of numpy and pyarrow are idle here.
        warnings.simplefilter("ignore")
        process = os.fork()
    if process == 0:
        _become(words, folder, environment, said, told)
    return process


def _become(
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    said: IO[str],
    told: IO[str],
) -> NoReturn:
    code = 1
    try:
        os.dup2(said.fileno(), 1)
        os.dup2(told.fileno(), 2)
        # As a new process has it: who waits for the end of a pipe of its own would wait for us too.
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        logging.root.handlers.clear()
        warnings.simplefilter("ignore")
        kept = dict(environment)
        os.environ.clear()
        os.environ.update(kept)
        os.chdir(folder)
        _run(*words)
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _run(kind: str, what: str, *words: str) -> None:
    sys.argv = [kind, *words]
    if kind == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(what, {"__name__": "__main__"})  # noqa: S102 - the test's own code
