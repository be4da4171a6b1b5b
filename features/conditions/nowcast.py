"""The composite as of tonight, before yields and spreads are published (S07).

Real yields and credit spreads come out a session late; the funds that hold the same bonds close
the same evening. What the funds did tells most of what the late series will show.
"""

import numpy as np
import pandas as pd

import features.maths.composite as formula
from features.maths.trailing import SESSIONS_PER_YEAR, change, log, log_change, total
from features.registry import feature, table

MOSTLY = 202
"""Of 252 sessions, those that must exist before slopes are trusted: four fifths."""


def expected_change(published: pd.Series, clues: pd.DataFrame) -> pd.Series:
    """Change of a late series on the session just past, told by clues that are already out.

    Least squares through the origin over 252 sessions: the change published tonight, which is the
    session before's, on that session's clues; its slopes times tonight's clues.

    Parameters
    ----------
    published
        Changes by the session on which they became known, one session late.
    clues
        Same index, one column a clue, by the session that they describe.

    Returns
    -------
    pandas.Series
        In the unit of ``published``; NaN while fewer than ``MOSTLY`` pairs exist, and on sessions
        without a clue.
    """
    known = clues.shift(1)
    known = known.where(known.notna().all(axis=1) & published.notna())
    size = clues.shape[1]
    columns = [known.iloc[:, j] for j in range(size)]
    gram = np.stack(
        [[total(a * b, 252, MOSTLY).to_numpy() for b in columns] for a in columns]
    ).transpose(2, 0, 1)
    towards = np.stack([total(a * published, 252, MOSTLY).to_numpy() for a in columns], axis=1)
    usable = ~np.isnan(towards).any(axis=1) & (np.abs(np.linalg.det(_scaled(gram))) > 1e-6)
    slopes = np.full((len(clues), size), np.nan)
    slopes[usable] = np.linalg.solve(gram[usable], towards[usable][:, :, None])[:, :, 0]
    terms = [clues.iloc[:, j] * slopes[:, j] for j in range(size)]
    return sum(terms[1:], start=terms[0])


@feature(
    "S01",
    label="expected change of the 10-year real yield today",
    unit="percentage points",
    window=254,
)
def real10y_expected_change(real10y: pd.Series, tip: pd.Series, ief: pd.Series) -> pd.Series:
    """Today's change of the 10-year real yield, not published yet, as told by bond funds.

    From the returns of TIP (inflation-protected Treasuries) and IEF (7 to 10 years).
    """
    clues = pd.DataFrame({"tip": log_change(tip, 1), "ief": log_change(ief, 1)})
    return expected_change(change(real10y, 1), clues)


@feature(
    "S08",
    label="expected change of the high-yield spread today",
    unit="percentage points",
    window=255,
)
def hy_oas_expected_change(hy_oas: pd.Series, hyg: pd.Series, ief: pd.Series) -> pd.Series:
    """Today's change of the high-yield spread, not published yet, as told by bond funds.

    From the returns of HYG (high yield) and IEF today and the session before: bonds that did not
    trade are priced late, so spreads follow the fund over two sessions.
    """
    high_yield, treasuries = log_change(hyg, 1), log_change(ief, 1)
    clues = {
        "hyg": high_yield,
        "ief": treasuries,
        "hyg_before": high_yield.shift(1),
        "ief_before": treasuries.shift(1),
    }
    return expected_change(change(hy_oas, 1), pd.DataFrame(clues))


@table
def components_late(
    components: pd.DataFrame, real10y__age: pd.Series, hy_oas__age: pd.Series
) -> pd.DataFrame:
    """Whether a component's latest value describes an earlier session (1) or this one (0)."""
    late = pd.DataFrame(0.0, index=components.index, columns=components.columns)
    for name, age in (("real10y", real10y__age), ("hy_oas", hy_oas__age)):
        if name in late:
            late[name] = (age > 0).astype(float)
    return late


@table
def components_expected(
    components: pd.DataFrame,
    components_late: pd.DataFrame,
    real10y_expected_change: pd.Series,
    hy_oas_expected_change: pd.Series,
) -> pd.DataFrame:
    """Levels as of tonight: late components moved on by their expected change, if any."""
    tonight = components.copy()
    expected = {"real10y": real10y_expected_change, "hy_oas": hy_oas_expected_change}
    for name, moved in expected.items():
        if name in tonight:
            tonight[name] = components[name] + moved.fillna(0.0) * components_late[name]
    return tonight


@feature(
    "S07",
    label="composite with expected yields and spreads {over}",
    unit="standard deviations",
    window=255,
    speeds=(1, 2, 3, 5, 10),
)
def composite_nowcast(
    components: pd.DataFrame,
    component_scale: pd.DataFrame,
    components_late: pd.DataFrame,
    components_expected: pd.DataFrame,
    *,
    sessions: int,
) -> pd.Series:
    """The labels' composite over the sessions just past, late components told by bond funds.

    ``composite_<n>`` measures a late component over the n sessions before the last one; here every
    component covers the same sessions as the label will.
    """
    moves = components_expected - _at_start(components, components_late, sessions)
    scale = _at_start(component_scale, components_late, sessions)
    return formula.composite(moves / (scale * sessions**0.5))


@feature(
    "S07", "S13", label="VIX over the label's own scale", unit="log standard deviations", window=1
)
def vix_over_label_scale(vix: pd.Series, component_scale: pd.DataFrame) -> pd.Series:
    """Logarithm of the VIX's daily volatility over the labels' own for the Nasdaq-100.

    The label counts in standard deviations that expand from 2004; as they change, the same VIX
    makes larger or smaller composites. NaN when the composite has no such component.
    """
    if "qqq" not in component_scale:
        return pd.Series(np.nan, index=component_scale.index)
    daily = vix / 100.0 / SESSIONS_PER_YEAR**0.5
    return log(daily) - log(component_scale["qqq"])


def _at_start(values: pd.DataFrame, late: pd.DataFrame, sessions: int) -> pd.DataFrame:
    """Values at the window's first close; a late one stands a row further down."""
    return values.shift(sessions).where(late == 0.0, values.shift(sessions - 1))


def _scaled(gram: np.ndarray) -> np.ndarray:
    """Each matrix with ones on its diagonal, so that its determinant tells how nearly singular."""
    size = np.sqrt(np.einsum("nii->ni", gram))
    size = np.where(size > 0, size, np.nan)
    return np.nan_to_num(gram / (size[:, :, None] * size[:, None, :]))
