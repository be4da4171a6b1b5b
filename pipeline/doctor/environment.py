"""What the machine has and lacks: for `undertow doctor`, and for people who ask for help."""

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pipeline.base.errors import UndertowError
from pipeline.doctor.machine import check_openmp
from pipeline.params import Params
from pipeline.storage import store
from pipeline.tracking.address import check_reachable, shown, tracking_uri

_LEAST_FREE_GB = 2.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    good
        Whether it is as it should be; None for what is only told.
    told
        What was found, and what to do about it where it is not good.
    """

    what: str
    good: bool | None
    told: str


def findings(settings: Params) -> Iterator[Finding]:
    """Everything that a run or a fetch stands on."""
    yield Finding("Python", True, platform.python_version())
    yield _checked("OpenMP (LightGBM)", check_openmp, "libgomp is there")
    uri, experiment = tracking_uri(settings.tracking.uri), settings.tracking.experiment
    yield _checked("MLflow store", lambda: check_reachable(uri, experiment), shown(uri))
    yield _disk()
    yield _dvc()
    if settings.data.source == "live":
        yield _yahoo()
        yield _key()


def _checked(what: str, check: Callable[[], None], good: str) -> Finding:
    try:
        check()
    except UndertowError as error:
        return Finding(what, good=False, told=str(error))
    return Finding(what, good=True, told=good)


def _disk() -> Finding:
    free = shutil.disk_usage(store.DATA if store.DATA.exists() else Path()).free / 2**30
    good = free >= _LEAST_FREE_GB
    remedy = "" if good else f"; make room, a run wants {_LEAST_FREE_GB:g} GB"
    return Finding("disk", good, f"{free:.1f} GB free{remedy}")


def _dvc() -> Finding:
    if not Path(".dvc/config").is_file():
        return Finding("DVC", good=False, told="no .dvc here; run from the project's folder")
    if Path(".dvc/tmp/rwlock").is_file() and Path(".dvc/tmp/rwlock").stat().st_size > len("{}"):
        return Finding("DVC", good=None, told="a run is at work, or was killed; `dvc repro` tells")
    done = Path("dvc.lock").is_file()
    return Finding("DVC", good=True, told="a run is recorded" if done else "no run yet: dvc repro")


def _yahoo() -> Finding:
    if find_spec("yfinance"):
        return Finding("yfinance", good=True, told="installed")
    remedy = "not installed, so no fund or stock can be fetched; pip install 'undertow[yahoo]'"
    return Finding("yfinance", good=False, told=remedy)


def _key() -> Finding:
    told = "set" if os.environ.get("FRED_API_KEY") else "not set; only event calendars gain by it"
    return Finding("FRED_API_KEY", good=None, told=told)
