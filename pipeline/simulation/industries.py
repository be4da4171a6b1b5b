"""The industries that member stocks belong to, and how each loads on the factors."""

from dataclasses import dataclass
from itertools import cycle, islice

_TECHNOLOGY = "Information Technology"


@dataclass(frozen=True)
class Industry:
    """One kind of member.

    Attributes
    ----------
    prefix
        First letters of its invented tickers.
    sector, name
        Place in the classification, in the words of the real one.
    loadings
        Loading on each factor; absent is none.
    """

    prefix: str
    sector: str
    name: str
    loadings: dict[str, float]


_SEMICONDUCTORS = Industry(
    "SEM",
    _TECHNOLOGY,
    "Semiconductors",
    {"market": 1.2, "technology": 0.9, "semiconductors": 1.0},
)
_EQUIPMENT = Industry(
    "EQP",
    _TECHNOLOGY,
    "Semiconductor Materials & Equipment",
    {"market": 1.25, "technology": 0.9, "semiconductors": 1.1},
)
_APPLICATIONS = Industry(
    "APP",
    _TECHNOLOGY,
    "Application Software",
    {"market": 1.1, "technology": 0.7, "software": 1.1},
)
_SYSTEMS = Industry(
    "SYS", _TECHNOLOGY, "Systems Software", {"market": 1.0, "technology": 0.8, "software": 0.8}
)
_HARDWARE = Industry(
    "HRD",
    _TECHNOLOGY,
    "Technology Hardware, Storage & Peripherals",
    {"market": 1.05, "technology": 1.0},
)
_MEDIA = Industry(
    "INT",
    "Communication Services",
    "Interactive Media & Services",
    {"market": 1.05, "technology": 0.6, "internet": 1.0},
)
_RETAIL = Industry(
    "RET",
    "Consumer Discretionary",
    "Broadline Retail",
    {"market": 1.05, "technology": 0.4, "internet": 0.8},
)
_BIOTECHNOLOGY = Industry("BIO", "Health Care", "Biotechnology", {"market": 0.9, "small": 0.4})
_STAPLES = Industry(
    "STP", "Consumer Staples", "Packaged Foods & Meats", {"market": 0.6, "defensive": 0.8}
)

_MIX = (
    *(_SEMICONDUCTORS, _APPLICATIONS, _HARDWARE, _MEDIA, _SEMICONDUCTORS),
    *(_APPLICATIONS, _SYSTEMS, _BIOTECHNOLOGY, _SEMICONDUCTORS, _EQUIPMENT),
    *(_APPLICATIONS, _RETAIL, _SEMICONDUCTORS, _MEDIA, _STAPLES),
)


def industries(count: int) -> list[Industry]:
    """Industry of each of ``count`` members, in turn through a mix like the Nasdaq-100's."""
    return list(islice(cycle(_MIX), count))
