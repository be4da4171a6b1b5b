"""Settings of the desk: every limit of its rules, in ``params.yaml`` and in the model's bundle."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from pipeline.base.errors import ConfigurationError

_WILDEST = 3.0
"""Annual volatility, as a fraction, beyond that of everything that can be held."""
_FEWEST = 2
"""Sessions that a standard deviation takes."""


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
    """From risk to tier (S39): how large the next moves are likely to be.

    Attributes
    ----------
    window
        Window whose probability of anything but ``base`` is the risk.
    risk_levels
        Risk at which tiers 1 to 4 begin.
    state_tiers
        Lowest tier in a state of the hidden Markov model, by its word.
    hedge_from, reduce_from
        Tiers from which the action is to hedge, and to reduce (S34).
    stack_raises
        Stack count from which the tier is one higher.
    """

    window: str
    risk_levels: tuple[float, float, float, float]
    state_tiers: dict[str, int]
    hedge_from: int
    reduce_from: int
    stack_raises: int


@dataclass(frozen=True)
class TargetSettings:
    """The plain volatility target that every policy starts from (`pipeline.desk.target`).

    Attributes
    ----------
    volatility
        Annual volatility of what is held that is aimed at, as a fraction.
    sessions
        Over which the volatility is measured.
    band
        The exposure stays where it is while what is wanted is no farther from it than this.

    Raises
    ------
    ConfigurationError
        When nothing could be held by it, no volatility be measured, or no exposure ever move.
    """

    volatility: float
    sessions: int
    band: float

    def __post_init__(self) -> None:
        if not 0.0 < self.volatility <= _WILDEST:
            raise ConfigurationError(
                f"desk.target.volatility is {self.volatility:g}; give the annual volatility as a "
                f"fraction above 0 and at most {_WILDEST:g}, such as 0.15"
            )
        if self.sessions < _FEWEST:
            raise ConfigurationError(
                f"desk.target.sessions is {self.sessions}; a volatility needs {_FEWEST} or more"
            )
        if not 0.0 <= self.band < 1.0:
            raise ConfigurationError(
                f"desk.target.band is {self.band:g}; give a share from 0 (follow every move) to "
                "below 1, beyond which the exposure would never move"
            )


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
    policy
        Policy whose exposure a call gives, by the name of its file in `pipeline.desk.policies`.
    target
        What every policy starts from.
    policies
        Settings of policies and yardsticks, by name; one without an entry has those of its file.
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
    policy: str
    target: TargetSettings
    policies: dict[str, dict[str, Any]]
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
        ]
        return list(dict.fromkeys(name for conditions in sets for name in conditions))

    @property
    def tier_conditions(self) -> list[str]:
        """Features that the tier rests on besides the probabilities."""
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
