"""Remarks on the data: what is unlikely but not impossible, kept beside the raw rows."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from pipeline import store

REMARKS = store.RAW / "remarks.json"


@dataclass(frozen=True)
class Remark:
    """One thing about the data that a person should know of.

    Attributes
    ----------
    about
        The series, or the file, that it is about.
    text
        What was found and what it means for a run; it goes on from ``about``.
    """

    about: str
    text: str

    def __str__(self) -> str:
        return f"{self.about} {self.text}"


def keep(found: Iterable[Remark]) -> None:
    """Write the remarks of this ingest; they replace those of the one before."""
    store.write_json([asdict(remark) for remark in found], REMARKS)


def remarks() -> list[Remark]:
    """The remarks of the last ingest, in the order in which they were made; empty before the first.

    Raises
    ------
    SchemaError
        When the file is not what ``ingest`` leaves.
    """
    if not REMARKS.exists():
        return []
    document = store.read_json(REMARKS)
    with store.understood(REMARKS):
        return [Remark(str(each["about"]), str(each["text"])) for each in document]
