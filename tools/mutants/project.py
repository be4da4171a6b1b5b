"""A short project, its copies, and what comes of running them."""

import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("features", "models", "pipeline", "tests", "tools", "benchmarks")
STAGES = ("ingest", "align", "features", "scenarios", "states", "outlook", "evaluate")
_RUN = """
import importlib, sys
for stage in sys.argv[1:]:
    importlib.import_module(f"pipeline.stages.{stage}").main()
"""
_AUDIT = """
import sys
from pipeline.cli import main
sys.argv = ["undertow", "audit", *sys.argv[1:]]
main()
"""
_TEST = """
import sys, pytest
sys.exit(pytest.main([*sys.argv[1:], "-q", "-x", "-p", "no:cacheprovider"]))
"""


@dataclass(frozen=True)
class Done:
    """What came of an audit or of tests: exit code, processor seconds, words, and certificate."""

    code: int
    seconds: float
    last: str
    errors: str
    certificate: str = ""


def made(place: Path) -> Path:
    """Run the honest project once, with the code as it stands; return its folder."""
    own = place / "honest"
    own.mkdir()
    (own / "params.yaml").write_text(yaml.safe_dump(short_params(), sort_keys=False), "utf-8")
    done = _python(_RUN, STAGES, own, ROOT)
    if done.code:
        raise SystemExit(f"the honest project does not run: {done.last}")
    return own


def copied(place: Path) -> Path:
    """A copy of the code, in which anything may be changed."""
    code = place / "code"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, code / package)
    for name in ("pyproject.toml", "params.yaml", "dvc.yaml"):
        shutil.copy(ROOT / name, code)
    return code


def audited(code: Path, run: Path, stages: tuple[str, ...], arguments: tuple[str, ...]) -> Done:
    """Run some stages of a copy, and its audit.

    Raises
    ------
    SystemExit
        When the stages themselves fail: then nothing was planted but an error.
    """
    done = _python(_RUN, stages, run, code)
    if done.code:
        raise SystemExit(f"the stages do not run with what was planted: {done.errors}")
    certificate = run / "data" / "audit.json"
    certificate.unlink(missing_ok=True)
    done = _python(_AUDIT, arguments, run, code)
    told = certificate.read_text(encoding="utf-8") if certificate.exists() else ""
    return Done(done.code, done.seconds, done.last, done.errors, told)


def tested(code: Path, arguments: tuple[str, ...]) -> Done:
    """Run some tests of a copy; what they print counts as what they say."""
    return _python(_TEST, arguments, code, code)


def short_params() -> dict[str, Any]:
    """The project's parameters on a short simulated market, two windows and small models."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params["data"] |= {"source": "simulated", "start": "2014-01-02", "end": None}
    params["simulated"] |= {"start": "2014-01-02", "end": "2018-06-29", "members": 20}
    params["features"]["start"] = "2015-06-01"
    windows = params["scenarios"]["windows"]
    params["scenarios"] |= {
        "scale_from": "2014-01-02", "windows": {name: windows[name] for name in ("now", "ahead")},
    }  # fmt: skip
    params["states"]["model"] |= {"n_states": 2, "starts": 1, "min_train": 252}
    params["walk_forward"] |= {"first_test": "2017-03-01", "last_test": None, "min_train": 252}
    scored = params["evaluation"]
    kept = {scored["reference"], *scored["baselines"].values(), "states", "vix", "logit"}
    models = params["outlook"]["models"]
    params["outlook"]["models"] = {name: models[name] for name in models if name in kept}
    params["outlook"]["pool"] = {name: ["vix", "logit"] for name in params["outlook"]["pool"]}
    scored["resampling"] |= {"repetitions": 50, "permutations": 50}
    return params


def _python(script: str, arguments: tuple[str, ...], own: Path, code: Path) -> Done:
    scratch = own / "tmp"
    scratch.mkdir(exist_ok=True)
    environment = os.environ | {
        "PYTHONPATH": str(code), "OMP_NUM_THREADS": "1", "TMPDIR": str(scratch),
        "UNDERTOW_PLANTED": "1",
    }  # fmt: skip
    environment.pop("MLFLOW_TRACKING_URI", None)
    before = _spent()
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=own, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    said = done.stderr if done.returncode and done.stderr.strip() else done.stdout
    lines = said.strip().splitlines()
    every = f"{done.stdout}\n{done.stderr}" if done.returncode else ""
    return Done(done.returncode, _spent() - before, lines[-1] if lines else "", every)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
