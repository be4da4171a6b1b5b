"""Two runs on the same days: how far apart, whether it is noise, and what was changed."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from models.evaluation.breakdown import year_rows
from models.evaluation.intervals import Resampling
from models.evaluation.losses import skill
from models.evaluation.paired import Difference, on_the_same_days, paired_difference
from models.evaluation.promotion import PromotionSettings
from pipeline.base.errors import ModelError
from pipeline.params import Params
from pipeline.tracking.choices import TRAINING, Changes, changed_choices
from pipeline.tracking.find_run import FoundRun, find_run
from pipeline.tracking.kept import kept_losses, kept_params
from pipeline.tracking.registry import Registry


@dataclass(frozen=True)
class WindowDifference:
    """Two runs in one window.

    Attributes
    ----------
    first_session, last_session
        Of the days compared, as ``YYYY-MM-DD``.
    by_year
        Difference in skill by calendar year, as a fraction, with its sessions. A single year is
        too short for an interval that would say anything.
    """

    first_session: str
    last_session: str
    difference: Difference
    by_year: dict[str, tuple[int, float]]


@dataclass(frozen=True)
class RunComparison:
    """Two runs compared.

    Attributes
    ----------
    first, second
        The runs; positive differences speak for the first.
    model, judged
        Whose forecasts, and the window that the verdict goes by (``promotion`` in ``params.yaml``).
    windows
        By window that both forecast.
    changed
        What was chosen otherwise, in the sections that training reads.
    """

    first: FoundRun
    second: FoundRun
    model: str
    judged: str
    windows: dict[str, WindowDifference]
    changed: Changes

    @property
    def verdict(self) -> str:
        """That of the judged window; see `models.evaluation.paired.Difference`."""
        return self.windows[self.judged].difference.verdict

    def document(self) -> dict[str, object]:
        """Ready for JSON: fractions as they are, None for what is undefined."""
        return {
            "first": asdict(self.first),
            "second": asdict(self.second),
            "model": self.model,
            "window": self.judged,
            "verdict": self.verdict,
            "windows": {name: _document(each) for name, each in self.windows.items()},
            "changed": {
                name: {"first": ours, "second": theirs}
                for name, (ours, theirs) in self.changed.items()
            },
        }


def compare_runs(first: str, second: str, settings: Params) -> RunComparison:
    """Compare two runs on the days that both forecast.

    Parameters
    ----------
    first, second
        As `pipeline.tracking.find_run.find_run` takes them.
    settings
        Where runs are, which model and window are judged, and how sessions are resampled.

    Raises
    ------
    ModelError
        When a run is not found or has not kept its forecasts, or the two cannot be compared.
    """
    registry = Registry.of(settings)
    ours, theirs = (
        find_run(each, registry, settings.tracking.experiment) for each in (first, second)
    )
    our_losses, their_losses = (kept_losses(run.run_id, registry.uri) for run in (ours, theirs))
    our_params, their_params = (kept_params(run.run_id, registry.uri) for run in (ours, theirs))
    theirs_too = set(their_losses["window"])
    shared = [name for name in our_losses["window"].unique() if name in theirs_too]
    asked, resampling = settings.promotion, settings.evaluation.resampling
    if asked.window not in shared:
        raise ModelError(
            f"{ours.label} and {theirs.label} do not both forecast the window {asked.window!r} "
            "that promotion.window judges by; choose one that both have"
        )
    return RunComparison(
        first=ours,
        second=theirs,
        model=asked.model,
        judged=asked.window,
        windows={
            name: _window(our_losses, their_losses, name, asked, resampling) for name in shared
        },
        changed=changed_choices(our_params, their_params, TRAINING),
    )


def _window(
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    window: str,
    asked: PromotionSettings,
    resampling: Resampling,
) -> WindowDifference:
    try:
        rows = on_the_same_days(ours, theirs, window, asked.model, asked.reference)
    except ValueError as error:
        raise ModelError(f"the two cannot be compared: {error}") from None
    first, second, reference = (rows[name].to_numpy() for name in rows)
    sessions = pd.DatetimeIndex(rows.index)
    return WindowDifference(
        first_session=f"{sessions[0]:%Y-%m-%d}",
        last_session=f"{sessions[-1]:%Y-%m-%d}",
        difference=paired_difference(first, second, reference, resampling),
        by_year={
            year: (
                int(chosen.sum()),
                skill(first[chosen], reference[chosen]) - skill(second[chosen], reference[chosen]),
            )
            for year, chosen in year_rows(sessions).items()
        },
    )


def _document(window: WindowDifference) -> dict[str, object]:
    numbers = asdict(window.difference)
    return {
        "first_session": window.first_session,
        "last_session": window.last_session,
        **{name: None if np.isnan(value) else value for name, value in numbers.items()},
        "verdict": window.difference.verdict,
        "by_year": {
            year: {"sessions": sessions, "value": value}
            for year, (sessions, value) in window.by_year.items()
        },
    }
