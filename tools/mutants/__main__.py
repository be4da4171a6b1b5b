"""``python -m tools.mutants``: plant a leak of each kind, and fail if none notices.

Each mutant is a change of the source text of a copy. Mutants that touch nothing of each other share
a copy, and each must be named by itself. A copy is run from the stage that its mutants change, on
what the honest project left of a short simulated market, then audited. What nobody publishes is
watched over by tests: there the tests must fail. What each gave away goes to docs/mutants.md.
"""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.audit.compare import Leak
from tools.mutants import of_features, of_fits, of_rows, of_scores
from tools.mutants.mutant import COPIES, Copy, Mutant
from tools.mutants.page import Row, write_page
from tools.mutants.project import ROOT, STAGES, Done, audited, copied, made, tested

MUTANTS = (*of_features.MUTANTS, *of_rows.MUTANTS, *of_fits.MUTANTS, *of_scores.MUTANTS)
HONEST = "none: the honest project"
KINDS = (HONEST, *(each.kind for each in MUTANTS))
PAGE = ROOT / "docs" / "mutants.md"


@dataclass(frozen=True)
class Verdict:
    """Whether a mutant was noticed, and its row of the page."""

    right: bool
    row: Row


def main(wanted: list[str]) -> int:
    """Run every copy, or those that are named; return the exit code."""
    unknown = [name for name in wanted if name not in COPIES]
    if unknown:
        print(f"no copy is called {', '.join(unknown)}; there are {', '.join(COPIES)}")
        return 2
    rows, wrong = {}, []
    with tempfile.TemporaryDirectory(prefix="undertow-mutants-") as place:
        honest = made(Path(place))
        for name in wanted or COPIES:
            for verdict in tried(name, COPIES[name], honest, Path(place) / "copy"):
                print(f"{'noticed' if verdict.right else 'WRONG'}: {verdict.row}", flush=True)
                rows[verdict.row.kind] = verdict.row
                wrong += [] if verdict.right else [verdict.row.kind]
            write_page(PAGE, KINDS, rows)
    print("\n".join(f"wrong: {kind}" for kind in wrong) or "each was noticed")
    return 1 if wrong else 0


def tried(name: str, copy: Copy, honest: Path, place: Path) -> Iterator[Verdict]:
    """Plant a copy's mutants, run it and look for what gives each of them away."""
    planted = [each for each in MUTANTS if each.copy == name]
    shutil.rmtree(place, ignore_errors=True)
    code = copied(place)
    for mutant in planted:
        plant(mutant, code / mutant.file)
    if copy.tests:
        done, by = tested(code, copy.audit), f"`{copy.audit[0]}`"
    else:
        run = place / "run"
        shutil.copytree(honest, run)
        if not copy.cached:
            shutil.rmtree(run / "data" / "cache", ignore_errors=True)
        stages = STAGES[STAGES.index(copy.first) :] if copy.first in STAGES else ()
        done = audited(code, run, stages, copy.audit)
        by = f"`undertow audit {' '.join(copy.audit)}`"
    if not planted:
        right = done.code == 0
        yield Verdict(right, Row(HONEST, "nothing" if right else by, done.seconds, done.last))
    said = sentences(done)
    for mutant in planted:
        found = next((each for each in said if re.search(mutant.told, each)), "")
        right = bool(found) and done.code != 0
        yield Verdict(right, Row(mutant.kind, by, done.seconds, found or done.last))


def sentences(done: Done) -> list[str]:
    """What was said: each leak of the certificate, and each line of the errors."""
    leaks = [
        str(Leak(**each))
        for each in (json.loads(done.certificate)["leaks"] if done.certificate else [])
    ]
    return [*leaks, *done.errors.splitlines()[::-1]]


def plant(mutant: Mutant, path: Path) -> None:
    """Change the source text; stop where the text to be changed is no longer there."""
    text = path.read_text(encoding="utf-8")
    if mutant.old not in text:
        raise SystemExit(f"{mutant.kind}: {mutant.file} has no {mutant.old!r}; mend the mutant")
    changed = text.replace(mutant.old, mutant.new) if mutant.old else text + mutant.new
    path.write_text(changed, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
