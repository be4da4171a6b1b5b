"""What was done and what broke, told line by line and summed up."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime


class Tally:
    """Counts faults by kind and target, and keeps every line told and every broken invariant."""

    def __init__(self) -> None:
        self.done: Counter[tuple[str, str]] = Counter()
        self.broken: list[str] = []
        self.skipped: list[str] = []
        self.told: list[str] = []

    def note(self, kind: str, target: str, detail: str, broken: Iterable[str]) -> None:
        """Count a fault, and tell how it went.

        Parameters
        ----------
        kind, target
            What was done, and to which stage or command.
        detail
            When and how.
        broken
            Sentences on broken invariants; none is what is hoped for.
        """
        found = list(dict.fromkeys(broken))
        self.done[kind, target] += 1
        self.broken += [f"{kind} {target} {detail}: {sentence}" for sentence in found]
        self._say(f"{sum(self.done.values()):4d} {kind} {target} {detail}: {len(found)} broken")
        for sentence in found:
            self._say(f"     BROKEN {sentence}")

    def skip(self, kind: str, why: str) -> None:
        """Tell of a fault that this machine does not allow."""
        self.skipped.append(f"{kind}: {why}")
        self._say(f"     skipped {kind}: {why}")

    def summary(self) -> Iterator[str]:
        """Lines that tell how often each fault struck each target, and what broke."""
        for kind in dict.fromkeys(kind for kind, _target in self.done):
            counts = {t: n for (k, t), n in self.done.items() if k == kind}
            listed = ", ".join(f"{target} {n}" for target, n in counts.items())
            yield f"{kind}: {sum(counts.values())} ({listed})"
        yield from (f"skipped {each}" for each in self.skipped)
        yield f"{sum(self.done.values())} faults, {len(self.broken)} invariants broken"
        yield from self.broken

    def _say(self, line: str) -> None:
        self.told.append(line)
        sys.stdout.write(f"{datetime.now(UTC):%H:%M:%S} {line}\n")
        sys.stdout.flush()
