"""Revision: whether a retrained model would have called the past otherwise."""

import pandas as pd

from models.scenarios import SCENARIOS


def revision_share(published: pd.DataFrame, retrained: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Share of past calls whose most probable scenario a retrain changes.

    Parameters
    ----------
    published, retrained
        Two outlooks: ``session, window, model`` and one column a scenario. Rows that only one of
        them has are not compared.

    Returns
    -------
    dict
        ``{window: {model: share}}``, from 0 (nothing is revised) to 1.

    Raises
    ------
    ValueError
        When the two have no session, window and model in common.
    """
    keys = ["session", "window", "model"]
    before, after = (t.set_index(keys)[list(SCENARIOS)] for t in (published, retrained))
    common = before.index.intersection(after.index)
    if common.empty:
        raise ValueError(
            f"the two outlooks, of {len(before)} and {len(after)} rows, have no session, window "
            "and model in common; compare outlooks that overlap"
        )
    revised = before.loc[common].idxmax(axis=1) != after.loc[common].idxmax(axis=1)
    shares = revised.groupby(level=["window", "model"]).mean()
    return {
        str(window): {str(model): float(share) for model, share in part.droplevel("window").items()}
        for window, part in shares.groupby(level="window")
    }
