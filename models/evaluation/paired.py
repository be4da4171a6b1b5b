"""Two models on the same days: how far apart they are, and whether that is noise."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.evaluation.intervals import Resampling, bootstrap_means
from models.evaluation.losses import Losses, skill

BETTER = "better than noise"
WORSE = "worse"
NO_DIFFERENCE = "no difference that this span can show"

MOST_RELABELLED = 0.05
"""Share of shared sessions whose outcome may differ between two tables. A revised series moves a
few labels, and these sessions are left out; more of them are another label definition."""


@dataclass(frozen=True)
class Difference:
    """Skill of one model less that of another on the same sessions.

    Attributes
    ----------
    sessions
        How many both forecast, with the same outcome.
    first, second
        Skill of each over the reference, as a fraction.
    value
        ``first - second``, as a fraction: 0.01 is one point of skill.
    low, high
        Block-bootstrap interval of ``value``; NaN on fewer sessions than two blocks.
    p
        Two-sided: twice the share of resampled histories in which the difference has the other
        sign or none. It is below ``1 - level`` where the interval leaves zero out; NaN as above.
    """

    sessions: int
    first: float
    second: float
    value: float
    low: float
    high: float
    p: float

    @property
    def verdict(self) -> str:
        """``BETTER``, ``WORSE`` or ``NO_DIFFERENCE``, by whether the interval leaves zero out."""
        if self.low > 0:
            return BETTER
        return WORSE if self.high < 0 else NO_DIFFERENCE

    def in_words(self) -> str:
        """The difference in points of skill, how sure it is, and the verdict."""
        points = f"{100 * self.value:+.2f} points"
        if math.isnan(self.p):
            return f"{points}, too few sessions for an interval, {self.verdict}"
        interval = f"{100 * self.low:+.2f} to {100 * self.high:+.2f}, p {self.p:.3f}"
        return f"{points} ({interval}), {self.verdict}"


def paired_difference(
    first: Losses, second: Losses, reference: Losses, settings: Resampling
) -> Difference:
    """Compare two models session by session.

    Null: both have the same mean loss. Their losses rise and fall together, so that the
    difference of each session is far steadier than either loss; blocks of sessions are drawn
    with all three columns kept together (see ``Resampling``).

    Parameters
    ----------
    first, second, reference
        Losses of the same sessions in order of time, each of shape (n,).
    settings
        Blocks, repetitions, level and seed.
    """
    ours, theirs = skill(first, reference), skill(second, reference)
    low = high = p = float("nan")
    if len(first) >= 2 * settings.block:
        means = bootstrap_means(np.column_stack([second - first, reference]), settings)
        drawn = means[:, 0] / means[:, 1]
        outside = (1.0 - settings.level) / 2
        low, high = (float(each) for each in np.quantile(drawn, [outside, 1.0 - outside]))
        other_sign = min((drawn <= 0).sum(), (drawn >= 0).sum())
        p = float(min(1.0, 2 * (1 + other_sign) / (1 + len(drawn))))
    return Difference(len(first), ours, theirs, ours - theirs, low, high, p)


def on_the_same_days(
    first: pd.DataFrame, second: pd.DataFrame, window: str, model: str, reference: str
) -> pd.DataFrame:
    """Line up one model's losses of two tables from `models.evaluation.loss_table.loss_table`.

    Parameters
    ----------
    first, second
        Each with a row a session, window and model.
    window, model
        Whose losses.
    reference
        Model whose losses, of the first table, skill is measured against.

    Returns
    -------
    DataFrame
        By session, in order: ``first, second, reference``. Sessions whose outcome differs between
        the tables are left out.

    Raises
    ------
    ValueError
        When no session is shared, or more than ``MOST_RELABELLED`` of the outcomes differ.
    """
    ours, theirs = (_of(table, window, model) for table in (first, second))
    against = _of(first, window, reference)["log_loss"].rename("reference")
    joined = ours.add_suffix("_first").join(theirs.add_suffix("_second"), how="inner")
    joined = joined.join(against, how="inner").sort_index()
    if joined.empty:
        raise ValueError(
            f"the forecasts of {model!r} for window {window!r} share no session with a known "
            "outcome; compare runs whose out-of-sample spans overlap"
        )
    same = joined["scenario_first"] == joined["scenario_second"]
    if (~same).mean() > MOST_RELABELLED:
        raise ValueError(
            f"window {window!r}: {int((~same).sum())} of {len(joined)} shared sessions have "
            "another outcome in the one than in the other; they answer different questions, so "
            "train both with the same label definition and windows"
        )
    names = {"log_loss_first": "first", "log_loss_second": "second"}
    return joined.loc[same, ["log_loss_first", "log_loss_second", "reference"]].rename(
        columns=names
    )


def _of(table: pd.DataFrame, window: str, model: str) -> pd.DataFrame:
    rows = table[(table["window"] == window) & (table["model"] == model)]
    return rows.set_index("session")[["scenario", "log_loss"]]
