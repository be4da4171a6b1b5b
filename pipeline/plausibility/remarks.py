"""Remarks on the data: what is unlikely but not impossible, kept beside the raw rows."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from pipeline.storage import store

REMARKS = store.RAW / "remarks.json"
_SHOWN = 3


@dataclass(frozen=True)
class Remark:
    """One thing about the data that a person should know of.

    Attributes
    ----------
    about
        The series, or the file, that it is about; several series of which the same is said.
    text
        What was found and what it means for a run.
    """

    about: str
    text: str

    def __str__(self) -> str:
        return f"{self.about}: {self.text}"


def together(found: Iterable[Remark]) -> list[Remark]:
    """One remark where several series share a text, in the order of the first."""
    about: dict[str, list[str]] = {}
    for remark in found:
        about.setdefault(remark.text, []).append(remark.about)
    return [Remark(_listed(names), text) for text, names in about.items()]


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= _SHOWN + 1 else [*names[:_SHOWN], f"{len(names) - _SHOWN} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


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
    with store.reading(REMARKS):
        return [Remark(str(each["about"]), str(each["text"])) for each in document]
