"""What vouches for a registered bundle: a tag of its version, which lies where no bundle does.

The hashes inside a bundle tell a damaged one; whoever can write to the artefacts can write them
anew. The tag is in the registry's database, and no file of the bundle says it.
"""

from collections.abc import Mapping
from pathlib import Path

from models.bundle import BundleError, bundle_digest
from pipeline.base.errors import ModelError
from pipeline.base.run import log

TAG = "bundle_digest"


def tag_of(bundle: Path) -> dict[str, str]:
    """The tag that a version of this bundle bears."""
    return {TAG: bundle_digest(bundle)}


def check_vouched(bundle: Path, tags: Mapping[str, str], what: str) -> None:
    """Refuse a bundle that is not the one which was registered.

    Parameters
    ----------
    bundle
        As it came from the artefacts.
    tags
        Of its version. One from before bundles were vouched for has no such tag, which is told.
    what
        The version, for messages.

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
            f"{found[:12]}, the version's tag {TAG} says {tags[TAG][:12]!r}): somebody has "
            "rewritten it; promote another version of `undertow models`, or train with `dvc repro`"
        )
