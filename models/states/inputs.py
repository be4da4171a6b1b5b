"""The states as columns that the outlook's models read, the same in training and in scoring."""

import numpy as np
import pandas as pd

STATE = "state_"
"""How every such column begins."""

POSTERIORS = rf"^{STATE}\d+$"
"""The columns of the posteriors alone."""


def as_inputs(published: pd.DataFrame) -> pd.DataFrame:
    """Columns of what was published: the posteriors, how sure they are and how long they hold.

    Parameters
    ----------
    published
        By session, from `models.states.tracking.CausalFilter.advance`: filtered posteriors, and
        what follows from those of earlier sessions alone.

    Returns
    -------
    pandas.DataFrame
        ``state_0 …``; ``state_entropy`` in nats; ``state_age``, the logarithm of the number of
        sessions that the shown state has stood, this one included: a state's twentieth session is
        to its tenth what its tenth is to its fifth.
    """
    return published.filter(regex=POSTERIORS).assign(
        **{f"{STATE}entropy": published["entropy"], f"{STATE}age": np.log(published["age"])}
    )
