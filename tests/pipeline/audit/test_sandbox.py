"""A replay has its own folder, the code, what it is handed, and a clock that stands."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from pipeline.audit.sandbox import ReplayError, Sandbox
from tools.small_project import committed_params

NOW = pd.Timestamp("2018-06-16T00:30Z")
PLANT = """

import datetime as _datetime
import os as _os
import socket as _socket
import time as _time

import pandas as _pandas
import pyarrow.parquet as _parquet

SECRET = {secret!r}


def _tried(what):
    try:
        return float(len(str(what())))
    except OSError:
        return -1.0


@feature("S01", unit="days", window=1)
def planted_clock(vix: pd.Series) -> pd.Series:
    return vix * 0 + (_datetime.date.today() - _datetime.date(2018, 1, 1)).days


@feature("S01", unit="days", window=1)
def planted_clocks(vix: pd.Series) -> pd.Series:
    told = [_time.time(), _pandas.Timestamp.now("UTC").timestamp(),
            _datetime.datetime.now(_datetime.UTC).timestamp()]
    return vix * 0 + (max(told) - min(told))


@feature("S01", unit="days", window=1)
def planted_read(vix: pd.Series) -> pd.Series:
    return vix * 0 + _tried(lambda: open(SECRET).read())


@feature("S01", unit="days", window=1)
def planted_arrow(vix: pd.Series) -> pd.Series:
    return vix * 0 + _tried(lambda: _parquet.ParquetFile(SECRET).metadata)


@feature("S01", unit="days", window=1)
def planted_write(vix: pd.Series) -> pd.Series:
    return vix * 0 + _tried(lambda: open(SECRET + ".kept", "w"))


@feature("S01", unit="days", window=1)
def planted_network(vix: pd.Series) -> pd.Series:
    return vix * 0 + _tried(lambda: _socket.create_connection(("127.0.0.1", 9)))


@feature("S01", unit="days", window=1)
def planted_environment(vix: pd.Series) -> pd.Series:
    return vix * 0 + float("SEEN_BY_TESTS" in _os.environ)


@feature("S01", unit="days", window=1)
def planted_kernels(vix: pd.Series) -> pd.Series:
    kept = _os.environ.get("OPENBLAS_CORETYPE") == "Haswell"
    return vix * 0 + (kept and _os.environ["OPENBLAS_NUM_THREADS"] == "1")
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.parquet"
    pd.DataFrame({"a": [1.0]}).to_parquet(path)
    return path


@pytest.fixture
def planted(secret: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("SEEN_BY_TESTS", "yes")
    # Chosen by some machines for all that run on them: without it the replay rounds otherwise.
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    parameters = committed_params()
    sandbox = Sandbox(yaml.safe_dump(parameters, sort_keys=False))
    with sandbox:
        code = next(Path(sandbox.folder).parent.glob("code")) / "features" / "dollar.py"
        code.write_text(code.read_text(encoding="utf-8") + PLANT.format(secret=str(secret)))
        yield sandbox


@pytest.mark.slow
def test_what_lies_outside_is_refused_and_told(planted: Sandbox, secret: Path) -> None:
    days = pd.bdate_range("2018-06-01", "2018-06-15", name="session")
    names = ["clock", "clocks", "read", "arrow", "write", "network", "environment", "kernels"]
    columns = [f"planted_{name}" for name in names]
    panel = {"panel": pd.DataFrame({"vix": 15.0}, index=days)}
    found = planted.ask("features", panel, NOW, names=columns, rows=1)["features"]
    assert found.iloc[0].tolist() == [166.0, 0.0, -1.0, -1.0, -1.0, -1.0, 0.0, 1.0]
    told = " ".join(planted.refused)
    assert f"{secret} was opened by features/dollar.py:" in told
    assert f"{secret}.kept was written by" in told
    assert "socket.getaddrinfo was called by" in told
    assert not secret.with_suffix(".parquet.kept").exists()


@pytest.mark.slow
def test_code_that_fails_is_named(planted: Sandbox) -> None:
    panel = {"panel": pd.DataFrame({"other": 1.0}, index=pd.bdate_range("2018-06-01", periods=3))}
    with pytest.raises(
        ReplayError, match=r"FeatureError in features/engine/inputs\.py:_check: .*vix"
    ):
        planted.ask("features", panel, NOW, names=["planted_clock"], rows=1)
