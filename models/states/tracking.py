"""The filter in use: a fit, where it stands, and what it publishes for the sessions that follow.

Scoring imports this file, so it needs NumPy and pandas only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from models.states.filtering import FittedStates
from models.states.labels import entropy, sessions_shown, shown_labels
from models.states.parameters import Array


@dataclass(frozen=True, eq=False)
class CausalFilter:
    """A fit and where its filter stands, so that the next session costs one step.

    Attributes
    ----------
    fit
        The fit in use.
    session
        Last session filtered.
    posterior
        Shape (K,): posterior at ``session``.
    label
        State shown at ``session``.
    age
        Sessions that it has been shown, ``session`` included.
    shown_at
        Posterior that another state must reach to be shown.
    """

    fit: FittedStates
    session: pd.Timestamp
    posterior: Array
    label: int
    age: int
    shown_at: float

    def advance(self, observations: pd.DataFrame) -> tuple[pd.DataFrame, Self]:
        """Filter the sessions that follow.

        Parameters
        ----------
        observations
            Rows after ``session``, one column a dimension; NaN says missing.

        Returns
        -------
        tuple
            A frame by session with ``state_0 …``, ``fit_end``, ``entropy`` (nats), ``label``
            (number of the state shown), ``age`` (sessions that it has been shown) and ``word`` (its
            name); and the filter after them.

        Raises
        ------
        ValueError
            When a row does not follow ``session``.
        """
        if observations.empty:
            return self._published(observations, np.empty((0, len(self.posterior)))), self
        if observations.index[0] <= self.session:
            raise ValueError(
                f"the filter stands at {self.session:%Y-%m-%d} and was given "
                f"{observations.index[0]:%Y-%m-%d}; give it later sessions only"
            )
        posteriors = self.fit.filter(observations, self.posterior)
        published = self._published(observations, posteriors)
        moved = replace(
            self,
            session=observations.index[-1],
            posterior=posteriors[-1],
            label=int(published["label"].iloc[-1]),
            age=int(published["age"].iloc[-1]),
        )
        return published, moved

    def standing(self) -> pd.DataFrame:
        """What `advance` published of the last session filtered, one row."""
        return pd.DataFrame(
            [self.posterior],
            index=pd.DatetimeIndex([self.session], name="session"),
            columns=[f"state_{k}" for k in range(len(self.posterior))],
        ).assign(
            fit_end=self.fit.fit_end,
            entropy=entropy(self.posterior[None]),
            label=self.label,
            age=self.age,
            word=self.fit.words[self.label],
        )

    def _published(self, observations: pd.DataFrame, posteriors: Array) -> pd.DataFrame:
        names = [f"state_{k}" for k in range(len(self.posterior))]
        index = observations.index.rename("session")
        labels = shown_labels(posteriors, self.shown_at, self.label)
        return pd.DataFrame(posteriors, index=index, columns=names).assign(
            fit_end=self.fit.fit_end,
            entropy=entropy(posteriors),
            label=labels,
            age=sessions_shown(labels, self.label, self.age),
            word=np.asarray(self.fit.words)[labels],
        )

    def fitted_state(self) -> dict[str, Any]:
        """Numbers, strings, lists and arrays only, for a bundle without pickle."""
        return {
            "fit": self.fit.fitted_state(),
            "session": self.session.isoformat(),
            "posterior": self.posterior,
            "label": self.label,
            "age": self.age,
            "shown_at": self.shown_at,
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Take back what ``fitted_state`` gave."""
        return cls(
            fit=FittedStates.restore(state["fit"]),
            session=pd.Timestamp(state["session"]),
            posterior=np.asarray(state["posterior"], dtype=np.float64),
            label=int(state["label"]),
            age=int(state["age"]),
            shown_at=float(state["shown_at"]),
        )
