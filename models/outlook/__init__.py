"""Every model and baseline of the outlook, one a file; writing the file is all it takes."""

import importlib
import pkgutil

from models.forecasting.forecaster import Forecaster


def known() -> dict[str, type[Forecaster]]:
    """Every model by name, after importing each file of this package."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(Forecaster._registry)
