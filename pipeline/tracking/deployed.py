"""Whether the bundle that scores is one that was registered, by a registry that lies elsewhere.

A note beside the bundle in ``data/champion`` proves nothing: who can write the one can write the
other. The digest of what was registered is in MLflow's database. Where that is a file of this
machine it is read here, without MLflow, in milliseconds; a server is asked when a bundle is fetched
from it (`pipeline.tracking.registry.Registry.fetch_bundle`), not each evening.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from models.bundle import BundleError, bundle_digest
from pipeline.base.errors import ModelError, one_line
from pipeline.base.run import log
from pipeline.scoring.champion import champion_folder, noted_version
from pipeline.storage.yaml_file import read_yaml
from pipeline.tracking.address import sqlite_file, tracking_uri
from pipeline.tracking.local_store import is_absent
from pipeline.tracking.vouched import TAG

_PARAMS = Path("params.yaml")
_PATIENCE = 5.0
"""Seconds for a database that another process writes to."""
_DIGESTS = """
    SELECT versions.version, tags.value
    FROM model_versions AS versions
    LEFT JOIN model_version_tags AS tags
        ON tags.name = versions.name AND tags.version = versions.version AND tags.key = ?
    WHERE versions.name = ? AND versions.current_stage <> 'Deleted_Internal'
"""


def check_deployed(source: str) -> None:
    """Refuse a bundle in ``data/champion`` that the local registry never registered.

    Nothing is said where nobody can: a registry on a server, a database that was lost or is new, a
    version from before bundles were vouched for.

    Raises
    ------
    ModelError
        When no version has the bundle's digest.
    """
    try:
        found = bundle_digest(champion_folder(source))
    except BundleError:
        return  # reading the bundle tells what is wrong with it
    tracking = read_yaml(_PARAMS)["tracking"]
    file, name = sqlite_file(tracking_uri(tracking["uri"])), f"{tracking['model_name']}-{source}"
    digests = {} if file is None or is_absent(file) else _registered(file, name)
    untagged = digests.get(noted_version(source), "") is None
    if found in digests.values() or untagged or not any(digests.values()):
        return
    raise ModelError(
        f"{champion_folder(source)} is not a bundle that was registered: no version of {name} in "
        f"{file} has its digest ({found[:12]}), so somebody has rewritten it; put the champion "
        "back with `undertow promote` and its number, or, if it was registered elsewhere, set "
        "MLFLOW_TRACKING_URI as it was then"
    )


def _registered(file: Path, name: str) -> dict[int | None, str | None]:
    """Digest of each version; None for one from before bundles were vouched for."""
    try:
        address = f"{file.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE)) as connection:
            return dict(connection.execute(_DIGESTS, (TAG, name)).fetchall())
    except sqlite3.Error as error:
        log.warning(
            "MLflow's database %s cannot be asked whether the model that scores is a registered "
            "one (%s); `undertow doctor` tells more",
            file,
            one_line(error),
        )
        return {}
