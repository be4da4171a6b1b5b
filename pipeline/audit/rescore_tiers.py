"""What followed the desk's tiers, made again from prices and decisions."""

import numpy as np
import pandas as pd


def tier_figures(decided: pd.DataFrame, values: pd.DataFrame, ahead: int) -> dict[str, float]:
    """Figures of ``data/tiers.json``, keyed by their place in it.

    Parameters
    ----------
    decided
        By session: ``tier``, ``action``, ``event_kind``.
    values
        By session: what each thing that is followed was worth.
    ahead
        Sessions that followed, of the table by tier.
    """
    made: dict[str, float] = {"ahead": ahead}
    following = (values.shift(-ahead) / values - 1).reindex(decided.index)
    years = pd.DatetimeIndex(decided.index).year
    for tier in np.unique(decided["tier"]):
        of = (decided["tier"] == tier).to_numpy()
        made[f"by_tier.{tier}.sessions"] = of.sum()
        for year in np.unique(years):
            made[f"by_year.{year}.{tier}"] = (of & (years == year)).sum()
        for asset in map(str, values.columns):
            moves = following.loc[of, asset].dropna().to_numpy()
            made[f"by_tier.{tier}.{asset}.mean"] = moves.mean() if len(moves) else np.nan
            made[f"by_tier.{tier}.{asset}.std"] = moves.std(ddof=1) if len(moves) > 1 else np.nan
            made[f"by_tier.{tier}.{asset}.worst_tenth"] = (
                np.quantile(moves, 0.1) if len(moves) else np.nan
            )
    for name, column in (("actions", "action"), ("events", "event_kind")):
        for answer in decided[column].unique():
            made[f"{name}.{answer}"] = (decided[column] == answer).mean()
    return made
