"""Small forecasts to make, and where they can be made."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from distributed import Client

from benchmarks.dask_cluster import Cluster
from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.compute import cluster
from pipeline.params import Compute, Params
from pipeline.storage import store
from tests.pipeline.ports import free_port
from tools.small_project import committed_params

At = Callable[[Compute], Params]

SESSIONS = pd.bdate_range("2018-01-01", periods=420, name="session")
COLUMNS = ("composite_5", "vix_log_gap")
STARTED_FROM = (
    "composite_nowcast_5",
    "vix_over_label_scale",
    "conditions_level",
    "dxy_realised_5",
)
"""What LightGBM's start in the window in progress reads."""
DASK = {
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    # Else its watches of itself, fifty looks a second, take an eighth of a core from the tests.
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "10s",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
}
WINDOWS = {"now": {"back": 5, "ahead": 5}, "ahead": {"back": 0, "ahead": 10}}


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Parameters of a small walk-forward on noise, in a folder where its inputs lie."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    document = committed_params()
    document["scenarios"]["windows"] = WINDOWS
    first_test = f"{SESSIONS[320]:%Y-%m-%d}"
    document["walk_forward"] |= {"first_test": first_test, "refit_every": 10, "min_train": 100}
    document["outlook"] |= {
        "inputs": {"core": {"default": list(COLUMNS)}},
        "models": {
            "climatology": {},
            "vix": {},
            "logit": {"inputs": "core"},
            "lightgbm": {"inputs": "core", "trees": 5, "min_rows_a_leaf": 20},
        },
        "pool": {name: ["logit", "lightgbm"] for name in WINDOWS},
    }
    span = {"first_test": f"{SESSIONS[240]:%Y-%m-%d}", "last_test": f"{SESSIONS[279]:%Y-%m-%d}"}
    space = {"outlook.models.logit.inverse_penalty": {"low": 0.001, "high": 1.0, "log": True}}
    document["tune"] |= {**span, "space": space, "batch_size": 3}
    document["evaluation"]["resampling"] |= {"repetitions": 10, "permutations": 10}
    _write_inputs()
    return document


@pytest.fixture
def at(document: dict[str, Any]) -> At:
    """Write the parameters with another place to compute; gives them as read back."""

    def at(compute: Compute) -> Params:
        changed = {**document, "compute": compute.model_dump()}
        params.PARAMS.write_text(yaml.safe_dump(changed, sort_keys=False), encoding="utf-8")
        return params.load()

    return at


@pytest.fixture(scope="module")
def scheduler(processes: Cluster) -> str:
    """Address of a dask scheduler with two workers, each process of its own and kept alive."""
    return processes.address


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The scheduler and its workers as benchmarks know them."""
    folder = tmp_path_factory.mktemp("dask")
    address = f"tcp://127.0.0.1:{free_port()}"
    host, port = ["--host", "127.0.0.1"], ["--port", address.rpartition(":")[2]]
    workers = [address, "--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)]
    with (
        dask_process("scheduler", *host, *port, folder=folder) as first,
        dask_process("worker", *workers, *host, folder=folder) as second,
    ):
        yield Cluster(address, first, second)


@pytest.fixture
def two_workers(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> Compute:
    """The scheduler, its two workers up; patient, because the machine may be busy."""
    monkeypatch.setattr(cluster, "PATIENCE", 90)
    with Client(scheduler, timeout=90, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=90)
    return Compute(backend="dask", workers=1, scheduler=scheduler)


def _write_inputs() -> None:
    generator = np.random.default_rng(5)
    columns = {name: generator.normal(size=len(SESSIONS)) for name in (*COLUMNS, *STARTED_FROM)}
    store.write_parquet(pd.DataFrame(columns, index=SESSIONS), store.FEATURES)
    states = pd.DataFrame(
        {"state_0": generator.uniform(size=len(SESSIONS)), "entropy": 0.5, "age": 3},
        index=SESSIONS,
    )
    store.write_parquet(states, store.STATES)
    labels = [
        pd.DataFrame(
            {
                "session": SESSIONS[:-ahead],
                "window": window,
                "scenario": generator.choice(SCENARIOS, len(SESSIONS) - ahead),
                "composite": generator.normal(size=len(SESSIONS) - ahead),
                "label_end": SESSIONS[ahead:],
                "label_version": "1",
            }
        )
        for window, ahead in ((name, span["ahead"]) for name, span in WINDOWS.items())
    ]
    store.write_parquet(pd.concat(labels, ignore_index=True), store.SCENARIOS)


@contextmanager
def dask_process(kind: str, *arguments: str, folder: Path) -> Iterator[int]:
    """Run a dask scheduler or workers until the block ends, and leave nothing of them; its id."""
    with (folder / f"{kind}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"],
            env=os.environ | DASK,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process.pid
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
