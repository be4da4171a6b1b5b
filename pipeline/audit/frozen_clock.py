"""A clock that stands still: whoever asks it in a replay is told the decision time of the cut."""

import datetime
import time
from typing import Any, Self

import pandas as pd

_DATETIME = datetime.datetime
_LOCAL, _GREENWICH, _FORMATTED = time.localtime, time.gmtime, time.strftime
_NANOSECONDS = 1_000_000_000


class _Stands:
    nanoseconds = 0


def set_clock(instant: pd.Timestamp) -> None:
    """Let it be that instant (UTC) until told otherwise."""
    _Stands.nanoseconds = int(instant.as_unit("ns").value)


def freeze() -> None:
    """Put the standing clock in place of Python's and pandas'.

    Modules that are imported later get it; those imported before keep what they took by name.
    """
    time.time = _seconds
    time.time_ns = lambda: _Stands.nanoseconds
    time.localtime = lambda when=None: _LOCAL(_seconds() if when is None else when)
    time.gmtime = lambda when=None: _GREENWICH(_seconds() if when is None else when)
    time.strftime = lambda form, when=None: _FORMATTED(
        form, time.localtime() if when is None else when
    )
    datetime.datetime = _Datetime  # type: ignore[misc]
    datetime.date = _Date  # type: ignore[misc]
    stamp: Any = pd.Timestamp
    stamp.now = stamp.today = classmethod(lambda _cls, tz=None: _stamp(tz))
    stamp.utcnow = classmethod(lambda _cls: _stamp("UTC"))


def _seconds() -> float:
    return _Stands.nanoseconds / _NANOSECONDS


def _stamp(tz: Any) -> pd.Timestamp:
    instant = pd.Timestamp(_Stands.nanoseconds, unit="ns", tz="UTC")
    return instant.tz_localize(None) if tz is None else instant.tz_convert(tz)


class _AsTrue(type):
    """What is of the true class is of the frozen one too: libraries go on making the true ones."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.__mro__[1])

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, cls.__mro__[1])

    def __get_pydantic_core_schema__(cls, _source: object, handler: Any) -> Any:
        return handler.generate_schema(cls.__mro__[1])


class _Datetime(datetime.datetime, metaclass=_AsTrue):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Self:
        return _DATETIME.fromtimestamp(_seconds(), tz)  # type: ignore[return-value]

    @classmethod
    def utcnow(cls) -> Self:
        return _DATETIME.fromtimestamp(_seconds(), datetime.UTC).replace(tzinfo=None)  # type: ignore[return-value]

    @classmethod
    def today(cls) -> Self:
        return cls.now()


class _Date(datetime.date, metaclass=_AsTrue):
    @classmethod
    def today(cls) -> Self:
        return _DATETIME.fromtimestamp(_seconds(), datetime.UTC).date()  # type: ignore[return-value]
