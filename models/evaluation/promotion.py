"""Promotion: what a newly trained model must show before it scores in the champion's place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from models.evaluation.comparison import compare
from models.evaluation.losses import skill

_CHALLENGER, _CHAMPION = "challenger", "champion"


@dataclass(frozen=True)
class PromotionSettings:
    """What is asked of a challenger.

    Attributes
    ----------
    window, model
        Whose forecasts are judged: by default the outlook proper, by the pool.
    reference
        Model whose loss skill is measured against.
    skill_margin
        How far the challenger's skill may lie below the champion's on the same days, as a
        fraction. 0 asks for no worse. The skills of two such models differ by chance alone by
        about 0.01, so a margin of that size would let the champion drift down retrain by retrain.
    transition_skill_above
        Skill on transition days must exceed this. 0 asks that the model helps when the scenario
        is about to change, and does not only carry on what is known.
    calibration_error_limit
        Largest expected calibration error of any scenario, as a fraction. Windows overlap, so a
        perfect forecast of ten-session windows has 0.06 on 1,600 sessions and stays below 0.10
        nineteen times in twenty on 1,000 (simulated): beyond 0.10 it is not chance.
    revision_share_limit
        Largest share of past calls that the retrain revises. Readers act on calls; a model that
        would have said otherwise more often than one time in ten is another model.
    """

    window: str = "ahead"
    model: str = "pool"
    reference: str = "climatology"
    skill_margin: float = 0.0
    transition_skill_above: float = 0.0
    calibration_error_limit: float = 0.10
    revision_share_limit: float = 0.10


@dataclass(frozen=True)
class SameDays:
    """Skill of both models on the sessions that both were asked about, out of sample.

    Without such a session the two cannot be compared, and the challenger does not pass.
    """

    challenger: float
    champion: float
    sessions: int


@dataclass(frozen=True)
class Reason:
    """One gate: its name, whether it was passed, and the numbers it was decided by."""

    gate: str
    passed: bool
    text: str


@dataclass(frozen=True)
class Decision:
    """Every gate's reason, passed or not, and what follows from them.

    Attributes
    ----------
    reasons
        As measured, also where they do not decide.
    first
        Whether there was no champion that it could be compared with. Somebody has to speak, so
        that the model then becomes champion whatever its gates say.
    may_promote
        False for an experiment, which is judged and recorded and never becomes champion by itself.
    """

    reasons: tuple[Reason, ...]
    first: bool = False
    may_promote: bool = True

    @property
    def passed(self) -> bool:
        """Whether every gate was passed."""
        return all(reason.passed for reason in self.reasons)

    @property
    def promoted(self) -> bool:
        """Whether the model becomes champion."""
        return self.may_promote and (self.first or self.passed)


def same_days(
    challenger: pd.DataFrame,
    champion: pd.DataFrame,
    scenarios: pd.DataFrame,
    settings: PromotionSettings,
) -> SameDays:
    """Score both on the sessions that both forecast, by today's labels.

    Parameters
    ----------
    challenger, champion
        Out-of-sample outlooks: ``session, window, model`` and one column a scenario. The
        reference is taken from the challenger's.
    scenarios
        One row a session and window: ``session, window, scenario, label_end``.
    settings
        Which window and model.

    Raises
    ------
    ValueError
        When they share no session whose outcome is known.
    """
    reference = _forecasts(challenger, settings.window, settings.reference, settings.reference)
    ours = _forecasts(challenger, settings.window, settings.model, _CHALLENGER)
    theirs = _forecasts(champion, settings.window, settings.model, _CHAMPION)
    shared = set(ours["session"]) & set(theirs["session"])
    rows = pd.concat([reference, ours, theirs])
    comparison = compare(
        rows[rows["session"].isin(shared)], scenarios[scenarios["window"] == settings.window]
    )
    against = comparison.losses(settings.reference)
    return SameDays(
        challenger=skill(comparison.losses(_CHALLENGER), against),
        champion=skill(comparison.losses(_CHAMPION), against),
        sessions=len(comparison.sessions),
    )


def decide(
    scores: Mapping[str, Any],
    against: SameDays | None,
    settings: PromotionSettings,
    *,
    absent: str = "no champion yet",
    may_promote: bool = True,
) -> Decision:
    """Put the challenger through every gate.

    Parameters
    ----------
    scores
        The challenger's metrics of the judged window and model: ``log_loss_skill``,
        ``transition_skill``, ``calibration_error`` by scenario and ``revision_share``. None says
        undefined, and an undefined score passes no gate.
    against
        From `same_days`; None while there is no champion to compare with. The gate then asks for a
        positive skill, and the model is the first, which becomes champion in any case.
    settings
        The limits.
    absent
        Why ``against`` is None, for the reasons.
    may_promote
        False for an experiment.
    """
    reasons = (
        _skill(scores, against, settings, absent),
        _above("transition_skill", scores.get("transition_skill"), settings),
        _calibration(scores, settings.calibration_error_limit),
        _revision(scores.get("revision_share"), settings.revision_share_limit),
    )
    if against is not None:
        return Decision(reasons, may_promote=may_promote)
    first = Reason("first", passed=True, text=f"{absent}: it speaks until a better one comes")
    return Decision((*reasons, first), first=True, may_promote=may_promote)


def _forecasts(outlook: pd.DataFrame, window: str, model: str, name: str) -> pd.DataFrame:
    chosen = (outlook["window"] == window) & (outlook["model"] == model)
    return outlook[chosen].assign(model=name)


def _skill(
    scores: Mapping[str, Any], against: SameDays | None, settings: PromotionSettings, absent: str
) -> Reason:
    gate = "skill"
    if against is None:
        own = scores.get("log_loss_skill")
        if own is None:
            return _undefined(gate)
        return Reason(gate, own > 0, f"skill {_percent(own)}, {absent}, so it must be above 0")
    if against.sessions == 0:
        text = "the champion forecast none of the same sessions, so the two cannot be compared"
        return Reason(gate, passed=False, text=text)
    margin = settings.skill_margin
    text = (
        f"skill {_percent(against.challenger)} against the champion's "
        f"{_percent(against.champion)} on the same {against.sessions} sessions, "
        + (f"may be worse by {100 * margin:g} points" if margin else "must be no worse")
    )
    return Reason(gate, against.challenger >= against.champion - settings.skill_margin, text)


def _above(gate: str, value: float | None, settings: PromotionSettings) -> Reason:
    if value is None:
        return _undefined(gate)
    least = settings.transition_skill_above
    text = f"skill on transition days {_percent(value)}, must be above {100 * least:g} %"
    return Reason(gate, value > least, text)


def _calibration(scores: Mapping[str, Any], limit: float) -> Reason:
    gate = "calibration_error"
    errors = scores.get(gate) or {}
    if not errors or None in errors.values():
        return _undefined(gate)
    worst = max(errors, key=lambda scenario: errors[scenario])
    text = f"calibration error {errors[worst]:.3f} ({worst}, the worst), limit {limit:g}"
    return Reason(gate, errors[worst] <= limit, text)


def _revision(share: float | None, limit: float) -> Reason:
    gate = "revision_share"
    if share is None:
        return _undefined(gate)
    text = f"{100 * share:.1f} % of past calls revised, must be below {100 * limit:g} %"
    return Reason(gate, share < limit, text)


def _percent(skill: float) -> str:
    """To a hundredth of a percent, because two models may differ by as little."""
    return f"{100 * skill:+.2f} %"


def _undefined(gate: str) -> Reason:
    return Reason(gate, passed=False, text=f"{gate} is undefined, so it cannot be judged")
