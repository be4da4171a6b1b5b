"""A small project for tests and tools: one recipe of a short market, one list of the stages."""

from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[1]
STAGES = tuple(yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"])
"""Names of the stages, in the order in which they run."""


def committed_params() -> dict[str, Any]:
    """The committed ``params.yaml``, anew each time; the loader in C takes a tenth of the time."""
    return yaml.load((ROOT / "params.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


def short_params(
    first: str = "2012-01-03",
    last: str = "2017-12-29",
    first_test: str = "2017-11-01",
    windows: Collection[str] = ("now", "ahead"),
    baselines: Collection[str] = (),
) -> dict[str, Any]:
    """The committed parameters on a short simulated market, with small models.

    Parameters
    ----------
    first, last
        Dates on which the market begins and ends; features begin 18 months after the first.
    first_test
        Date of the first forecast.
    windows, baselines
        Windows that are forecast, and models beside the members of their pools.
    """
    params = committed_params()
    features_start = pd.Timestamp(first) + pd.DateOffset(months=18)
    params["data"] |= {"source": "simulated", "start": first, "end": None}
    params["simulated"] |= {"start": first, "end": last, "members": 20}
    params["features"]["start"] = f"{features_start.replace(day=1):%Y-%m-%d}"
    params["scenarios"]["scale_from"] = first
    params["scenarios"]["windows"] = {w: params["scenarios"]["windows"][w] for w in windows}
    params["states"]["model"] |= {"n_states": 3, "starts": 1, "min_train": 504, "refit_every": 252}
    params["walk_forward"] |= {"first_test": first_test, "last_test": None}
    params["outlook"]["models"]["lightgbm"]["trees"] = 8
    wanted = {name for w in windows for name in params["outlook"]["pool"][w]} | {*baselines}
    models = params["outlook"]["models"]
    params["outlook"]["models"] = {name: models[name] for name in models if name in wanted}
    params["evaluation"]["resampling"] |= {"repetitions": 50, "permutations": 50}
    params["compute"]["workers"] = 1
    return params


def run_stages(*names: str) -> None:
    """Run stages one after another in this process and the current folder."""
    for name in names:
        import_module(f"pipeline.stages.{name}").main()
