"""``undertow ui``: the runs in the browser, with their scores in the table."""

import os
import socket
import sys
from pathlib import Path

from pipeline import params
from pipeline.base.console import out
from pipeline.base.errors import ConfigurationError
from pipeline.tracking.address import check_reachable, shown, sqlite_file, tracking_uri
from pipeline.tracking.mlflow_store import id_of
from pipeline.tracking.opening import runs_page

_HOST = "127.0.0.1"
_NO_JOBS = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
"""Else MLflow starts a dozen processes for what only language models need."""


def run(port: int) -> None:
    """Tell the address of the runs, and serve the project's own store there until interrupted.

    Raises
    ------
    ConfigurationError
        When the store cannot be used, or something else listens at the port.
    """
    tracking = params.load().tracking
    uri = tracking_uri(tracking.uri)
    check_reachable(uri, tracking.experiment)
    local = sqlite_file(uri) is not None
    if local:
        _check_free(port)
    server = f"http://{_HOST}:{port}" if local else shown(uri)
    out.print(f"the runs      {runs_page(server, id_of(tracking.experiment, uri))}", soft_wrap=True)
    if local:
        sys.stdout.flush()
        _serve(uri, port)


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        # As servers do: a port that was let go of a moment ago counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            raise ConfigurationError(
                f"something listens at port {port} already, perhaps this very page; look there, or "
                f"name another: `undertow ui --port {port + 1}`"
            ) from None


def _serve(uri: str, port: int) -> None:
    """Become MLflow's server, which Ctrl-C ends."""
    # MLflow starts its server by that one's name.
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    # One process is enough for one person; MLflow would start four.
    server = ["--host", _HOST, "--port", str(port), "--workers", "1"]
    words = ["-m", "mlflow", "ui", "--backend-store-uri", uri, *server]
    os.execve(  # noqa: S606 - fixed arguments
        sys.executable, [sys.executable, *words], os.environ | _NO_JOBS | {"PATH": beside}
    )
