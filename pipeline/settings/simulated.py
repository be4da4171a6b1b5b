"""What can be asked of the simulated market."""

from dataclasses import dataclass

import pandas as pd

from pipeline.base.errors import ConfigurationError


@dataclass(frozen=True)
class SimulatedSettings:
    """Which simulated market.

    Attributes
    ----------
    start, end
        First and last date, ``YYYY-MM-DD``. The same market with an earlier ``end`` is exactly
        its own beginning; another ``start`` is another market.
    seed
        Which of the possible markets; the same seed gives the same bytes.
    signal
        How strongly the hidden regime shows. At 1 it drives drifts, volatilities, correlations
        and their forerunners; at 0 nothing observable depends on it, moves are as good as
        independent, and no model has anything to find.

    Raises
    ------
    ConfigurationError
        When a value is out of range or the dates are not in order.
    """

    start: str = "2003-01-02"
    end: str = "2025-06-30"
    seed: int = 7
    members: int = 60
    signal: float = 1.0

    def __post_init__(self) -> None:
        self._check_dates()
        for name, value, low, high in (
            ("seed", self.seed, 0, 2**63),
            ("members", self.members, 20, 1000),
            ("signal", self.signal, 0.0, 1.0),
        ):
            if not low <= value <= high:
                raise ConfigurationError(
                    f"simulated.{name} is {value}; choose a value from {low} to {high}"
                )

    def _check_dates(self) -> None:
        try:
            first, last = pd.Timestamp(self.start), pd.Timestamp(self.end)
        except ValueError:
            raise ConfigurationError(
                f"simulated.start and simulated.end are {self.start!r} and {self.end!r}; "
                "write both as 'YYYY-MM-DD'"
            ) from None
        if last - first < pd.Timedelta(days=30):
            raise ConfigurationError(
                f"simulated.end ({self.end}) is less than 30 days after simulated.start "
                f"({self.start}); choose a later end"
            )
