"""What is kept of earlier runs by the content that it rests on: keys, and reading it again."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import threadpool_info

from models.bundle import BundleError, read_bundle
from pipeline.base.run import log
from pipeline.base.versions import version_tags

Kept = TypeVar("Kept")


def digest(*parts: bytes) -> bytes:
    """Digest of some parts, each told from the next."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.digest()


def surroundings() -> bytes:
    """What every fit rests on beside its rows, settings and code: packages and processor."""
    return digest(repr([version_tags(), _processor()]).encode())


def read_kept(folder: Path, parse: Callable[[dict[str, Any]], dict[str, Kept]]) -> dict[str, Kept]:
    """What an earlier run left in a folder, by key.

    Parameters
    ----------
    folder
        A bundle. What cannot be read, or is not what was written, counts as removed.
    parse
        From the bundle's content to what was kept.
    """
    try:
        return parse(read_bundle(folder))
    except (BundleError, LookupError, TypeError, ValueError) as error:
        if folder.exists():
            log.info("%s is left unread and made anew: %s", folder, error)
        return {}


def _processor() -> list[Any]:
    """What numpy and its linear algebra take the processor for."""
    kernels = [one.get("architecture") for one in threadpool_info() if "numpy" in one["filepath"]]
    return [np.show_config(mode="dicts")["SIMD Extensions"], kernels]
