"""Every feature at every session from a panel that ends there."""

import numpy as np
import pandas as pd
import pytest

from features.engine.declaration import feature
from pipeline.audit import every_session as module
from pipeline.audit.compare import compare
from pipeline.audit.every_session import every_session
from pipeline.audit.jobs import Outcome
from pipeline.audit.replays import each_session
from tests.pipeline.audit.conftest import leaks_in


def some_sessions(published):
    return published.features.index[300:340]


@pytest.mark.slow
@pytest.mark.usefixtures("few_features")
def test_one_value_that_looks_ahead_is_found_at_its_session(publish, inline) -> None:
    @feature("S01", unit="percent", window=1)
    def once(vix: pd.Series) -> pd.Series:
        day = vix.index == "2018-05-03"
        return vix.where(~day, vix.reindex(vix.index.shift(7, freq="D")).to_numpy())

    @feature("S01", unit="percent", window=None)
    def honest(vix: pd.Series) -> pd.Series:
        return vix.expanding().mean()

    published = publish()
    (compared,) = each_session(published, some_sessions(published), inline.ask)
    found = {(leak.column, leak.session, leak.cut) for leak in compared.leaks}
    assert found == {("once", "2018-05-03", "2018-05-03")}
    assert compared.own
    assert {"honest", "composite_5"} <= set(compared.columns)
    assert len(compared.sessions) == len(some_sessions(published))


@pytest.mark.slow
@pytest.mark.usefixtures("few_features")
def test_a_window_that_is_declared_too_short_is_not_believed(publish, inline) -> None:
    @feature("S01", unit="percent", window=2)
    def longer(vix: pd.Series) -> pd.Series:
        return vix.rolling(5, min_periods=1).mean()

    published = publish()
    leaks = leaks_in(each_session(published, some_sessions(published)[:2], inline.ask))
    assert {leak.column for leak in leaks} == {"longer"}


@pytest.fixture
def small(settings, tmp_path, monkeypatch):
    """Five sessions of one feature, made two at a time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "_BATCH", 2)
    days = pd.bdate_range("2018-05-01", periods=5)
    table = pd.DataFrame({"vix": np.arange(5.0)}, index=days)
    return lambda made: list(every_session(_Published(settings, table, table), "", made))


class _Published:
    def __init__(self, settings, panel, features) -> None:
        self.settings, self.panel, self.features = settings, panel, features


def passing(published, sessions, _ask):
    rows = published.features.loc[list(sessions)]
    yield compare("features", rows, rows, sessions[-1], "ended", own=True)


def test_what_a_killed_audit_had_done_is_told_and_not_done_again(small, monkeypatch) -> None:
    def killed(jobs, *_asked):
        yield Outcome(jobs[0].name, tuple(jobs[0].replay(None)), (), "")
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "each_session", passing)
    monkeypatch.setattr(module, "carried_out", killed)
    with pytest.raises(KeyboardInterrupt):
        small("code")
    asked = []

    def whole(jobs, *_asked):
        for job in jobs:
            asked.append(job.name)
            yield Outcome(job.name, tuple(job.replay(None)), (), "")

    monkeypatch.setattr(module, "carried_out", whole)
    done = small("code")
    assert asked == ["sessions from 2018-05-03", "sessions from 2018-05-07"]
    assert sum(len(each.sessions) for one in done for each in one.made) == 5
    asked.clear()
    small("other code")
    assert len(asked) == 3


def test_a_batch_that_differs_or_fails_is_not_taken_for_passed(small, monkeypatch) -> None:
    def differing(published, sessions, _ask):
        rows = published.features.loc[list(sessions)]
        yield compare("features", rows, rows + 1, sessions[-1], "ended", own=True)

    def whole(jobs, *_asked):
        yield Outcome(jobs[0].name, tuple(jobs[0].replay(None)), (), "")
        for job in jobs[1:]:
            yield Outcome(job.name, (), (), "it failed")

    monkeypatch.setattr(module, "each_session", differing)
    monkeypatch.setattr(module, "carried_out", whole)
    small("code")
    assert [one.name for one in small("code")] == [
        "sessions from 2018-05-01", "sessions from 2018-05-03", "sessions from 2018-05-07",
    ]  # fmt: skip
