"""What a mutant is: a change of the source text that makes something look ahead."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """A leak: in ``file``, ``old`` becomes ``new`` (without ``old`` it is put at the end).

    Attributes
    ----------
    kind
        What looks ahead, in words.
    copy
        Copy of the project in which it is planted, beside others that touch nothing of it: a
        name of `COPIES`.
    told
        Regular expression of the sentence that gives it away.
    """

    kind: str
    copy: str
    file: str
    new: str
    old: str = ""
    told: str = ""


@dataclass(frozen=True)
class Copy:
    """How a copy of the project is run.

    Attributes
    ----------
    first
        Stage from which it is run again; what earlier ones left is the honest project's.
    audit
        Arguments of ``undertow audit``; or of pytest, when ``tests`` says so.
    tests
        Whether what is planted is no part of what is published, and tests watch over it.
    cached
        Whether what the honest project keeps under ``data/cache`` is at hand.
    """

    first: str = "report"
    audit: tuple[str, ...] = ("--quick",)
    tests: bool = False
    cached: bool = False


WHOLE = ("--cuts", "3")

COPIES = {
    "honest": Copy(audit=WHOLE),
    "features": Copy("features", WHOLE, cached=True),
    "rows": Copy("ingest", WHOLE),
    "states": Copy("scenarios"),
    "folds": Copy("outlook", WHOLE),
    "kept forecasts": Copy("outlook", cached=True),
    "kept states": Copy("states", cached=True),
    "scores": Copy("evaluate"),
    "figures": Copy("evaluate"),
    "as of": Copy(audit=("tests/pipeline/hindcast", "-k", "has_the_states"), tests=True),
    "analogs": Copy(audit=("tests/pipeline/scoring/test_reference.py", "-k", "analog"), tests=True),
    "between sessions": Copy(audit=("tests/pipeline/provisional/test_rows.py",), tests=True),
    "revisions": Copy(audit=("tests/pipeline/storage/test_merge.py",), tests=True),
    "meetings": Copy(audit=("tests/pipeline/series/test_announcements.py",), tests=True),
}
"""Every copy by name. A whole audit where a leak acts so seldom that a quick one may miss it."""
