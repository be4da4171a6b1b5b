"""Settings of the desk: every limit of its rules, in ``params.yaml`` and in the model's bundle."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Limit:
    """When a feature counts: inside every bound that is given.

    Attributes
    ----------
    above, below
        Bounds in the feature's own unit, themselves not included; None says none.
    """

    above: float | None = None
    below: float | None = None


Conditions = dict[str, Limit]
"""Limits by the name of a feature."""


@dataclass(frozen=True)
class Step:
    """A step of the checklist (S30): how many of its conditions make it warn, and defend."""

    conditions: Conditions
    warn: int
    defend: int


@dataclass(frozen=True)
class Rule:
    """A rule that is met when at least ``min_met`` of its conditions are."""

    conditions: Conditions
    min_met: int


@dataclass(frozen=True)
class TierSettings:
    """From risk to tier and exposure (S39).

    Attributes
    ----------
    weights
        Weight of each window's probability of a tightening-shock in the risk; they sum to 1.
    risk_levels
        Risk at which tiers 1 to 4 begin.
    state_tiers
        Lowest tier in a state of the hidden Markov model, by its word.
    hedge_from, reduce_from
        Tiers from which the action is to hedge, and to reduce (S34).
    stack_raises
        Stack count from which the tier is one higher.
    scales
        Exposure of tiers 0 to 4 as a fraction of the volatility-targeted one; tier 4 is "do not
        trade".
    target_volatility
        Annual volatility that the exposure aims at, as a fraction.
    volatility
        Feature that measures it: annual, as a fraction.
    rounding
        Exposures are rounded to multiples of this, so that small moves are not traded.
    """

    weights: dict[str, float]
    risk_levels: tuple[float, float, float, float]
    state_tiers: dict[str, int]
    hedge_from: int
    reduce_from: int
    stack_raises: int
    scales: tuple[float, float, float, float, float]
    target_volatility: float
    volatility: str
    rounding: float


@dataclass(frozen=True)
class DriverSettings:
    """How the driver is named (S40).

    Attributes
    ----------
    words
        Name by driver; drivers without one explain but do not name.
    dominant
        Share of the named drivers' push that one must have; below it the name is ``mixed``.
    components
        Driver of each component of the labels' composite.
    """

    words: dict[str, str]
    dominant: float
    components: dict[str, str]


@dataclass(frozen=True)
class DriftSettings:
    """When inputs are unlike those of the training (see `pipeline.scoring.drift`).

    Attributes
    ----------
    quantile
        Share of training sessions whose distance lies below the guard's limit.
    recent
        Sessions whose mean is compared with the training mean.
    shifted
        Standard deviations that such a mean may be off.
    """

    quantile: float
    recent: int
    shifted: float


@dataclass(frozen=True)
class AnalogSettings:
    """How many past sessions are shown, and how many sessions lie between two of them at least."""

    count: int
    apart: int


@dataclass(frozen=True)
class FlipSettings:
    """Search of the nearest flip, in standard deviations: coarse step, fine step, farthest."""

    coarse: float
    fine: float
    farthest: float


@dataclass(frozen=True)
class OutcomeSettings:
    """What a past call is held against (S45): window, sessions of a correlation."""

    window: str
    correlation: str


@dataclass(frozen=True)
class DeskSettings:
    """The desk's rules, each by its own section of ``params.yaml``.

    Attributes
    ----------
    checklist
        Steps 1 to 4 in order (S30); step 5 is the action itself.
    defence
        Steps that must all warn or defend for defence to come first (S31).
    stack
        Parts of the stack count (S32), one point each.
    events
        Kinds of event (S35), the gravest first.
    liquidation
        What makes a tape liquidation-driven (S36).
    reset
        What shows that open interest has reset (S36).
    cascade
        The six steps in order (S37).
    reentry
        Bands of correlation and volatility (S38).
    playbooks
        Conditions by playbook (S41).
    """

    checklist: dict[str, Step]
    defence: tuple[str, ...]
    stack: dict[str, Rule]
    events: dict[str, Rule]
    liquidation: Rule
    reset: Rule
    cascade: dict[str, Rule]
    reentry: Conditions
    playbooks: dict[str, Conditions]
    tier: TierSettings
    drivers: DriverSettings
    drift: DriftSettings
    analogs: AnalogSettings
    flip: FlipSettings
    outcomes: OutcomeSettings

    @property
    def watched(self) -> list[str]:
        """Every feature that a rule looks at."""
        rules = [*self.stack.values(), *self.events.values(), *self.cascade.values()]
        sets = [
            *(step.conditions for step in self.checklist.values()),
            *(rule.conditions for rule in (*rules, self.liquidation, self.reset)),
            self.reentry,
            *self.playbooks.values(),
            {self.tier.volatility: Limit()},
        ]
        return list(dict.fromkeys(name for conditions in sets for name in conditions))

    @property
    def tier_conditions(self) -> list[str]:
        """Features that the tier rests on beside the probabilities."""
        sets = [
            *(self.checklist[name].conditions for name in self.defence),
            *(rule.conditions for rule in self.stack.values()),
        ]
        return list(dict.fromkeys(name for conditions in sets for name in conditions))


def restore(state: Mapping[str, Any]) -> DeskSettings:
    """Take back what ``dataclasses.asdict`` gave, without waiting for pydantic's import."""
    return _build(DeskSettings, state)


def _build(kind: Any, value: Any) -> Any:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{f.name: _build(hints[f.name], value[f.name]) for f in fields(kind)})  # type: ignore[operator]
    if get_origin(kind) is dict:
        return {key: _build(get_args(kind)[1], item) for key, item in value.items()}
    return tuple(value) if get_origin(kind) is tuple else value
