"""Several vendors of one quantity as one column, by level or by change."""

import numpy as np
import pandas as pd

from pipeline.series.kinds import Join


def joined(panel: pd.DataFrame, join: Join) -> pd.Series:
    """First vendor that has a value; by change, first that has this session and the one before."""
    vendors = panel[list(join.members)]
    if join.by == "change":
        vendors = vendors.where(vendors > 0).map(np.log).diff()
    return vendors.bfill(axis=1).iloc[:, 0].rename(join.name)
