"""What the catalogue says of a series: its kind, unit, publication lag, range and where it is."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["value", "bar", "funding", "snapshot", "flow", "panel", "calendar", "table"]
"""Shape of a raw series.

value     ``date, value``: one observation a day, dated by the day it describes.
bar       ``time, open, high, low, close, volume``: ``time`` is the UTC instant the bar opens.
funding   ``time, rate, interval_hours``: ``time`` is the UTC instant of the print.
snapshot  ``time, value``: a level at a UTC instant.
flow      ``time, value``: an amount over the day that ends at a UTC instant.
panel     ``date`` and one column a ticker.
calendar  ``date`` and attributes: dated events, some of them known ahead.
table     the columns that the series names, without a clock of their own.
"""

Cells = Literal["text", "date", "flag"]
"""What a table's column holds."""

Days = Literal["exchange", "weekdays", "month_ends", "weekly", "any"]
"""Days on which a dated series has rows.

exchange    sessions of the New York Stock Exchange.
weekdays    business days of another market (bonds, currencies, London): never a weekend.
month_ends  business days, and month-ends whatever day they fall on.
weekly      one row a week.
any         any day, or none for long: nothing can be said of its days.
"""


FETCHED_AT = "fetched_at"
"""Column of raw rows: the UTC instant at which a row was fetched."""
PROVIDER = "provider"
"""Column of raw rows of the ``live`` source: who gave the row."""


@dataclass(frozen=True)
class Lag:
    """When an observation becomes public.

    Attributes
    ----------
    sessions
        Sessions after the observation's date. 0 says public by the decision time of the same
        session (a closing price); 1 says the next session (FRED's daily yields). Setting it too
        small shows the model numbers that nobody had.
    weekday
        For weekly releases: public on the first such weekday (Monday is 0) after the date.
    bank_holidays
        Whether nothing comes out on a holiday of the Federal Reserve on which the exchange trades
        (Columbus and Veterans Day); it is then public at the session after.
    words
        The same for people.
    """

    sessions: int = 0
    weekday: int | None = None
    bank_holidays: bool = False
    words: str = "same evening"


SAME_EVENING = Lag()
NEXT_SESSION = Lag(1, words="next session")
NEXT_BANK_DAY = Lag(1, bank_holidays=True, words="next session, not on bank holidays")
WEEKLY_THURSDAY = Lag(
    0, weekday=3, bank_holidays=True, words="the Thursday after, 16:30 New York, or Friday"
)


@dataclass(frozen=True)
class Route:
    """A provider of live data, and what it calls a series."""

    provider: str
    code: str


@dataclass(frozen=True)
class Series:
    """One observed quantity, as published.

    Attributes
    ----------
    carry
        Longest gap, in sessions, over which the last value may stand in for a newer one.
    valid
        Lowest and highest value that can be true, in ``unit``; a value outside stops ingest.
    days
        Days on which it has rows, by which shifted dates and holes are known.
    step
        Largest factor, up or down, by which it moves from one row to the next; a larger move is a
        split that was not adjusted, or a misplaced decimal point. Infinite: nothing is too large.
    points
        The same as a difference in ``unit``, for yields and spreads.
    stamp_hours
        For snapshots given by date: hours from that date's midnight (UTC) to the instant that
        the value describes.
    interval
        For bars, their length; a bar counts once it is complete.
    recent
        For bars within a day: how many of the last closes the panel holds at each session, newest
        first.
    interval_hours
        For funding files that do not carry their interval.
    known_ahead
        For calendars: days before an event from which its date is public.
    columns
        For tables: the columns that they have, with what each holds.
    files
        Where the ``files`` source has it, as ``path`` or ``path:column``; None says it has not.
    live
        Where the ``live`` source has it, as ``provider:code``, first choice first, parted by
        ``|``. A fallback must measure the same quantity in the same unit.
    stand_in
        Series that say nearly the same: while a required series is late at its only public endpoint
        and these are current, a fetch ends well and says so.
    not_live
        Why no public endpoint has it, where none does.
    """

    name: str
    unit: str
    driver: str
    about: str
    kind: Kind = "value"
    required: bool = False
    lag: Lag = SAME_EVENING
    carry: int = 5
    valid: tuple[float, float] = (0.0, float("inf"))
    days: Days = "any"
    step: float = float("inf")
    points: float = float("inf")
    stamp_hours: float = 24.0
    interval: str = "1D"
    recent: int = 0
    interval_hours: float = 8.0
    known_ahead: int = 0
    columns: tuple[tuple[str, Cells], ...] = ()
    files: str | None = None
    live: str = ""
    stand_in: tuple[str, ...] = ()
    not_live: str = ""

    @property
    def clock(self) -> str | None:
        """Column that dates its raw rows; None for tables."""
        if self.kind == "table":
            return None
        return "date" if self.kind in {"value", "panel", "calendar"} else "time"

    @property
    def round_the_clock(self) -> bool:
        """Whether it is of crypto, the market that never closes, and known at any hour."""
        return self.clock == "time" and self.driver == "crypto"

    @property
    def routes(self) -> tuple[Route, ...]:
        """Where the ``live`` source has it, first choice first."""
        pairs = (route.strip().partition(":") for route in self.live.split("|") if route.strip())
        return tuple(Route(provider, code) for provider, _colon, code in pairs)

    @property
    def priced(self) -> bool:
        """Whether it is one close a day, in USD, of something that can be held."""
        daily = self.kind == "value" or (self.kind == "bar" and self.interval == "1D")
        return daily and self.unit in {"USD", "USD, adjusted", "USD per ounce"}

    @property
    def adjusted(self) -> bool:
        """Whether each dividend and split restates the whole past."""
        return "adjusted" in self.unit


@dataclass(frozen=True)
class Join:
    """Several vendors of one quantity, joined at each session by preference.

    ``by='level'`` takes the first vendor that has a value. ``by='change'`` takes the log change
    since the previous session of the first vendor that has both: vendors count different
    exchanges, so a splice of their levels would show a jump that never happened.
    """

    name: str
    unit: str
    driver: str
    about: str
    members: tuple[str, ...]
    by: Literal["level", "change"]
