"""Providers of raw series: one file each, whose name is what ``data.source`` says."""

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, cast

from pipeline.base.errors import ConfigurationError
from pipeline.base.words import did_you_mean
from pipeline.series.source import Source

if TYPE_CHECKING:
    from pipeline.params import Params


def open_source(params: "Params") -> Source:
    """Open the source that ``data.source`` names, by the ``open_source`` of its file.

    Raises
    ------
    ConfigurationError
        When no source has that name.
    """
    wanted = params.data.source
    known = sorted(module.name for module in pkgutil.iter_modules(__path__))
    if wanted not in known:
        hint = did_you_mean(wanted, known, f"known: {', '.join(known)}")
        raise ConfigurationError(f"params.yaml: data.source is {wanted!r}; {hint}")
    return cast("Source", import_module(f"{__name__}.{wanted}").open_source(params))
