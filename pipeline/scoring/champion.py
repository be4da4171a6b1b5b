"""Which bundle scores: a registered version's, in a folder that no stage writes.

``data/champion/<source>/`` holds the bundle, ``data/champion/<source>.json`` says which version of
which registered model it is. Models of different sources never take each other's place.
"""

from pathlib import Path
from typing import Any

from models.bundle import bundle_digest, copy_bundle
from pipeline.base.errors import ModelError, UndertowError
from pipeline.scoring.model import Model, RewrittenError, load_model
from pipeline.storage import store
from pipeline.storage.folders import inside, writing_in

NONE_YET = (
    "there is no champion for data.source {source!r} yet; make one with `make repro`, or choose "
    "one of `undertow models` with `undertow promote`"
)


def champion_folder(source: str) -> Path:
    """Where the bundle that scores a source's sessions lies."""
    return inside(store.CHAMPION, source)


def load_champion(source: str) -> Model:
    """Read the model that scores.

    Raises
    ------
    ModelError
        When there is none, this code cannot score with it, or it was rewritten under its name.
    """
    folder = champion_folder(source)
    if not folder.is_dir():
        raise ModelError(NONE_YET.format(source=source))
    try:
        model = load_model(folder)
    except RewrittenError:
        _refuse_rewritten(source, str(_note_of(source).get("model")))
        raise
    _refuse_rewritten(source, model.name)
    return model


def champion_version(source: str, model: str) -> int | None:
    """Number in the registry of the model that scores; None when the note is of another one."""
    try:
        return int(_said(source, model)["version"])
    except (LookupError, TypeError, ValueError):
        return None


def noted_version(source: str) -> int | None:
    """Number in the registry that the note beside the bundle names, of whichever model."""
    try:
        return int(_note_of(source)["version"])
    except (LookupError, TypeError, ValueError):
        return None


def deploy(bundle: Path, version: int) -> Model:
    """Make a bundle the one that scores, in one step for whoever scores meanwhile.

    Parameters
    ----------
    bundle
        Folder from `models.bundle.write_bundle`; its model names the source.
    version
        Its number in the registry.
    """
    model = load_model(bundle)
    folder = champion_folder(model.source)
    with writing_in(folder, alone=True):
        copy_bundle(bundle, folder)
    note = {"version": version, "model": model.name, "digest": bundle_digest(folder)}
    store.write_json(note, _note(model.source))
    return model


def _refuse_rewritten(source: str, model: str) -> None:
    """Refuse a bundle that is another than was put there under the model's name."""
    folder = champion_folder(source)
    if _said(source, model).get("digest", found := bundle_digest(folder)) != found:
        raise ModelError(
            f"{folder} is not the bundle of model {model} that was put there (its digest "
            "differs); put the champion back with `undertow promote` and its number"
        )


def _said(source: str, model: str) -> dict[str, Any]:
    """The note, when it is of this model: between a bundle and its note a writer may have died."""
    note = _note_of(source)
    return note if note.get("model") == model else {}


def _note_of(source: str) -> dict[str, Any]:
    """The note; empty when it cannot be read."""
    try:
        return dict(store.read_json(_note(source)))
    except (UndertowError, TypeError, ValueError):
        return {}


def _note(source: str) -> Path:
    return inside(store.CHAMPION, f"{source}.json")
