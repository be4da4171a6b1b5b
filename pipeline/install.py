"""Which bundle scores: a registered version's, put where scoring reads it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.bundle import copy_bundle
from pipeline import store
from pipeline.folders import writing_in
from pipeline.model import load_model
from pipeline.tracking import mlflow_store


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


def install(bundle: Path) -> None:
    """Make a bundle the one that scores, in one step for whoever scores meanwhile."""
    with writing_in(store.MODEL, alone=True):
        copy_bundle(bundle, store.MODEL)
