"""What vouches for a bundle and for a run's files: tags, which lie where no artefact does.

The hashes inside a bundle show damage; but who can write to the artefacts can write them anew. The
tags are in the tracker's database, and in no file beside the artefacts.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from models.bundle import BundleError, bundle_digest
from pipeline.base.errors import ModelError
from pipeline.base.run import log
from pipeline.scoring.model import RewrittenError

TAG = "bundle_digest"
FILES_TAG = "file_digests"
"""Tag of a run: SHA-256 of each single file that it keeps, by name, as JSON."""

_SHOWN = 12


def tag_of(bundle: Path) -> dict[str, str]:
    """The tag of a version of this bundle."""
    return {TAG: bundle_digest(bundle)}


def check_vouched(bundle: Path, tags: Mapping[str, str], what: str) -> None:
    """Refuse a bundle that is not the one which was registered.

    Parameters
    ----------
    tags
        Of its version. One from before bundles were vouched for has no such tag, which is told.

    Raises
    ------
    ModelError
        When it is another bundle, or damaged.
    """
    try:
        found = bundle_digest(bundle)
    except BundleError as error:
        raise ModelError(str(error)) from None
    if TAG not in tags:
        log.warning("%s was registered before bundles were vouched for; it is taken as it is", what)
    elif tags[TAG] != found:
        raise ModelError(
            f"the bundle of {what} is not the one that was registered (its digest is "
            f"{found[:_SHOWN]}, the version's tag {TAG} says {tags[TAG][:_SHOWN]!r}): somebody has "
            "rewritten it; promote another version of `undertow models`, or train with `dvc repro`"
        )


def files_tag_of(paths: Iterable[Path]) -> dict[str, str]:
    """The tag of a run that keeps these; folders are shown to people and never read."""
    digests = {path.name: _digest(path) for path in paths if path.is_file()}
    return {FILES_TAG: json.dumps(digests, sort_keys=True)}


def check_file(path: Path, tags: Mapping[str, str], run_id: str) -> None:
    """Refuse a file of a run that is not the one which was logged.

    Parameters
    ----------
    tags
        Of its run. A run from before files were vouched for has no such tag, and a file that was
        added later is not in it: both are taken as they are.

    Raises
    ------
    RewrittenError
        When it is another file.
    """
    digests = json.loads(tags.get(FILES_TAG, "{}"))
    if path.is_file() and (found := _digest(path)) != digests.get(path.name, found):
        raise RewrittenError(
            f"{path.name} of run {run_id} is not the file that was logged (its SHA-256 is "
            f"{found[:_SHOWN]}, the run's tag {FILES_TAG} says {digests[path.name][:_SHOWN]!r}): "
            "somebody has rewritten it, and nothing is compared with it"
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
