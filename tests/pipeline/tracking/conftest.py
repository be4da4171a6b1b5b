"""A tiny trained outlook, a run to log, and both kinds of store to log it to."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import pytest

from models.bundle import write_bundle
from models.forecasting.outlook_model import ModelSpec, WindowModel
from models.scenarios import Window
from pipeline.tracking import mlflow_store
from pipeline.tracking.record import RunRecord
from tests import forked
from tests.pipeline.ports import free_port

EXPERIMENT = "walk-forward"
PATIENCE = 60
SERVER = """
import os, runpy, sys
import mlflow.cli, mlflow.server

def here(command, extra_env, **_others):
    os.environ.update(extra_env)
    sys.argv = command[2:]
    runpy.run_module("uvicorn", run_name="__main__", alter_sys=True)

log = os.open("server.log", os.O_CREAT | os.O_WRONLY)
os.dup2(log, 1)
os.dup2(log, 2)
os.environ["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
mlflow.server._exec_cmd = here
mlflow.cli.cli(sys.argv[1:])
"""
"""``mlflow server`` in one fork instead of two processes, each of which would import MLflow."""


@pytest.fixture(autouse=True)
def no_address_from_outside(monkeypatch):
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "DVC_ROOT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def features() -> pd.DataFrame:
    sessions = pd.bdate_range("2018-01-01", periods=300, name="session")
    generator = np.random.default_rng(3)
    columns = {"vix_log_gap": generator.normal(size=300), "state_0": generator.uniform(size=300)}
    columns["vix_log_gap"][0] = np.nan
    return pd.DataFrame(columns, index=sessions)


@pytest.fixture(scope="session")
def window_model(features) -> WindowModel:
    outcomes = pd.DataFrame({"code": np.arange(len(features)) % 3}, index=features.index)
    window = Window("ahead", 0, 10)
    specs = [ModelSpec("climatology", ()), ModelSpec("vix", ("vix_log_gap",))]
    members = {spec.name: spec.build(window).fit(features, outcomes) for spec in specs}
    return WindowModel(window, members, features.index[-1], floor=0.01)


@pytest.fixture(scope="session")
def bundle(window_model, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    write_bundle({"windows": {"ahead": window_model.fitted_state()}}, folder)
    return folder


@pytest.fixture(scope="session")
def record(features, tmp_path_factory) -> RunRecord:
    folder = tmp_path_factory.mktemp("left")
    plots = folder / "plots"
    plots.mkdir()
    (plots / "reliability.svg").write_text("<svg/>")
    (folder / "metrics.json").write_text("{}")
    return RunRecord(
        name="grave-duff",
        params={"outlook": {"floor": 0.01, "pool": {"ahead": ["vix", "climatology"]}}},
        metrics={
            "ahead": {
                "pool": {
                    "log_loss_skill": 0.1,
                    "auc": {"base": 0.7},
                    "undefined": None,
                    "by_year": {"2019": {"log_loss_skill": 0.2}, "2020": {"log_loss_skill": -0.1}},
                }
            }
        },
        features=features,
        features_source="data/features.parquet",
        artifacts=[plots, folder / "metrics.json"],
        tags={"source": "files", "market": "real", "dvc_experiment": "grave-duff"},
    )


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/mlflow.db"


@pytest.fixture(scope="session")
def server(tmp_path_factory, empty_database) -> Iterator[str]:
    """A real tracking server on loopback."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copyfile(empty_database, folder / "mlflow.db")
    store = ["--backend-store-uri", f"sqlite:///{folder}/mlflow.db"]
    artifacts = ["--artifacts-destination", str(folder / "artifacts")]
    port = str(free_port())
    words = ["server", "--workers", "1", "--host", "127.0.0.1", "--port", port, *store, *artifacts]
    with forked.running(["-c", SERVER, *words], folder):
        address = f"http://127.0.0.1:{port}"
        assert answers(f"{address}/health", lambda: True), (folder / "server.log").read_text()
        yield address


@pytest.fixture(scope="module", params=["sqlite", "server"])
def uri(request) -> str:
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def run_id(uri, record) -> str:
    return mlflow_store.log_run(record, uri, EXPERIMENT)


@pytest.fixture(scope="session")
def serve():
    """Start a command of MLflow's that answers over HTTP: ``with serve(arguments) as address``."""
    return running


@contextmanager
def running(
    *arguments: str, health: str, folder: Path, environment: dict[str, str] | None = None
) -> Iterator[str]:
    """Run ``mlflow <arguments>`` on a free port until the block ends; give its address."""
    port = free_port()
    command = [sys.executable, "-m", "mlflow", *arguments, "--host", "127.0.0.1"]
    paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (folder / "server.log").open("w+") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=folder,
            # MLflow starts uvicorn by its name, and without need a dozen processes for jobs.
            env=os.environ
            | {"PATH": paths, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
            | (environment or {}),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            if not answers(address + health, lambda: process.poll() is None):
                log.seek(0)
                pytest.fail(f"{' '.join(command)} did not start:\n{log.read()}")
            yield address
        finally:
            end(process)


def answers(address: str, lives: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE
    while lives() and time.monotonic() < until:
        try:
            if httpx.get(address, trust_env=False).is_success:
                return True
        except httpx.TransportError:
            time.sleep(0.1)
    return False


def end(process: subprocess.Popen) -> None:
    """End a server and all that it started, politely first."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2)
