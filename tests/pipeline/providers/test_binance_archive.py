"""Binance's archive: zips with checksums, headers in some, two units of time, holes and repeats."""

import hashlib
import io
import zipfile
from typing import ClassVar

import pandas as pd
import pytest

from pipeline.storage.landing import Landing
from tests.pipeline.providers.client.contract import SourceContract, TransportContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import bars, every, funding, ms, values

pytestmark = pytest.mark.slow

DAY = pd.Timedelta(days=1)
MEBIBYTE = 2**20


def zipped(text: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        # Without a date of its own, a file would be another one, and its checksum, at each second.
        archive.writestr(zipfile.ZipInfo("data.csv"), text, zipfile.ZIP_DEFLATED)
    return body.getvalue()


class FakeArchive:
    """Files of months and days over some rows; anything else is not there.

    Attributes
    ----------
    absent
        Files that are not out, by the end of their name.
    spoilt
        Files whose checksum is another's, by the end of their name.
    """

    def __init__(self, rows: pd.DataFrame, absent: tuple[str, ...] = ()) -> None:
        self.rows, self.absent = rows, absent
        self.spoilt: tuple[str, ...] = ()
        self.unsigned = False
        self.zips: dict[str, bytes] = {}

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        file = path.removesuffix(".CHECKSUM")
        rows = self.part(file)
        if rows.empty or file.removesuffix(".zip").endswith(self.absent or ("nothing",)):
            return Answer(b"<Error><Code>NoSuchKey</Code></Error>", 404)
        # Asked for at least twice: with its checksum.
        body = self.zips.get(file) or self.zips.setdefault(file, zipped(self.text(file, rows)))
        if file == path:
            return Answer(body)
        if self.unsigned:
            return Answer(b"", 404)
        body = b"another" if self.spoilt and file.endswith(self.spoilt) else body
        name = file.rpartition("/")[2]
        return Answer(f"{hashlib.sha256(body).hexdigest()}  {name}\n".encode())

    def part(self, file: str) -> pd.DataFrame:
        stamp = file.removesuffix(".zip")
        if "/monthly/" in file:
            first = pd.Timestamp(f"{stamp[-7:]}-01", tz="UTC")
            return self.rows[
                self.rows["time"].between(first, first + pd.offsets.MonthBegin(), "left")
            ]
        first = pd.Timestamp(stamp[-10:], tz="UTC")
        return self.rows[self.rows["time"].between(first, first + DAY, "left")]

    def text(self, file: str, rows: pd.DataFrame) -> str:
        raise AssertionError("a subclass writes the rows")


class FakeBars(FakeArchive):
    """Older files have no header and milliseconds, those from March on microseconds too."""

    def text(self, file: str, rows: pd.DataFrame) -> str:
        lines = []
        for row in rows.itertuples():
            late = row.time >= pd.Timestamp("2024-03-01", tz="UTC")
            stamp = ms(row.time) * (1000 if late else 1)
            cells = (row.open, row.high, row.low, row.close, row.volume)
            lines.append(f"{stamp},{','.join(map(str, cells))},0,1.0,7,1.0,1.0,0")
        header = (
            "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
            "taker_buy_volume,taker_buy_quote_volume,ignore"
        )
        return "\n".join([header, *lines] if "2024-02" in file else lines)


class TestBars(SourceContract):
    provider: ClassVar = "binance_archive"
    series: ClassVar = "btc_4h"
    code: ClassVar = "um/BTCUSDT/4h"

    def rows(self) -> pd.DataFrame:
        return bars(every("4h"))

    def fake(self, rows: pd.DataFrame) -> FakeArchive:
        return FakeBars(rows)

    def expected(self, now: str) -> pd.DataFrame:
        """Up to yesterday's file."""
        rows = super().expected(now)
        return rows[rows["time"] < pd.Timestamp(now).normalize()]

    def test_finished_months_are_one_file_each(self) -> None:
        self.fetch(self.now)
        zips = [path for path, _query in self.server.requests if path.endswith(".zip")]
        assert len([path for path in zips if "/monthly/" in path]) == 6
        assert len([path for path in zips if "/daily/" in path]) == 9

    def test_a_month_whose_file_is_not_out_is_taken_day_by_day(self) -> None:
        self.server.serve(FakeBars(self.rows(), absent=("2024-06",)))
        assert self.fetch("2024-07-02T12:00Z").problem is None
        self.same("2024-07-02T12:00Z")

    def test_what_follows_a_day_that_is_not_out_waits_for_it(self) -> None:
        self.server.serve(FakeBars(self.rows(), absent=("2024-07-07",)))
        self.fetch(self.now)
        assert self.stored()["time"].iloc[-1] == pd.Timestamp("2024-07-06 20:00", tz="UTC")
        self.server.serve(FakeBars(self.rows()))
        self.fetch(self.now)
        self.same(self.now)

    def test_a_file_that_is_not_what_its_checksum_says_is_refused(self) -> None:
        fake = FakeBars(self.rows())
        fake.spoilt = ("2024-04.zip",)
        self.server.serve(fake)
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert "BTCUSDT-4h-2024-04.zip whose checksum is" in problem
        assert self.stored()["time"].iloc[-1] == pd.Timestamp("2024-03-31 20:00", tz="UTC")

    def test_a_file_without_checksum_is_refused(self) -> None:
        fake = FakeBars(self.rows())
        fake.unsigned = True
        self.server.serve(fake)
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert "has no checksum of BTCUSDT-4h-2024-01.zip" in problem

    def test_a_zip_that_unpacks_to_too_much_is_refused(self) -> None:
        fake = FakeBars(self.rows())
        fake.text = lambda _file, _rows: "1," * (5 * MEBIBYTE)  # type: ignore[method-assign]
        self.server.serve(fake)
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert "sent a zip that unpacks to 10.0 MB, more than the 8 MB" in problem

    def test_nothing_is_asked_from_before_its_first_file(self) -> None:
        self.fetch(self.now, since="1997-01-02")
        self.same(self.now)
        asked = sorted(path[-11:-4] for path, _query in self.server.requests if "monthly" in path)
        assert "2019-12" in asked
        assert not [month for month in asked if month < "2019-12" and month[:2] == "20"]


class FakeFunding(FakeArchive):
    def text(self, file: str, rows: pd.DataFrame) -> str:
        lines = [
            f"{ms(row.time) + 4},{row.interval_hours:.0f},{row.rate:.8f}"
            for row in rows.itertuples()
        ]
        return "\n".join(["calc_time,funding_interval_hours,last_funding_rate", *lines])


class TestFunding(TransportContract):
    provider: ClassVar = "binance_archive"
    series: ClassVar = "btc_funding_binance"
    code: ClassVar = "funding/BTCUSDT"

    def rows(self) -> pd.DataFrame:
        parts = [
            funding(every("8h", "2024-01-01", "2024-03-01")),
            funding(every("4h", "2024-03-01 04:00"), 4.0),
        ]
        return pd.concat(parts, ignore_index=True)

    def fake(self, rows: pd.DataFrame) -> FakeArchive:
        return FakeFunding(rows)

    def expected(self, now: str) -> pd.DataFrame:
        """Up to the last finished month."""
        rows = super().expected(now)
        return rows[rows["time"] < pd.Timestamp(now).normalize().replace(day=1)]


class FakeMetrics(FakeArchive):
    """A row every five minutes (here: hour), the newest first, each twice, a zero at the end.

    A row of the series is what a file's last row says: the file of the day before its stamp.
    """

    def __init__(self, rows: pd.DataFrame, unit: float, column: int, last: str = "23:55") -> None:
        super().__init__(rows.assign(time=rows["time"] - DAY))
        self.unit, self.column, self.last = unit, column, last

    def text(self, file: str, rows: pd.DataFrame) -> str:
        [row] = rows.itertuples()
        name = file.rpartition("/")[2].partition("-")[0]
        said = [(f"{hour:02d}:00", row.value / self.unit / 2) for hour in range(23)]
        said += [(self.last, row.value / self.unit), ("23:56", 0.0)]
        lines = []
        for clock, value in said:
            cells = ["" for _ in range(6)]
            cells[self.column] = repr(float(value))
            lines += 2 * [f"{row.time:%Y-%m-%d} {clock}:00,{name},{','.join(cells)}"]
        header = (
            "create_time,symbol,sum_open_interest,sum_open_interest_value,"
            "count_toptrader_long_short_ratio,sum_toptrader_long_short_ratio,"
            "count_long_short_ratio,sum_taker_long_short_vol_ratio"
        )
        return "\n".join([header, *lines[::-1]])


class TestInterest(SourceContract):
    provider: ClassVar = "binance_archive"
    series: ClassVar = "btc_oi_coinm"
    code: ClassVar = "interest/BTCUSD_PERP"
    start: ClassVar = "2024-05-20"
    cut: ClassVar = "2024-07-05T12:00Z"

    def rows(self) -> pd.DataFrame:
        return values(every("1D", "2024-05-20"), 5e8, 9e8)

    def fake(self, rows: pd.DataFrame) -> FakeArchive:
        return FakeMetrics(rows, 100.0, 0)

    def test_the_beginning_is_found_by_asking_once_a_month(self) -> None:
        self.server.serve(self.fake(self.rows().iloc[20:].reset_index(drop=True)))
        assert self.fetch(self.now, since="1997-01-02").problem is None
        first = self.rows()["time"][20]
        assert self.stored()["time"].iloc[0] == first
        days = [path.removesuffix(".zip")[-10:] for path, _query in self.server.requests]
        before = [day for day in days if day[:2] == "20" and day < f"{first - DAY:%Y-%m-%d}"]
        assert len(before) < 12 * 4 + 32

    def test_a_day_that_was_never_published_is_a_hole(self) -> None:
        fake = self.fake(self.rows())
        fake.absent = ("2024-06-01", "2024-06-15")
        self.server.serve(fake)
        assert self.fetch(self.now).problem is None
        assert len(self.stored()) == len(self.expected(self.now)) - 2

    def test_a_file_that_breaks_off_before_its_last_hour_is_a_hole(self) -> None:
        self.server.serve(FakeMetrics(self.rows(), 100.0, 0, last="22:59"))
        self.fetch(self.now)
        assert Landing(self.entry).read() is None

    def test_what_is_fetched_before_a_break_is_kept_in_pages(self) -> None:
        fake = self.fake(self.rows())
        fake.spoilt = ("2024-07-09.zip",)
        self.server.serve(fake)
        assert self.fetch(self.now).problem is not None
        assert len(self.stored()) == 50


class TestCrowding(SourceContract):
    provider: ClassVar = "binance_archive"
    series: ClassVar = "long_short_ratio"
    code: ClassVar = "crowding/BTCUSDT"
    # Each day is two requests, and a short history tries the same.
    start: ClassVar = "2024-06-24"
    cut: ClassVar = "2024-07-08T12:00Z"

    def rows(self) -> pd.DataFrame:
        return values(every("1D", "2024-06-24"), 0.6, 3.2)

    def fake(self, rows: pd.DataFrame) -> FakeArchive:
        return FakeMetrics(rows, 1.0, 4)
