"""The Board's H.4.1: a column a series, under lines that say what each is."""

from typing import ClassVar

import pandas as pd
import pytest

from tests.pipeline.providers.client.contract import SourceContract, smooth
from tests.pipeline.providers.client.server import Answer

HEAD = (
    '"Series Description","Assets: Securities, held outright: Wednesday level","Total assets"\n'
    '"Unit:","Currency","Currency"\n'
    '"Multiplier:","1000000","{multiplier}"\n'
    '"Currency:","USD","USD"\n'
    '"Unique Identifier: ","H41/H41/OTHER_N.WW","H41/H41/{name}"\n'
    '"Time Period","OTHER_N.WW","{name}"\n'
)


class FakeBoard:
    """One package, oldest first; a hole in one of its series is ``ND``."""

    def __init__(self, rows: pd.DataFrame, name: str, multiplier: str = "1000000") -> None:
        self.rows, self.head = rows, HEAD.format(name=name, multiplier=multiplier)

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/datadownload/Output.aspx" or len(query["series"]) != 32:
            return Answer(b"", 404)
        assert (query["rel"], query["layout"]) == ("H41", "seriescolumn")
        first, last = (pd.to_datetime(query[each], format="%m/%d/%Y") for each in ("from", "to"))
        asked = self.rows[self.rows["date"].between(first, last)]
        lines = (f"{date:%Y-%m-%d},ND,{value:.0f}\n" for date, value in asked.to_numpy())
        return Answer((self.head + "".join(lines)).encode())


class TestAssets(SourceContract):
    provider: ClassVar = "h41"
    series: ClassVar = "fed_assets"
    code: ClassVar = "RESPPMA_N.WW"

    def rows(self) -> pd.DataFrame:
        days = pd.Series(pd.date_range("2024-01-03", "2024-07-31", freq="W-WED"))
        values = pd.Series(smooth(len(days), 7.7e6, 7.2e6)).round()
        return pd.DataFrame({"date": days.astype("datetime64[ns]"), "value": values})

    def fake(self, rows: pd.DataFrame) -> FakeBoard:
        return FakeBoard(rows, self.code)

    @pytest.mark.parametrize(
        ("fake", "said"),
        [
            ({"name": "RESPPA_N.WW"}, "no series of that name among 2"),
            ({"name": "RESPPMA_N.WW", "multiplier": "1000"}, "counts in units of '1000'"),
        ],
    )
    def test_another_series_or_unit_is_not_taken_for_it(self, fake: dict, said: str) -> None:
        self.server.serve(FakeBoard(self.rows(), **fake))
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert said in problem


class TestReserves(TestAssets):
    series: ClassVar = "reserves"
    code: ClassVar = "RESH4R_XAW_N.WW"

    @pytest.mark.parametrize("fake", [{"name": "RESH4R_N.WW"}])
    def test_another_series_or_unit_is_not_taken_for_it(self, fake: dict) -> None:
        super().test_another_series_or_unit_is_not_taken_for_it(fake, "no series of that name")
