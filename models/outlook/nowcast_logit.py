"""The logit of the seen half, on what the evening knows rather than what has been published."""

from dataclasses import dataclass
from typing import ClassVar

from models.outlook.seen_half import SeenHalf


@dataclass
class NowcastLogit(SeenHalf):
    """`SeenHalf` on better columns: late components told by bond funds, the VIX in label units.

    It bends where `NowcastStudent` is straight (fear eases faster than calm ends), so that the two
    err on different days.
    """

    name: ClassVar = "nowcast_logit"

    def __post_init__(self) -> None:
        self.inputs = self.inputs or (
            f"composite_nowcast_{self.window.back}",
            "vix_over_label_scale",
        )
