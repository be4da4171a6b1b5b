"""A tracking server that goes away while a model is being registered with it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

from tools.chaos.child import Before, Child, Ended, run
from tools.chaos.invariants import Contents, after_a_fault, after_the_next_run, badly_said
from tools.chaos.project import FIRST, Project, environment
from tools.chaos.tally import Tally

KIND = "tracking server stopped"
TARGET = "register"
_REFUSED = {2}
_STARTS_WITHIN = 600.0


def stop_server(project: Project, chance: Random, tally: Tally, each: int) -> None:
    """Register with a real MLflow server that dies at moments spread over the run."""
    moments = 2 * each
    store = project.folder.parent / "server"
    server = _start(store)
    try:
        seconds = _measure(project, server.uri)
        for place in range(moments):
            moment = seconds * (place + chance.random()) / moments
            before = project.before(TARGET)
            child = Child(TARGET, project.folder, before=_told(server.uri))
            time.sleep(moment)
            server.end()
            ended = child.finish()
            broken = list(_broken_by(project, before, ended))
            server = _start(store)
            broken += _next_run(project, server.uri)
            detail = f"at {moment:.1f} s of {seconds:.1f}, exit code {ended.code}"
            tally.note(KIND, TARGET, f"{detail} after {ended.seconds:.1f} s", broken)
    finally:
        server.end()


class Server:
    """A real MLflow server at work."""

    def __init__(self, uri: str, process: subprocess.Popen[bytes]) -> None:
        self.uri = uri
        self._process = process

    def wait_until_ready(self) -> None:
        """Wait for its first answer."""
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.uri}/health", timeout=2):  # noqa: S310
                    return
            except OSError:
                time.sleep(0.2)
        self.end()
        raise RuntimeError(f"the MLflow server did not answer within {_STARTS_WITHIN:.0f} s")

    def end(self) -> None:
        """Kill it and its workers; nothing happens when it is gone already."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _measure(project: Project, uri: str) -> float:
    """Let both evenings' models be registered, and tell how long the second took."""
    project.put_back("first")
    project.write_parameters(FIRST)
    _register(project, uri)
    project.before(TARGET)
    return _register(project, uri).seconds


def _register(project: Project, uri: str) -> Ended:
    ended = run(TARGET, project.folder, before=_told(uri))
    if ended.code != 0:
        raise RuntimeError(f"{TARGET} does not run with a server:\n{ended.said}")
    return ended


def _broken_by(project: Project, before: Contents, ended: Ended) -> Iterator[str]:
    if ended.code != 0:
        yield from badly_said(ended.code, ended.said, _REFUSED)
    yield from after_a_fault(Contents.of(project.folder), before, project.after(TARGET))


def _next_run(project: Project, uri: str) -> Iterator[str]:
    ended = run(TARGET, project.folder, before=_told(uri))
    if ended.code != 0:
        yield f"the next run ends with {ended.code}: {ended.said[-600:]}"
    now, after = Contents.of(project.folder), project.after(TARGET)
    yield from after_the_next_run(now, after, project.folder)


def _told(uri: str) -> Before:
    """Log to the server; try again once and not, as MLflow would, for minutes."""
    return lambda: os.environ.update(
        {"MLFLOW_TRACKING_URI": uri, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
    )


def _start(store: Path) -> Server:
    """Start a server over a store that outlives it."""
    store.mkdir(exist_ok=True)
    port = str(_free_port())
    command = [
        *(sys.executable, "-m", "mlflow", "server"),
        *("--host", "127.0.0.1", "--port", port, "--workers", "1"),
        *("--backend-store-uri", f"sqlite:///{store / 'mlflow.db'}"),
        *("--artifacts-destination", str(store / "artifacts")),
    ]
    # The server's runner of background jobs is four processes more that nobody here needs.
    quiet = environment(MLFLOW_SERVER_ENABLE_JOB_EXECUTION="false")
    with (store / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            command, env=quiet, stdout=log, stderr=log, start_new_session=True
        )
    server = Server(f"http://127.0.0.1:{port}", process)
    server.wait_until_ready()
    return server


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
