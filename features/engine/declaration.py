"""How a feature is declared.

A feature is a function in its driver's file, or in a file of its driver's folder. Its positional
parameters name what it reads: series of the panel (``btc__high`` is the column ``btc.high``),
member tables, the composite's ``components``, another feature, a ``table`` that several share, a
``running`` statistic of all sessions so far, or the last closes of intraday bars (``btc_4h__back``
is the table of the columns ``btc_4h.back_0``, the newest, and so on).
Its keyword-only parameters are ``sessions`` (the speed, one feature a value of ``speeds``) and
settings from ``params.yaml`` (section ``features.settings``). The decorator states the rest.
Writing the function is all there is to adding a feature.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any

import pandas as pd

from features.errors import FeatureError

Compute = Callable[..., pd.Series]
Shared = Callable[..., pd.DataFrame]
Running = Callable[..., pd.Series | pd.DataFrame]

MEMBER_FAMILIES = ("members", "in_tech", "in_semis", "in_software")
"""Inputs that are tables, one column a stock: prices, and who belonged to which group when."""

COMPONENTS, SCALE_FROM, SCALE_MIN_COUNT = "components", "scale_from", "scale_min_count"
"""Settings of the label definition: the series that are its components, the session that their
scale expands from, and how many sessions it needs. The first is also the input by which a feature
reads the table of the components' levels."""

BACK = "__back"
"""Ending of an input that is the table of the last closes of intraday bars, newest first."""

_GROUP = "group"
"""Stands in the names of a function that declares one feature a group, and of its inputs."""

LONGEST_RULE = 63
"""Most sessions that a setting whose name ends in ``_sessions`` may ask for. Windows are declared
before the settings are known, so they allow for the longest."""


@dataclass(frozen=True)
class Recipe:
    """A function and what it asks for by name.

    Attributes
    ----------
    arguments
        Names of its positional parameters.
    keywords
        Settings that it takes itself.
    whole
        Whether it is always made from the whole panel.
    """

    compute: Callable[..., Any]
    arguments: tuple[str, ...]
    keywords: tuple[str, ...]
    whole: bool = False

    @property
    def source(self) -> str:
        """Its code, speed and arguments, and the code of what it reads through others."""
        speed = getattr(self.compute, "keywords", {})
        code = inspect.getsource(getattr(self.compute, "func", self.compute))
        # Words of the decorator make no other number: only the function itself counts.
        own = code[code.index("def ") :]
        shared = [other.source for name in self.arguments if (other := _shared(name))]
        return "\n".join([own, str(speed), *self.arguments, *shared])

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns and member tables of the panel that it reads, directly or through others."""
        read = (
            (name.replace("__", "."),) if (other := _shared(name)) is None else other.inputs
            for name in self.arguments
        )
        return _distinct(read)

    @property
    def settings(self) -> tuple[str, ...]:
        """Settings that it needs, directly or through others."""
        needed = (
            ((COMPONENTS, SCALE_FROM) if name == COMPONENTS else ())
            if (other := _shared(name)) is None
            else other.settings
            for name in self.arguments
        )
        return _distinct((self.keywords, *needed))

    @property
    def running(self) -> bool:
        """Whether it is, or reads through others, a statistic of all sessions so far."""
        shared = (other for name in self.arguments if (other := _shared(name)))
        return self.whole or any(other.running for other in shared)


@dataclass(frozen=True)
class Feature:
    """One number a session.

    Attributes
    ----------
    name
        Unique among all features.
    label
        What it is in a few words, for people; its name when none is declared.
    module
        Where it is declared.
    signals
        Ids of SIGNALS that it covers.
    unit
        Unit of the value.
    window
        Sessions up to and including its own that it looks at, beside the ``running`` statistics
        that it reads; None says all since the start.
    optional
        Whether it rests on a series that is not always there; its value is then missing.
    about
        What it means and where the formula comes from.
    """

    name: str
    label: str
    module: str
    signals: tuple[str, ...]
    unit: str
    window: int | None
    optional: bool
    about: str
    recipe: Recipe

    @property
    def driver(self) -> str:
        """The family it belongs to: the file or the folder it stands in."""
        return self.module.removeprefix("features.").partition(".")[0]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns and member tables of the panel that it reads."""
        return self.recipe.inputs

    @property
    def settings(self) -> tuple[str, ...]:
        """Names of the settings it takes from ``params.yaml``."""
        return self.recipe.settings

    @property
    def running(self) -> bool:
        """Whether it reads a statistic of all sessions so far."""
        return self.recipe.running

    @property
    def digest(self) -> str:
        """Digest of its definition: code, speed and window, and what it reads through others."""
        return hashlib.sha256(f"{self.window} {self.recipe.source}".encode()).hexdigest()[:16]


