"""One refit of the schedule: fit on the past, and the filter that goes on from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from models.states.filtering import FittedStates
from models.states.parameters import Array
from models.states.settings import StatesSettings
from models.states.tracking import CausalFilter

if TYPE_CHECKING:  # hmmlearn takes a second to import
    from models.states.candidates import Candidate

KEPT = "kept"
"""Winner of a refit whose every start was refused: the previous fit stays in use."""

_NUMBERS = ("log_likelihood", "spread", "margin", "revised")


@dataclass(frozen=True, eq=False)
class Refit:
    """What happened at one refit.

    Attributes
    ----------
    fit_end
        Last session that the refit saw; rows of later sessions are published under it.
    states
        The fit in use from then on; None when no sound fit has been found yet.
    winner
        Name of the chosen start, or ``kept``.
    log_likelihood, spread, margin
        As in ``Fit``; NaN when nothing was chosen.
    revised
        Share of the sessions so far whose likeliest state the new fit sees otherwise; nothing
        published changes by it. NaN at the first fit.
    rejected
        Refused starts, each with the reason.
    posterior
        Shape (K,): the new fit's posterior at ``fit_end``; empty when nothing was chosen.
    """

    fit_end: pd.Timestamp
    states: FittedStates | None
    winner: str
    log_likelihood: float
    spread: float
    margin: float
    revised: float
    rejected: tuple[tuple[str, str], ...]
    posterior: Array

    def followed(
        self, previous: CausalFilter | None, settings: StatesSettings
    ) -> CausalFilter | None:
        """The filter to publish from next: ``previous`` where no start was sound."""
        if self.states is None or self.winner == KEPT:
            return previous
        return CausalFilter(
            fit=self.states,
            session=self.fit_end,
            posterior=self.posterior,
            label=int(self.posterior.argmax()) if previous is None else previous.label,
            age=1 if previous is None else previous.age,
            shown_at=settings.shown_at,
        )

    def fitted_state(self) -> dict[str, Any]:
        """Numbers, strings, lists and arrays only, for a bundle without pickle."""
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return {
            "fit_end": f"{self.fit_end:%Y-%m-%d}",
            "winner": self.winner,
            **{name: value if value == value else None for name, value in numbers.items()},  # noqa: PLR0124
            "rejected": [list(pair) for pair in self.rejected],
            "states": None if self.states is None else self.states.fitted_state(),
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any], posterior: Array, fit_end: pd.Timestamp) -> Self:
        """Take back what ``fitted_state`` gave, with the two that it holds in part or not."""
        numbers = {name: state[name] for name in _NUMBERS}
        states = None if state["states"] is None else FittedStates.restore(state["states"])
        if states is not None and state["winner"] != KEPT:
            states = replace(states, fit_end=fit_end)
        return cls(
            fit_end=fit_end,
            states=states,
            winner=state["winner"],
            **{name: float("nan") if value is None else value for name, value in numbers.items()},
            rejected=tuple((start, defect) for start, defect in state["rejected"]),
            posterior=posterior,
        )


def refit(
    past: pd.DataFrame,
    settings: StatesSettings,
    previous: CausalFilter | None,
    cold: "tuple[Candidate, ...] | None" = None,
) -> Refit:
    """One step of the schedule: fit on all sessions so far, and filter them under the new fit.

    Parameters
    ----------
    past
        Every session so far from the first observed one, and none later.
    settings
        See ``StatesSettings``.
    previous
        The filter in use, standing at the last row of ``past``; None before the first sound fit.
    cold
        From `models.states.fitting.climb_cold` on ``past``, where it has been called already.
    """
    # Here and not above: hmmlearn and scikit-learn take a second to import, and who finds every
    # refit kept needs neither.
    from models.states.fitting import UnsoundFitError, fit_states  # noqa: PLC0415

    used = None if previous is None else previous.fit
    try:
        fit = fit_states(past, settings, used, cold)
    except UnsoundFitError as unsound:
        return _kept(used, past.index[-1], unsound.rejected)
    posteriors = fit.states.filter(past)
    revised = float("nan")
    if used is not None:
        likeliest = used.filter(past).argmax(axis=1)
        revised = float((posteriors.argmax(axis=1) != likeliest).mean())
    return Refit(
        fit_end=fit.states.fit_end,
        states=fit.states,
        winner=fit.winner,
        log_likelihood=fit.log_likelihood,
        spread=fit.spread,
        margin=fit.margin,
        revised=revised,
        rejected=fit.rejected,
        posterior=posteriors[-1],
    )


def _kept(
    states: FittedStates | None, session: pd.Timestamp, rejected: tuple[tuple[str, str], ...]
) -> Refit:
    nothing = float("nan")
    return Refit(session, states, KEPT, nothing, nothing, nothing, nothing, rejected, np.empty(0))
