"""What may not stand in ``params.yaml``, which is committed, logged and kept with every run."""

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pipeline.base.errors import ConfigurationError
from pipeline.base.parts import parts

ENDPOINT = "UNDERTOW_ENDPOINT_"
"""Begins the environment's name for a provider's address; the provider follows in capitals."""

CONTACT = "UNDERTOW_CONTACT"
"""Environment: your e-mail address, told only to providers that refuse robots without one."""

ALERTS = "UNDERTOW_ALERTS"
"""Environment: apprise addresses of the channels that alerts go to, by blanks or commas apart."""

_REMEDIES = {
    "tracking.uri": "put the address into the environment's MLFLOW_TRACKING_URI",
    "live.endpoints*": f"put the address into the environment's {ENDPOINT}<PROVIDER>",
    "compute.scheduler": "delete that part: dask's addresses take none",
    "*": "put it into the environment",
}
"""By dotted name; the last is for an address anywhere else."""

_KEY = re.compile(r"[?&;](?:\w*(?:passw|pwd|token|secret)\w*|(?:\w*_)?(?:api)?_?key)=", re.I)


def check_secrets(document: Any, path: Path) -> None:
    """Refuse an address with a user's name, password or key in it, and every one of an alert.

    Raises
    ------
    ConfigurationError
        With the name of the parameter; what it holds is not repeated.
    """
    if "://" in str(document.get("alerts") if isinstance(document, Mapping) else ""):
        raise ConfigurationError(
            f"{path}: alerts holds the address of a channel, which is a secret and would be "
            f"committed and logged; put it into the environment's {ALERTS}"
        )
    for place, text in parts(document):
        if not isinstance(text, str):
            continue
        name = ".".join(map(str, place))
        pattern = next(each for each in _REMEDIES if fnmatchcase(name, each))
        if (pattern != "*" or "://" in text) and ("@" in text or _KEY.search(text)):
            raise ConfigurationError(
                f"{path}: {name} holds a user's name, password or key, which would be committed "
                f"and logged; {_REMEDIES[pattern]}"
            )
