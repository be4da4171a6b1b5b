"""docs/mutants.md: what each mutant was given away by, as the last run of it found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HEAD = """\
# Leaks that were planted, and what notices them

Made by `make mutants`, which plants each leak in a copy of the project, runs it on a short
simulated market and fails where nothing names it. `MUTANTS="features folds"` runs only these
copies; the other rows then stay. Leaks that touch nothing of each other share a copy, so they share
its seconds: of processor time, of the audit alone.

| kind | caught by | after | what it says |
|---|---|---|---|
"""
NOT_RUN = "not run yet"
_LONGEST = 200


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    kind: str
    by: str
    seconds: float
    says: str

    def __str__(self) -> str:
        says = self.says.replace("|", "/")[:_LONGEST]
        return f"| {self.kind} | {self.by} | {self.seconds:.0f} s | {says} |"


def write_page(path: Path, kinds: Sequence[str], rows: Mapping[str, Row]) -> None:
    """Write a line a kind: of this run, else as it stood, else that it was not run yet."""
    before = kept(path)
    lines = [
        str(rows[kind]) if kind in rows else before.get(kind, f"| {kind} | {NOT_RUN} | | |")
        for kind in kinds
    ]
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def kept(path: Path) -> dict[str, str]:
    """Lines of the table by kind, as they stand."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines if line[:2] == "| "}
