"""Every policy followed on every holding: the paths that the audit holds against each other."""

import pandas as pd

from pipeline.desk.holdings import followed
from pipeline.desk.policy import make_policies
from pipeline.desk.policy_scores import wanted_paths
from pipeline.params import Params


def paths_of(panel: pd.DataFrame, evenings: pd.DataFrame, settings: Params) -> pd.DataFrame:
    """Every policy's exposure to every holding, by evening.

    Parameters
    ----------
    panel
        Prices of what is held, by session.
    evenings
        From `pipeline.desk.history.tiers`.
    settings
        The book, and the desk's policies.

    Returns
    -------
    pandas.DataFrame
        Columns ``<holding>.<policy> <band>``, the last of the plain target.
    """
    policies, found = make_policies(settings.desk), {}
    for holding, of in followed(settings.book, panel).items():
        known, paths = wanted_paths(of.returns, evenings, policies, settings.desk)
        for policy, by_band in paths.items():
            for band, path in by_band.items():
                found[f"{holding}.{policy} {band}"] = pd.Series(path, known)
    return pd.DataFrame(found)
