"""The window in progress: what has been seen counts as it is, the rest is a Student-t variable."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from models.forecasting.fitted import Array
from models.forecasting.linear import location_and_spread, standardise
from models.outlook.student import Student
from models.scenarios import Window


@dataclass
class NowcastStudent(Student):
    """Student-t model of the part of the composite that is still to come.

    The composite of a window ``(t - back, t + ahead]`` is its seen part, known at the decision,
    plus what the next sessions bring. The seen part enters with the weight that arithmetic gives
    it, ``sqrt(back / length)``, and no penalty: a fitted slope would be pulled to zero, and with
    it most of what is known. Only the unseen part is learnt: a drift that hangs on few inputs,
    and a scale that hangs on volatility. No column was found that moves the drift on both spans;
    the skill lies in knowing the seen part exactly and the scale well.

    Attributes
    ----------
    inputs
        The columns of the next three settings, by default.
    seen
        Composite over the ``window.back`` sessions just past.
    location_inputs
        Inputs of the unseen part's mean.
    scale_inputs
        Inputs of its log scale.
    """

    name: ClassVar = "nowcast_student"

    seen: str = ""
    location_inputs: tuple[str, ...] = ("vix_over_label_scale",)
    scale_inputs: tuple[str, ...] = ("vix_over_label_scale", "conditions_level", "dxy_realised_5")
    location_penalty: float = 300.0

    def __post_init__(self) -> None:
        self.seen = self.seen or f"composite_nowcast_{self.window.back}"
        wanted = (self.seen, *self.location_inputs, *self.scale_inputs)
        self.inputs = self.inputs or tuple(dict.fromkeys(wanted))

    @classmethod
    def applies(cls, window: Window) -> bool:
        """Whether part of the window has been seen at the decision."""
        return window.back > 0

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Fit the unseen part by penalised maximum likelihood on training rows."""
        # Here and not above: scoring never fits, and the optimisers take a while to import.
        from models.forecasting.student_fit import maximise  # noqa: PLC0415

        values = self.read(features)
        self.centre_, self.spread_ = location_and_spread(values)
        inputs = standardise(values, self.centre_, self.spread_, self.clip)
        known_start, known_slopes = self._known()
        unseen = outcomes["composite"].to_numpy(dtype=float) - known_start - inputs @ known_slopes
        drift = self.positions(self.location_inputs)
        law = maximise(
            unseen,
            inputs[:, drift],
            inputs[:, self.positions(self.scale_inputs)],
            location_penalty=self.location_penalty,
            scale_penalty=self.scale_penalty,
        )
        self.location_, self.location_slopes_ = known_start + law.location, known_slopes
        self.location_slopes_[drift] += law.location_slopes
        self.log_scale_, self.scale_slopes_ = law.log_scale, law.scale_slopes
        self.degrees_ = law.degrees
        return self

    def _known(self) -> tuple[float, Array]:
        """The seen part's share of the composite, as start and slopes of standardised inputs."""
        share = (self.window.back / self.window.length) ** 0.5
        place = self.positions((self.seen,))[0]
        slopes = np.zeros(len(self.inputs))
        if np.isfinite(self.spread_[place]):
            slopes[place] = share * self.spread_[place]
        return share * float(self.centre_[place]), slopes
