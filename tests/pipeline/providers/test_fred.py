"""FRED's graph CSV: ``observation_date`` and the id, an empty cell or a dot where it is missing."""

from typing import ClassVar

import pandas as pd

from tests.pipeline.providers.client.contract import TransportContract, smooth, weekdays
from tests.pipeline.providers.client.server import Answer


class FakeFred:
    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/graph/fredgraph.csv":
            return Answer(b"", 404)
        asked = self.rows["date"].between(query["cosd"], query["coed"])
        lines = [f"observation_date,{query['id']}", f"{query['cosd']},.", f"{query['coed']},"]
        body = [f"{date:%Y-%m-%d},{value}" for date, value in self.rows[asked].to_numpy()]
        return Answer("\n".join(lines[:2] + body + lines[2:]).encode())


class Gone:
    """Has nothing of what is asked."""

    def answer(self, _path: str, _query: dict[str, str]) -> Answer:
        return Answer(b"", 404)


class TestFred(TransportContract):
    provider: ClassVar = "fred"
    series: ClassVar = "us10y"
    code: ClassVar = "DGS10"

    def rows(self) -> pd.DataFrame:
        dates = weekdays()
        return pd.DataFrame({"date": dates, "value": list(smooth(len(dates), 3.8, 4.7))})

    def fake(self, rows: pd.DataFrame) -> FakeFred:
        return FakeFred(rows)

    def test_basis_points_are_refused(self) -> None:
        self.server.serve(FakeFred(self.rows().assign(value=lambda rows: rows["value"] * 100)))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "basis points" in outcome.problem

    def test_fractions_are_refused_beside_what_is_stored(self) -> None:
        self.fetch(self.cut)
        kept = self.stored()
        self.server.serve(FakeFred(self.rows().assign(value=lambda rows: rows["value"] / 100)))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "its unit has changed" in outcome.problem
        pd.testing.assert_frame_equal(self.stored(), kept)

    def test_a_shorter_history_is_told_and_nothing_is_lost(self) -> None:
        self.fetch(self.now)
        kept = self.stored()
        self.server.serve(FakeFred(self.rows().iloc[60:]))
        outcome = self.fetch(self.now, since=self.start)
        assert outcome.shortened == (kept["date"].iloc[0], self.rows()["date"].iloc[60])
        pd.testing.assert_frame_equal(self.stored(), kept)

    def test_a_revised_value_is_told_and_both_are_kept(self) -> None:
        self.fetch(self.cut)
        revised = self.rows()
        position = revised.index[revised["date"] == "2024-06-13"]
        before = float(revised.loc[position, "value"].iloc[0])
        revised.loc[position, "value"] = before + 0.02
        self.server.serve(FakeFred(revised))
        outcome = self.fetch(self.now)
        assert outcome.change.revised == 1
        self_stored = self.stored().set_index("date")["value"]
        assert self_stored["2024-06-13"] == before + 0.02
        from pipeline.storage.landing import Landing  # noqa: PLC0415

        every = Landing(self.entry).stored("fred")
        assert every is not None
        assert set(every.loc[every["date"] == "2024-06-13", "value"]) == {before, before + 0.02}

    def test_a_series_that_is_not_there_is_told_unless_it_once_was(self) -> None:
        self.server.serve(Gone())
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert "fred" in problem
        self.server.serve(FakeFred(self.rows()))
        self.fetch(self.cut)
        self.server.serve(Gone())
        outcome = self.fetch(self.now)
        assert (outcome.problem, outcome.change.added) == (None, 0)

    def test_a_header_without_rows_is_said(self) -> None:
        self.fetch(self.cut)
        self.server.serve(FakeFred(self.rows().iloc[:0]))
        problem = str(self.fetch(self.now).problem)
        assert "fred (DGS10) answered without a row since 2024-" in problem

    def test_withdrawn_rows_are_told_and_stay(self) -> None:
        self.fetch(self.now)
        kept = self.stored()
        self.server.serve(FakeFred(self.rows().drop(index=[130, 131])))
        outcome = self.fetch(self.now, since=self.start)
        assert outcome.change.withdrawn == 2
        pd.testing.assert_frame_equal(self.stored(), kept)
