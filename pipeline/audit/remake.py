"""A training and a call made again in a replay's own folder, from whole files that it is handed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from models.bundle import write_bundle
from pipeline.params import Params
from pipeline.scoring.bundle import build_bundle
from pipeline.scoring.call import make_call
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.model import load_model
from pipeline.storage import store
from pipeline.training.problems import make_problems, read_inputs

FILES = "files"
"""Frame of whole files: columns ``path`` and ``content``."""

Files = dict[str, pd.DataFrame]


def train(handed: Mapping[str, pd.DataFrame], settings: Params) -> Files:
    """The bundle of the tables that are handed over, every window fitted once more on all of them.

    The fit of the states is taken as it stands: `pipeline.audit.replays.states_refits` makes what
    it published.
    """
    with unpacked(handed) as folder, chdir(folder):
        problems = make_problems(settings, read_inputs(), store.read_labels())
        content = {problem.window.name: problem.fit().fitted_state() for problem in problems}
        store.OUTLOOK_FIT.mkdir(parents=True)
        write_bundle(content, store.OUTLOOK_FIT)
        build_bundle(settings)
        return packed([store.MODEL])


def call(handed: Mapping[str, pd.DataFrame]) -> Files:
    """The last session's call by the bundle that is handed over."""
    with unpacked(handed) as folder, chdir(folder):
        model = load_model(store.MODEL)
        store.write_json(make_call(model, read_snapshot(model)), store.CALL)
        return packed([store.CALL])


def packed(paths: Iterable[Path]) -> Files:
    """Files, and those of folders, as a frame that can be handed over."""
    files = [
        file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])
    ]
    content = [file.read_bytes() for file in files]
    return {FILES: pd.DataFrame({"path": [str(file) for file in files], "content": content})}


@contextmanager
def unpacked(frames: Mapping[str, pd.DataFrame]) -> Iterator[Path]:
    """Give a passing folder, below the working one, in which the files lie."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        for path, content in frames[FILES].itertuples(index=False):
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        yield Path(folder)
