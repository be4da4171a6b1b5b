"""Stages and commands in processes of their own, forked so that no time goes into imports."""

import logging
import os
import select
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from pipeline import params
from pipeline.base.run import stage
from pipeline.storage import store
from tools.small_project import STAGES

SCORE, BACKFILL, PROMOTE = "undertow score", "undertow backfill", "undertow promote"
COMMANDS = {
    SCORE: ["score"],
    BACKFILL: ["backfill", "--since", "2017-12-20"],
    PROMOTE: ["promote", "2", "--despite", "a person's choice"],
}
TARGETS = (*STAGES, *COMMANDS)
BUNDLE = "bundle"
"""What register begins and ends with, alone: a model to score with, and no MLflow."""

Before = Callable[[], None]
"""What is done to a child in the child, before its work begins."""


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Attributes
    ----------
    code
        Exit code; the negative of a signal that ended it.
    said
        Everything it printed.
    seconds
        How long it ran.
    """

    code: int
    said: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether a signal ended it, and not itself."""
        return self.code < 0


class Child:
    """One stage or command at work in a project's folder."""

    def __init__(self, target: str, folder: Path, before: Before | None = None) -> None:
        import_target(target)
        self._began = time.monotonic()
        self._output, inlet = os.pipe()
        with warnings.catch_warnings():
            # Python warns of threads; the ones here are idle and belong to numpy.
            warnings.simplefilter("ignore")
            self._pid = os.fork()
        if self._pid == 0:
            _become(target, folder, inlet, before)
        os.close(inlet)

    def finish(self, kill_after: float | None = None) -> Ended:
        """Wait for the end, or kill it and its children after some seconds."""
        said, deadline = b"", None if kill_after is None else self._began + kill_after
        while True:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if not select.select([self._output], [], [], left)[0]:
                self._kill()
                deadline = None
            elif chunk := os.read(self._output, 65536):
                said += chunk
            else:
                break
        os.close(self._output)
        _pid, status = os.waitpid(self._pid, 0)
        code = os.waitstatus_to_exitcode(status)
        return Ended(code, said.decode(errors="replace"), time.monotonic() - self._began)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)


def run(
    target: str, folder: Path, *, kill_after: float | None = None, before: Before | None = None
) -> Ended:
    """Run a stage or command to its end, or kill it after some seconds."""
    return Child(target, folder, before).finish(kill_after)


def import_target(target: str) -> Callable[[], None]:
    """Import what a target runs, once, in the parent."""
    if target in COMMANDS:
        app, words = import_module("pipeline.cli").app, COMMANDS[target]
        import_module(f"pipeline.commands.{words[0]}")
        return lambda: app(words)
    if target == BUNDLE:
        build, load = import_module("pipeline.scoring.bundle").build_bundle, params.load
        deploy = import_module("pipeline.scoring.champion").deploy
        return lambda: (build(load()), deploy(store.MODEL, 1))[0]
    main: Callable[[], None] = import_module(f"pipeline.stages.{target}").main
    if target == "report":
        import_module("pipeline.tracking.mlflow_store")
    return main


def _become(target: str, folder: Path, inlet: int, before: Before | None) -> NoReturn:
    code = 1
    try:
        os.setsid()
        os.dup2(inlet, 1)
        os.dup2(inlet, 2)
        os.close(inlet)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        logging.root.handlers.clear()
        warnings.simplefilter("ignore")
        # A full disk would cut off what it compiles, for every later process of this checkout.
        sys.dont_write_bytecode = True
        os.chdir(folder)
        if before is not None:
            before()
        stage(import_target(target))
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
