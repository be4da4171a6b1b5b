"""The multinomial logit on the core inputs."""

from dataclasses import dataclass
from typing import ClassVar

from models.forecasting.linear import LinearForecaster


@dataclass
class Logit(LinearForecaster):
    """Multinomial logit on all its inputs, strongly pulled to climatology.

    Standardised on the training rows, clipped, missing values at their mean (early years have no
    crypto). Halving or doubling the penalty hardly moves its skill.
    """

    name: ClassVar = "logit"

    inverse_penalty: float = 0.002
