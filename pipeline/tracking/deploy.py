"""A registered version becomes the bundle that scores; there is always one."""

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
from pipeline.tracking import champion
from pipeline.tracking.registry import Registry

_NOBODY = "there was no champion, and somebody has to speak"


@contextmanager
def fetched(version: int, registry: Registry) -> Iterator[Path]:
    """Give a version's bundle in a temporary folder.

    Raises
    ------
    ModelError
        When this code cannot score with it: damaged, or trained with other features.
    """
    with tempfile.TemporaryDirectory() as folder:
        bundle = registry.fetch_bundle(version, Path(folder))
        load_model(bundle)
        yield bundle


def ensure_champion(settings: Params) -> None:
    """Deploy the registry's champion or, where there is none, the last model.

    Experiments register challengers alone, and a folder of the champion's may be lost: in both
    cases no run of `dvc repro` would make a champion, for nothing has changed. Nor would it in a
    clone that has pulled everything, and whose MLflow knows no version: the bundle that came along
    scores there.

    Raises
    ------
    ModelError
        When there is no model, or this code cannot score with it.
    """
    registry = Registry.of(settings)
    if not registry.versions():
        _take_over(registry.name)
        return
    holder = registry.holder(champion.CHAMPION)
    version = _last_trained(registry.name) if holder is None else holder.version
    with fetched(version, registry) as bundle:
        if holder is None:
            champion.promote(version, registry, despite=_NOBODY)
        deploy(bundle, version)
    log.warning("%s version %d scores from here on: %s", registry.name, version, _NOBODY)


def _take_over(name: str) -> None:
    version = _last_trained(name)
    deploy(store.MODEL, version)
    log.warning(
        "MLflow here knows no version of %s, so %s, which came with the project, scores from here "
        "on; `dvc repro --single-item --force register` registers it here too",
        name,
        store.MODEL,
    )


def _last_trained(name: str) -> int:
    """Version of the model that was trained last in this folder."""
    if store.RUN.exists():
        run = store.read_json(store.RUN)
        with store.reading(store.RUN):
            if run["registered"] == name:
                return int(run["version"])
    raise ModelError(NONE_YET.format(source=name.rpartition("-")[2]))
