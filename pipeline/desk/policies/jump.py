"""In the market in the calm state of a statistical jump model, out of it in the other."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from models.forecasting.jump_states import LOOK_BACK, JumpStates, trailing_measures
from pipeline.desk.policy import Policy, Seen
from pipeline.desk.target import Array


@dataclass(frozen=True)
class Jump(Policy):
    """0/1 by the state of what is held (Shu, Yu and Mulvey 2024, Journal of Asset Management 25).

    Fitted on all returns before the first evening that is asked about, and again on more of them
    as time goes on; each evening's state is the one that was known then. The penalty is that of
    the outlook's jump model, where the paper chooses one anew each month.

    Attributes
    ----------
    penalty
        Cost of a switch, in squared standard deviations.
    refit_every
        Sessions that one fit serves.
    """

    why: ClassVar = "All in while a statistical jump model calls the holding calm, else all out."
    yardstick: ClassVar = True
    reads_target: ClassVar = False

    penalty: float = 50.0
    refit_every: int = 126

    def __post_init__(self) -> None:
        self.require("penalty", "0 or more", met=self.penalty >= 0.0)
        self.require("refit_every", "1 or more", met=self.refit_every > 0)

    def wanted(self, seen: Seen) -> Array:
        """1 in the calm state, 0 in the turbulent one; 1 while there is nothing to learn from."""
        measures = trailing_measures(np.log1p(seen.returns.to_numpy(dtype=float)))
        first = seen.returns.index.get_indexer(seen.days.index[:1])[0]
        calm = np.ones(len(measures))
        for begin in range(first, len(measures), self.refit_every):
            if begin:
                fit = JumpStates.fit(measures[:begin], self.penalty)
                since, upto = max(begin - LOOK_BACK, 0), begin + self.refit_every
                known = fit.known(measures[since:upto], self.penalty)[begin - since :]
                calm[begin:upto] = known == 0
        return calm[seen.returns.index.get_indexer(seen.days.index)]
