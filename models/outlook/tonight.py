"""The logit of the seen half, on what the evening knows rather than what has been published."""

from dataclasses import dataclass
from typing import ClassVar

from models.outlook.half import Half


@dataclass
class Tonight(Half):
    """`Half` on better columns: late legs told by bond funds, the VIX in the label's own units.

    It bends where `Unfolding` is straight (fear eases faster than calm ends), so that the two err
    on different days.
    """

    name: ClassVar = "tonight"

    def __post_init__(self) -> None:
        self.inputs = self.inputs or (
            f"composite_tonight_{self.window.back}",
            "vix_in_ruler_units",
        )
