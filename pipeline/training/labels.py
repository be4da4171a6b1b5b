"""What happened around each session, by the label definition that no model moves."""

import numpy as np
import pandas as pd

from features.maths.composite import composite, leg_levels, leg_moves, leg_scale, series_of
from models.scenarios import Window, label
from pipeline.base.errors import ConfigurationError
from pipeline.base.run import log
from pipeline.catalogue import CATALOGUE
from pipeline.params import Scenarios


def label_sessions(observed: pd.DataFrame, settings: Scenarios) -> pd.DataFrame:
    """Labels of all windows, with the moves of the legs behind them (``leg_*``).

    Parameters
    ----------
    observed
        One row a session, one column a series, by observation date.
    settings
        Legs, thresholds and windows. A leg whose optional series the source does not have is left
        out, as in the years before bitcoin; the labels' version then says so.
    """
    absent = [name for name in series_of(settings.legs) if name not in observed]
    unknown = [name for name in absent if name not in CATALOGUE or CATALOGUE[name].required]
    if unknown:
        raise ConfigurationError(
            f"params.yaml: scenarios.legs names {', '.join(unknown)}, which the source does not "
            "have; name series that it has, and change scenarios.version"
        )
    if absent:
        log.warning("the labels do without %s, which the source does not have", ", ".join(absent))
        version = "-without-".join([settings.version, *absent])
        settings = settings.model_copy(update={"version": version})
    levels = leg_levels(
        observed.loc[settings.scale_from :].assign(**dict.fromkeys(absent, np.nan)), settings.legs
    )
    return pd.concat(
        [_label_window(levels, window, settings) for window in settings.window_list()],
        ignore_index=True,
    )


def _label_window(levels: pd.DataFrame, window: Window, settings: Scenarios) -> pd.DataFrame:
    moves = leg_moves(levels, window.length, leg_scale(levels, settings.least))
    labels = label(
        composite(moves),
        window,
        tightening_above=settings.tightening_above,
        reflation_below=settings.reflation_below,
    )
    legs = moves.shift(-window.ahead).add_prefix("leg_")
    return labels.join(legs, on="session").assign(ruler=settings.version)
