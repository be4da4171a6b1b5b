"""Section ``alerts`` of ``params.yaml``: what is told, and how long a channel is waited for.

Where alerts go stands in the environment (`pipeline.settings.secrets.ALERTS`) and nowhere else.
"""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal["tier", "scenario", "event", "champion", "late", "failure"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_LONGEST = 300.0
"""Seconds; a longer wait for a channel would delay the nightly job."""


@dataclass(frozen=True)
class AlertSettings:
    """What is told.

    Attributes
    ----------
    kinds
        ``tier``, ``scenario`` (in progress), ``event`` (its kind) and ``champion`` when they are
        others than in the call before; ``late`` when a required series lacks the value that its
        publication lag promises; ``failure`` when the nightly job ends without its result.
    max_seconds
        How long all channels together are waited for, and each for a connection.
    """

    kinds: tuple[Kind, ...] = KINDS
    max_seconds: float = 10.0

    def __post_init__(self) -> None:
        """Refuse a wait that is none or has no end."""
        if not 0 < self.max_seconds <= _LONGEST:
            raise ValueError(
                f"max_seconds is {self.max_seconds:g}; it must be above 0 and at most {_LONGEST:g}"
            )
