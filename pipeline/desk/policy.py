"""What a policy is: from what was known each evening to the share of the capital to hold."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from pipeline.base.words import did_you_mean
from pipeline.desk.target import Array, only_shrinking, plain_target
from pipeline.desk.tier import ADD_NOTHING
from pipeline.settings.desk import DeskSettings, TargetSettings

TARGET = "target"
"""The policy that all others are measured against."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What was known each evening, of what is held and of the market.

    Attributes
    ----------
    returns
        By session, from the first that has a price: simple daily returns of what is held.
    days
        The evenings asked about, consecutive, with the columns of `pipeline.desk.history.evening`.
    target
        Of the same evenings: the plain target, from `pipeline.desk.target.plain_target`.
    """

    returns: pd.Series
    days: pd.DataFrame
    target: Array

    def probability(self, scenario: str, window: str) -> Array:
        """Of a scenario in a window, by evening; `ValueError` when there is no such window."""
        column = f"{scenario}.{window}"
        if column not in self.days:
            raise ValueError(f"a policy looks at window {window!r}, which nobody forecasts")
        return self.days[column].to_numpy(dtype=float)


def see(returns: pd.Series, days: pd.DataFrame, settings: TargetSettings, band: float) -> Seen:
    """Line up what is known; evenings before the target is known are left out."""
    target = plain_target(returns, settings, band).reindex(days.index).dropna()
    return Seen(returns.dropna(), days.loc[target.index], target.to_numpy(dtype=float))


@dataclass(frozen=True)
class Policy(ABC):
    """Base of every policy: fields are settings, with the value that stands without any.

    Subclasses are frozen dataclasses with a class attribute ``why``, one a file of
    ``pipeline/desk/policies``; defining one registers it. A setting that is out of range is a
    `ValueError` when one is made, from `require`.

    Attributes
    ----------
    name
        Of its file, and in ``desk.policy`` and ``desk.policies``.
    why
        One sentence: what it does, and what speaks for it.
    yardstick
        Whether others are held against it and no call follows it.
    reads_target
        Whether it rests on the plain target, and with that on the target's band.
    hindsight
        Whether it knows the whole span, as no rule but a yardstick may.
    """

    name: ClassVar[str]
    why: ClassVar[str]
    yardstick: ClassVar[bool] = False
    reads_target: ClassVar[bool] = True
    hindsight: ClassVar[bool] = False
    _registry: ClassVar[dict[str, type["Policy"]]] = {}

    def __init_subclass__(cls) -> None:
        """Register the subclass by the name of its file."""
        super().__init_subclass__()
        cls.name = cls.__module__.rpartition(".")[2]
        if cls.hindsight and not cls.yardstick:
            raise TypeError(f"policy {cls.name} has hindsight: only a yardstick may")
        Policy._registry[cls.name] = cls

    @property
    def windows(self) -> Collection[str]:
        """Windows whose probabilities it looks at."""
        return ()

    def require(self, setting: str, what: str, *, met: bool) -> None:
        """Refuse a setting that is not what it must be."""
        if not met:
            given = getattr(self, setting)
            raise ValueError(f"policies.{self.name}.{setting} is {given!r}; it must be {what}")

    @abstractmethod
    def wanted(self, seen: Seen) -> Array:
        """Share of the capital, 0 to 1, by evening of ``seen.days``: shape (n,)."""

    def exposure(self, seen: Seen) -> Array:
        """What is wanted, with nothing added at tier 4; yardsticks know no tier."""
        path = self.wanted(seen)
        at_tier_4 = (seen.days["tier"] == ADD_NOTHING).to_numpy(dtype=bool)
        return path if self.yardstick else only_shrinking(path, at_tier_4)


def registered() -> dict[str, type[Policy]]:
    """Every policy by name, after importing each file of ``pipeline/desk/policies``."""
    _load()
    return dict(Policy._registry)


@cache
def _load() -> None:
    folder = importlib.import_module("pipeline.desk.policies")
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")


def make_policies(settings: DeskSettings) -> dict[str, Policy]:
    """Every policy with its settings, those that a call may follow first.

    Raises
    ------
    ValueError
        When ``desk.policies`` names no policy or setting, a setting is out of range, or a call
        cannot follow ``desk.policy``; the message offers what there is.
    """
    kinds = registered()
    for name in settings.policies:
        if name not in kinds:
            raise ValueError(f"policies.{name} is no policy{_near(name, kinds)}")
    followed = [name for name, kind in kinds.items() if not kind.yardstick]
    if settings.policy not in followed:
        what = "a yardstick only" if settings.policy in kinds else "no policy"
        raise ValueError(
            f"policy is {settings.policy!r}, which is {what}; choose from {', '.join(followed)}"
        )
    ordered = sorted(kinds, key=lambda name: (name != TARGET, kinds[name].yardstick, name))
    return {name: _made(kinds[name], settings.policies.get(name, {})) for name in ordered}


def _made(kind: type[Policy], given: Mapping[str, Any]) -> Policy:
    plain, allowed = kind(), {field.name for field in fields(kind)}
    for key, value in given.items():
        place = f"policies.{kind.name}.{key}"
        if key not in allowed:
            raise ValueError(f"{place} is no setting{_near(key, allowed)}")
        if not _alike(value, getattr(plain, key)):
            raise ValueError(f"{place} is {value!r}; write it like {getattr(plain, key)!r}")
    return kind(**given)


def _alike(value: Any, plain: Any) -> bool:
    """Whether a setting is of the kind of the one in its file, and as many; 1 may stand for 1.0."""
    if isinstance(plain, Mapping):
        first = next(iter(plain.values()))
        given = value.values() if isinstance(value, Mapping) else ()
        return bool(given) and all(_alike(each, first) for each in given)
    if isinstance(plain, tuple):
        same = isinstance(value, list | tuple) and len(value) == len(plain)
        return same and all(map(_alike, value, plain))
    return type(value) is type(plain) or (type(value), type(plain)) == (int, float)


def _near(word: str, known: Mapping[str, Any] | set[str]) -> str:
    listed = ", ".join(sorted(known)) or "-"
    return f"; {did_you_mean(word, known, f'known: {listed}')}"


def rounded(share: Array, step: float) -> Array:
    """Shares to multiples of a step within 0 and 1, so that small moves are not traded."""
    return np.clip(np.round(share / step) * step, 0.0, 1.0)
