"""What every provider must hold, whatever it speaks; a provider's test is a small subclass.

The answers are written from each provider's documentation, by hand and small: they show its format,
paging and order, and cannot show what it has changed since. `undertow doctor --live` asks the real
one.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.catalogue import CATALOGUE
from pipeline.fetching.connections import Connections
from pipeline.fetching.one_series import Outcome, Task, fetch_series
from pipeline.providers.client.provider import provider_kind
from pipeline.series.border import check
from pipeline.series.kinds import FETCHED_AT, PROVIDER, Series
from pipeline.settings.live import LiveSettings, Retry
from pipeline.storage.landing import Landing
from tests.pipeline.providers.client.server import Fake, Server

PASSING = ("busy", "broken", "page", "truncated", "reset", "drip", "redirect")
"""Faults after which asking again helps."""
QUICK = Retry(timeout_seconds=5.0, max_seconds=30.0, attempts=3, max_mb=8)


class SourceContract:
    """The battery.

    Attributes
    ----------
    provider, series, code
        Which route is tested.
    start, cut, now
        First date wanted; instants of an earlier and of a later fetch.
    garbled, resumed
        How many spoilt answers and how many broken fetches are tried.
    """

    provider: ClassVar[str]
    series: ClassVar[str]
    code: ClassVar[str]
    start: ClassVar[str] = "2024-01-01"
    cut: ClassVar[str] = "2024-06-14T12:00Z"
    now: ClassVar[str] = "2024-07-10T12:00Z"
    garbled: ClassVar[int] = int(os.environ.get("FUZZ_CASES", "4"))
    resumed: ClassVar[int] = min(garbled // 2, 8)

    def rows(self) -> pd.DataFrame:
        """What the provider has, in the shape of the series' kind, and a little beyond ``now``."""
        raise AssertionError("a subclass says what the provider has")

    def fake(self, rows: pd.DataFrame) -> Fake:
        """A server side that speaks the provider's format over these rows."""
        raise AssertionError("a subclass says how the provider speaks")

    # -- what the tests stand on --------------------------------------------------------------

    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
        monkeypatch.chdir(tmp_path)
        self.server = server
        self.naps: list[float] = []
        server.serve(self.fake(self.rows()))

    @property
    def entry(self) -> Series:
        return replace(CATALOGUE[self.series], live=f"{self.provider}:{self.code}")

    def connect(self, retry: Retry = QUICK) -> Connections:
        endpoints = {self.provider: self.server.address}
        return Connections(LiveSettings(retry, endpoints=endpoints), self.naps.append)

    def fetch(self, now: str, retry: Retry = QUICK, since: str | None = None) -> Outcome:
        """One fetch as of an instant; its outcome, an empty one where nothing was asked."""
        from threading import Event  # noqa: PLC0415

        asked = None if since is None else pd.Timestamp(since)
        task = Task(pd.Timestamp(self.start), pd.Timestamp(now), asked)
        with self.connect(retry) as connections:
            outcomes = list(fetch_series(self.entry, task, connections, Event()))
        return outcomes[0] if outcomes else Outcome(self.series, self.provider, task.start)

    def stored(self, folder: Path = Path("data/live")) -> pd.DataFrame:
        rows = Landing(self.entry, folder=folder).read()
        assert rows is not None
        return rows.drop(columns=[FETCHED_AT, PROVIDER])

    def expected(self, now: str) -> pd.DataFrame:
        """Rows that are final at an instant, from the start on."""
        from pipeline.fetching.due import settled  # noqa: PLC0415

        rows, clock = self.rows(), self.entry.clock
        assert clock is not None
        start = pd.Timestamp(self.start)
        if rows[clock].dt.tz is not None:
            start = start.tz_localize("UTC")
        rows = settled(rows, self.entry, pd.Timestamp(now))
        return rows[rows[clock] >= start].reset_index(drop=True)

    def same(self, now: str) -> None:
        pd.testing.assert_frame_equal(
            self.stored(), self.expected(now), check_dtype=False, rtol=1e-9
        )

    # -- the battery --------------------------------------------------------------------------

    def test_a_clean_fetch_stores_every_final_row(self) -> None:
        outcome = self.fetch(self.now)
        assert outcome.problem is None
        self.same(self.now)
        assert outcome.change.added == len(self.expected(self.now))

    def test_an_increment_asks_only_for_what_is_new(self) -> None:
        self.fetch(self.cut)
        before, self.server.requests[:] = len(self.server.requests), []
        outcome = self.fetch(self.now)
        assert outcome.problem is None
        self.same(self.now)
        added = len(self.expected(self.now)) - len(self.expected(self.cut))
        assert outcome.change.added == added
        assert outcome.change.revised == 0
        assert outcome.asked_from > pd.Timestamp(self.start)
        assert len(self.server.requests) <= before

    def test_asking_again_changes_nothing(self) -> None:
        self.fetch(self.now)
        first = self.stored()
        outcome = self.fetch(self.now, since=self.start)
        assert outcome.problem is None
        assert (outcome.change.added, outcome.change.revised) == (0, 0)
        assert outcome.change.withdrawn == 0
        assert outcome.shortened is None
        pd.testing.assert_frame_equal(self.stored(), first)

    def test_any_breaks_and_resumes_give_what_one_clean_fetch_gives(
        self, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fatal = ["broken"] * QUICK.attempts
        steps = st.lists(
            st.one_of(
                st.just([None]),
                st.sampled_from([["busy"], ["truncated"], ["reset"], ["page"]]),
                st.just(fatal),
                st.just(["country"]),
            ),
            max_size=6,
        )

        @settings(
            max_examples=self.resumed,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture],
        )
        @example([["page"]], [])
        @given(steps, st.lists(st.sampled_from([self.cut, self.now]), max_size=3))
        def holds(faults: list[list[str | None]], earlier: list[str]) -> None:
            monkeypatch.chdir(tmp_path_factory.mktemp("resumed"))
            self.server.serve(self.fake(self.rows()))
            self.server.faults = [fault for step in faults for fault in step]
            for now in sorted(earlier):
                self.fetch(now)
            self.server.faults = []
            assert self.fetch(self.now, since=None if earlier else self.start).problem is None
            self.same(self.now)

        holds()

    def test_a_garbled_answer_is_refused_in_a_sentence_or_read_never_a_traceback(
        self, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cut = st.tuples(st.just("cut"), st.floats(0.0, 1.0), st.binary(max_size=12))
        insert = st.tuples(st.just("insert"), st.floats(0.0, 1.0), st.binary(max_size=12))
        change = st.tuples(
            st.just("change"),
            st.floats(0.0, 1.0),
            st.sampled_from(
                [b"0", b"-", b"9e999", b"nan", b'"', b",", b"\n", b"\xff", b"{", b"[]"]
            ),
        )

        @settings(max_examples=self.garbled, deadline=None, suppress_health_check=list(HealthCheck))
        @given(st.one_of(cut, insert, change))
        def holds(how: tuple[str, float, bytes]) -> None:
            monkeypatch.chdir(tmp_path_factory.mktemp("garbled"))
            self.server.serve(self.fake(self.rows()))
            self.server.garble = lambda body: garbled(body, *how)
            retry = replace(QUICK, attempts=1)
            outcome = self.fetch(self.now, retry)
            assert outcome.problem is None or "\n" not in outcome.problem
            rows = Landing(self.entry).read()
            if rows is not None:
                check(rows, self.entry, "what was stored", pd.Timestamp(self.now))

        holds()


class TransportContract(SourceContract):
    """The battery, and what does not depend on the provider: how its client asks.

    One provider for each client and shape of answer is enough: a table, a zip with its checksum,
    and what yfinance asks for us.
    """

    @pytest.mark.parametrize("fault", PASSING)
    def test_a_passing_fault_costs_a_retry_and_no_row(self, fault: str) -> None:
        self.server.faults = [fault]
        patience = replace(QUICK, longest_seconds=0.1) if fault == "drip" else QUICK
        outcome = self.fetch(self.now, patience)
        assert outcome.problem is None
        self.same(self.now)

    def test_what_the_provider_asks_to_wait_is_waited(self) -> None:
        self.server.faults = ["busy", "busy"]
        self.fetch(self.now)
        assert self.naps[:2] == [7.0, 7.0] or self.naps.count(7.0) == 2
        self.same(self.now)

    def test_a_refused_country_is_told_once_and_not_asked_again(self) -> None:
        self.server.faults = ["country"]
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "refuses this country (status 451)" in outcome.problem
        assert "\n" not in outcome.problem
        assert len(self.server.requests) == 1

    @pytest.mark.parametrize("fault", ["broken", "page", "reset"])
    def test_a_provider_that_stays_broken_is_told_in_one_sentence(self, fault: str) -> None:
        self.fetch(self.cut)
        kept = self.stored()
        self.server.faults = [fault] * QUICK.attempts
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert self.provider in outcome.problem
        assert "\n" not in outcome.problem
        pd.testing.assert_frame_equal(self.stored(), kept)

    def test_an_answer_that_is_too_large_is_cut_off(self) -> None:
        outcome = self.fetch(self.now, replace(QUICK, largest_mb=0))
        assert outcome.problem is not None
        assert "so the answer was cut off" in outcome.problem


def garbled(body: bytes, what: str, where: float, junk: bytes) -> bytes:
    """An answer that was cut, or into which bytes were put, or some of whose bytes are others."""
    place = round(where * len(body))
    if what == "cut":
        return body[:place] + junk
    return body[:place] + junk + body[place + (len(junk) if what == "change" else 0) :]


def provider_of(contract: type[SourceContract]) -> type:
    """The class that a contract tests."""
    return provider_kind(contract.provider)


def weekdays(start: str = "2024-01-02", end: str = "2024-07-12") -> pd.Series:
    """Dates of a small daily history."""
    return pd.Series(pd.bdate_range(start, end).astype("datetime64[ns]"), name="date")


def smooth(count: int, low: float, high: float) -> Iterator[float]:
    """Values that wander between two bounds, each different from its neighbours."""
    for step in range(count):
        turn = (step * 37) % 101 / 100.0
        yield round(low + (high - low) * turn, 4)
