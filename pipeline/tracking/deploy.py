"""A registered version becomes the bundle that scores."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.scoring.model import load_model
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
