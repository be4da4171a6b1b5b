"""The baseline to beat for ``ahead``: the level of the VIX and nothing else."""

from dataclasses import dataclass
from typing import ClassVar

from models.forecasting.linear import LinearForecaster


@dataclass
class Vix(LinearForecaster):
    """Multinomial logit on log VIX minus its expanding mean, all but unpenalised.

    It says how large the next moves will be, which is most of what can be known; it has no view
    on their direction beyond what followed high and low volatility before.
    """

    name: ClassVar = "vix"

    inverse_penalty: float = 1.0

    def __post_init__(self) -> None:
        self.inputs = self.inputs or ("vix_log_gap",)
