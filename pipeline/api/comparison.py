"""Two runs beside one another, as frames."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:  # MLflow takes seconds to import
    from pipeline.tracking.compare_runs import RunComparison


@dataclass(frozen=True, eq=False)
class Comparison:
    """Which of two runs is better on the same days, and whether it is noise.

    Attributes
    ----------
    verdict
        Of the judged window: ``better than noise``, ``worse``, or ``no difference that this span
        can show``; it speaks of the first run.
    words
        The same in a sentence, with the difference in points, its interval and p.
    window, model
        Which window was judged, and whose forecasts were compared.
    windows
        Indexed by window: ``sessions``, the skill of the ``first`` and the ``second`` run, their
        ``difference`` with ``low``, ``high`` (95 % block bootstrap) and ``p``, all as fractions;
        ``verdict``.
    by_year
        Difference in skill as a fraction, indexed by window, a column a year.
    changed
        Indexed by the setting's name: what the ``first`` and the ``second`` run chose.
    """

    verdict: str
    words: str
    window: str
    model: str
    windows: pd.DataFrame
    by_year: pd.DataFrame
    changed: pd.DataFrame


def as_frames(found: "RunComparison") -> Comparison:
    """What `pipeline.tracking.compare_runs.compare_runs` found, as frames."""
    rows = {
        name: asdict(each.difference) | {"verdict": each.difference.verdict}
        for name, each in found.windows.items()
    }
    years = {
        name: {year: value for year, (_sessions, value) in each.by_year.items()}
        for name, each in found.windows.items()
    }
    judged = found.windows[found.judged].difference
    return Comparison(
        verdict=found.verdict,
        words=f"{found.judged}, {found.model}: {judged.in_words()}",
        window=found.judged,
        model=found.model,
        windows=pd.DataFrame.from_dict(rows, orient="index")
        .rename(columns={"value": "difference"})
        .rename_axis("window"),
        by_year=pd.DataFrame.from_dict(years, orient="index").rename_axis("window"),
        changed=pd.DataFrame.from_dict(
            found.changed, orient="index", columns=["first", "second"]
        ).rename_axis("setting"),
    )
