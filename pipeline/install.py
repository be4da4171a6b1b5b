"""Which bundle scores: a registered version's, put where scoring reads it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline import store
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
    store.DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=store.DATA) as folder:
        bundle = mlflow_store.fetch_bundle(version, Path(folder), uri, name)
        load_model(bundle)
        yield bundle


def install(bundle: Path) -> None:
    """Make a bundle the one that scores."""
    for path in sorted(bundle.iterdir()):
        with store.replacing(store.MODEL / path.name) as temporary:
            temporary.write_bytes(path.read_bytes())
