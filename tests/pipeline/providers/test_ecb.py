"""The ECB's zip of one CSV: newest first, units per euro, ``N/A``, a comma too many."""

import io
import zipfile
from typing import ClassVar

import pandas as pd
import pytest

from tests.pipeline.providers.client.contract import SourceContract, smooth, weekdays
from tests.pipeline.providers.client.server import Answer

OTHERS = {"JPY": 161.2, "GBP": 0.8521, "SEK": 11.412, "CHF": 0.9532, "CAD": 1.4672}


class FakeEcb:
    def __init__(self, rates: pd.DataFrame) -> None:
        self.rates = rates

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/stats/eurofxref/eurofxref-hist.zip" or query:
            return Answer(b"", 404)
        names = [str(name) for name in self.rates.columns if name != "date"]
        lines = [f"Date,{','.join(names)},"]
        for row in self.rates.iloc[::-1].itertuples(index=False):
            cells = ["N/A" if pd.isna(rate) else f"{rate:.6f}" for rate in row[1:]]
            lines.append(f"{row[0]:%Y-%m-%d},{','.join(cells)},")
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("eurofxref-hist.csv", "\n".join(lines))
        return Answer(body.getvalue())


def rates() -> pd.DataFrame:
    dates = weekdays()
    dollars = [round(value, 4) for value in smooth(len(dates), 1.05, 1.12)]
    return pd.DataFrame({"date": dates, "USD": dollars, "CYP": float("nan"), **OTHERS})


class TestDollarIndex(SourceContract):
    provider: ClassVar = "ecb"
    series: ClassVar = "dxy"
    code: ClassVar = "dxy"

    def rows(self) -> pd.DataFrame:
        """ICE's own formula, in the pairs that it is written in."""
        rate = rates()
        value = (
            50.14348112
            * rate["USD"] ** -0.576
            * (rate["JPY"] / rate["USD"]) ** 0.136
            * (rate["USD"] / rate["GBP"]) ** -0.119
            * (rate["CAD"] / rate["USD"]) ** 0.091
            * (rate["SEK"] / rate["USD"]) ** 0.042
            * (rate["CHF"] / rate["USD"]) ** 0.036
        )
        return pd.DataFrame({"date": rate["date"], "value": value})

    def fake(self, rows: pd.DataFrame) -> FakeEcb:
        return FakeEcb(rates())

    def test_the_level_is_the_dollar_index_s(self) -> None:
        self.fetch(self.now)
        assert self.stored()["value"].between(98, 108).all()

    def test_a_day_without_one_of_the_six_is_missing(self) -> None:
        holes = rates()
        holes.loc[5, "SEK"] = float("nan")
        self.server.serve(FakeEcb(holes))
        self.fetch(self.now)
        assert holes["date"][5] not in set(self.stored()["date"])

    @pytest.mark.parametrize("currency", ["USD", "JPY"])
    def test_a_currency_that_is_gone_is_told_by_name(self, currency: str) -> None:
        self.server.serve(FakeEcb(rates().drop(columns=currency)))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert f"no column '{currency}'" in outcome.problem

    def test_a_damaged_archive_is_refused(self) -> None:
        class Damaged(FakeEcb):
            def answer(self, path: str, query: dict[str, str]) -> Answer:
                whole = super().answer(path, query).body
                return Answer(whole[:60] + b"\x00\x00\x00" + whole[63:])

        self.server.serve(Damaged(rates()))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "ecb (dxy) sent no whole zip" in outcome.problem
