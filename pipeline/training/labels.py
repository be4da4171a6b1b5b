"""What happened around each session, by a label definition that no model moves."""

import numpy as np
import pandas as pd

from features.maths.composite import (
    component_levels,
    component_moves,
    component_scale,
    composite,
    series_of,
)
from models.scenarios import Window, label
from pipeline.base.errors import ConfigurationError
from pipeline.base.run import log
from pipeline.catalogue import CATALOGUE
from pipeline.params import Scenarios


def label_sessions(observed: pd.DataFrame, settings: Scenarios) -> pd.DataFrame:
    """Labels of all windows, with the moves of the components behind them (``component_*``).

    Parameters
    ----------
    observed
        One row a session, one column a series, by observation date.
    settings
        Components, thresholds and windows. A component whose optional series the source does not
        have is left out, as in the years before bitcoin; the labels' version then says so.
    """
    absent = [name for name in series_of(settings.components) if name not in observed]
    unknown = [name for name in absent if name not in CATALOGUE or CATALOGUE[name].required]
    if unknown:
        raise ConfigurationError(
            f"params.yaml: scenarios.components names {', '.join(unknown)}, which the source does "
            "not have; name series that it has, and change scenarios.version"
        )
    if absent:
        log.warning("the labels do without %s, which the source does not have", ", ".join(absent))
        version = "-without-".join([settings.version, *absent])
        settings = settings.model_copy(update={"version": version})
    levels = component_levels(
        observed.loc[settings.scale_from :].assign(**dict.fromkeys(absent, np.nan)),
        settings.components,
    )
    return pd.concat(
        [_label_window(levels, window, settings) for window in settings.window_list()],
        ignore_index=True,
    )


def _label_window(levels: pd.DataFrame, window: Window, settings: Scenarios) -> pd.DataFrame:
    moves = component_moves(
        levels, window.length, component_scale(levels, settings.min_scale_sessions)
    )
    labels = label(
        composite(moves),
        window,
        tightening_above=settings.tightening_above,
        reflation_below=settings.reflation_below,
    )
    components = moves.shift(-window.ahead).add_prefix("component_")
    return labels.join(components, on="session").assign(label_version=settings.version)
