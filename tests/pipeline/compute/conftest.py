"""Small forecasts to make, and where they can be made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from distributed import Client

from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.compute import cluster
from pipeline.params import Compute, Params
from pipeline.storage import store

At = Callable[[Compute], Params]

ROOT = Path(__file__).resolve().parents[3]
SESSIONS = pd.bdate_range("2018-01-01", periods=420, name="session")
COLUMNS = ("composite_5", "vix_log_gap")
STARTED_FROM = (
    "composite_nowcast_5",
    "vix_over_label_scale",
    "conditions_level",
    "dxy_realised_5",
)
"""What LightGBM's start in the window in progress reads."""
WINDOWS = {"now": {"back": 5, "ahead": 5}, "ahead": {"back": 0, "ahead": 10}}


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Parameters of a small walk-forward on noise, in a folder where its inputs lie."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    document = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
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
