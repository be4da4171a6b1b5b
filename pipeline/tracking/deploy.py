"""A registered version becomes the bundle that scores, and somebody always does."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.base.errors import ModelError
from pipeline.base.run import log
from pipeline.params import Params
from pipeline.scoring.champion import NONE_YET, deploy
from pipeline.scoring.model import load_model
from pipeline.storage import store
from pipeline.tracking import champion, mlflow_store
from pipeline.tracking.address import tracking_uri

_NOBODY = "there was no champion, and somebody has to speak"


@contextmanager
def fetched(version: int, uri: str, name: str) -> Iterator[Path]:
    """Give a version's bundle in a passing folder.

    Raises
    ------
    ModelError
        When this code cannot score with it: damaged, or trained with other features.
    """
    with tempfile.TemporaryDirectory() as folder:
        bundle = mlflow_store.fetch_bundle(version, Path(folder), uri, name)
        load_model(bundle)
        yield bundle


def ensure_champion(settings: Params) -> None:
    """Have somebody who scores: the registry's champion or, where there is none, the last model.

    Experiments register challengers alone, and a folder of the champion's may be lost: in both
    cases no run of `dvc repro` would make a champion, for nothing has changed.

    Raises
    ------
    ModelError
        When there is no model, or this code cannot score with it.
    """
    uri, name = tracking_uri(settings.tracking.uri), settings.registered_name
    holder = champion.with_alias(champion.CHAMPION, uri, name)
    version = _last_trained(name) if holder is None else holder.version
    with fetched(version, uri, name) as bundle:
        if holder is None:
            champion.promote(version, uri, name, despite=_NOBODY)
        deploy(bundle, version)
    log.warning("%s version %d scores from here on: %s", name, version, _NOBODY)


def _last_trained(name: str) -> int:
    """Version of the model that was trained last in this folder."""
    if store.RUN.exists():
        run = store.read_json(store.RUN)
        with store.understood(store.RUN):
            if run["registered"] == name:
                return int(run["version"])
    raise ModelError(NONE_YET.format(source=name.rpartition("-")[2]))
