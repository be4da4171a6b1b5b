"""Samples of several cases as ratios to the one that is the reference."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from rich.table import Table

from benchmarks.measure import Sample
from pipeline.base.console import table


@dataclass(frozen=True)
class Comparison:
    """Cases measured in turn.

    Attributes
    ----------
    question
        What is compared.
    reference
        Name of the case that the others are divided by.
    samples
        By case, in the order of their repetitions.
    aim
        What is wanted, in words; empty where nothing is.
    """

    question: str
    reference: str
    samples: Mapping[str, Sequence[Sample]]
    aim: str = ""

    def records(self) -> Iterator[dict[str, Any]]:
        """One JSON document a case."""
        for name, samples in self.samples.items():
            yield {
                "question": self.question,
                "case": name,
                "reference": self.reference,
                "aim": self.aim,
                "repetitions": len(samples),
                "wall_s": _spread([sample.wall for sample in samples]),
                "cpu_s": _spread([sample.cpu for sample in samples]),
                "wall_ratio": _ratios(self.samples, name, self.reference, "wall"),
                "cpu_ratio": _ratios(self.samples, name, self.reference, "cpu"),
                "peak_mib": _peak(samples),
            }

    def shown(self) -> Table:
        """Table for people: ratios of medians with the least and most of the paired ratios."""
        made = table(
            f"{self.question}{f' (aim: {self.aim})' if self.aim else ''}",
            *("case", "wall s", "wall ratio", "cpu s", "cpu ratio", "peak MiB"),
        )
        for record in self.records():
            peak = record["peak_mib"]
            made.add_row(
                record["case"] + (" (reference)" if record["case"] == self.reference else ""),
                f"{record['wall_s']['median']:.4g}",
                _shown(record["wall_ratio"]),
                f"{record['cpu_s']['median']:.4g}",
                _shown(record["cpu_ratio"]),
                "-" if peak is None else f"{peak:.0f}",
            )
        return made


def _ratios(
    samples: Mapping[str, Sequence[Sample]], name: str, reference: str, what: str
) -> dict[str, float]:
    """Ratios of samples of the same repetition, whose load was the same or nearly."""
    pairs = zip(samples[name], samples[reference], strict=True)
    # A clock that did not move in the reference leaves nothing to divide by.
    return _spread([getattr(one, what) / max(getattr(other, what), 1e-9) for one, other in pairs])


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {"least": min(values), "median": median(values), "most": max(values)}


def _peak(samples: Sequence[Sample]) -> float | None:
    most = max(sample.peak for sample in samples)
    return most if most == most else None  # noqa: PLR0124 - NaN is not itself


def _shown(ratio: Mapping[str, float]) -> str:
    return f"{ratio['median']:.3g} [{ratio['least']:.3g}, {ratio['most']:.3g}]"