FEATURES: dict[str, Feature] = {}
TABLES: dict[str, Recipe] = {}


def table(compute: Shared) -> Shared:
    """Register an intermediate table, computed once a run for all features that name it.

    It takes what a feature takes, but no speed and no settings in sessions.
    """
    TABLES[compute.__name__] = _recipe(compute)
    return compute


def running(compute: Running) -> Running:
    """Register a statistic of all sessions so far, such as an expanding mean.

    It is always made from the whole panel, in one pass; so a feature that reads it needs no more
    than its own ``window`` of everything else. It takes what a table takes.
    """
    TABLES[compute.__name__] = replace(_recipe(compute), whole=True)
    return compute


def feature(  # noqa: PLR0913 - a declaration is these words
    *signals: str,
    label: str = "",
    unit: str,
    window: int | Callable[[int], int] | None,
    speeds: Iterable[int] = (),
    groups: Mapping[str, str] | None = None,
    optional: bool = False,
) -> Callable[[Compute], Compute]:
    """Register the decorated function as a feature, or as one feature a group and speed.

    Parameters
    ----------
    *signals
        Ids such as ``"S01"``.
    label
        What it is in a few words, as a sentence of the desk has it; ``{sessions}`` is its speed,
        ``{over}`` is ``over 5 sessions``, or ``today`` for one session, ``{group}`` are the words
        of its group.
    unit
        Unit of the value.
    window
        Sessions needed to compute one value, its own included, beside ``running`` statistics: a
        number, None for all since the start, or a function of the speed plus `LONGEST_RULE` for
        each setting whose name ends in ``_sessions``. Too small a window is caught by a test (the
        tail must give the value of the full history); the audit catches a feature that reads the
        future.
    speeds
        Values of ``sessions``; the feature's name gets each as its ending.
    groups
        What takes the place of ``group`` in the function's name and in those of its inputs
        (``in_group``), each with its words, which take the place of ``{group}`` in the docstring.
    optional
        Whether its inputs may be absent.
    """

    def register(compute: Compute) -> Compute:
        for (group, words), speed in product(
            (groups or {_GROUP: ""}).items(), tuple(speeds) or (None,)
        ):
            name = compute.__name__.replace(_GROUP, group)
            recipe = _recipe(compute, speed, group)
            _add(
                Feature(
                    name=name if speed is None else f"{name}_{speed}",
                    label=_filled(label, speed, words) or name,
                    module=compute.__module__,
                    signals=signals,
                    unit=unit,
                    window=window(_span(recipe, speed)) if callable(window) else window,
                    optional=optional,
                    about=(inspect.getdoc(compute) or "").replace("{group}", words),
                    recipe=recipe,
                )
            )
        return compute

    return register


def _span(recipe: Recipe, speed: int | None) -> int:
    rules = sum(name.endswith("_sessions") for name in recipe.keywords)
    return (speed or 0) + LONGEST_RULE * rules


def _filled(label: str, speed: int | None, words: str) -> str:
    over = "today" if speed == 1 else f"over {speed} sessions"
    return label.format(sessions=speed, over=over, group=words)


def _recipe(compute: Callable[..., Any], speed: int | None = None, group: str = _GROUP) -> Recipe:
    parameters = inspect.signature(compute).parameters.values()
    names = (p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)
    arguments = tuple(name.replace(_GROUP, group) for name in names)
    keywords = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
    return Recipe(
        compute=compute if speed is None else partial(compute, sessions=speed),
        arguments=arguments,
        keywords=tuple(name for name in keywords if name != "sessions"),
    )


def _shared(name: str) -> Recipe | None:
    return FEATURES[name].recipe if name in FEATURES else TABLES.get(name)


def _distinct(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))


def _add(new: Feature) -> None:
    if new.name in FEATURES:
        raise FeatureError(
            f"two features are called {new.name!r}, one in {FEATURES[new.name].module}, "
            f"one in {new.module}; rename one of them"
        )
    FEATURES[new.name] = new
