"""Fitted models as a folder of JSON and npz with hashes: nothing in it can run code when read."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCHEMA = 1
_DOCUMENT, _ARRAYS, _HASHES = "model.json", "arrays.npz", "hashes.json"
_REFERENCE = "array:"
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, SyntaxError)


class BundleError(ValueError):
    """A bundle that is absent, damaged or of another version."""


def write_bundle(content: Mapping[str, Any], folder: Path) -> None:
    """Write nested dictionaries of numbers, strings, lists and arrays.

    Parameters
    ----------
    content
        What to keep; arrays may stand anywhere in it.
    folder
        An existing folder; files of the same names are replaced.
    """
    arrays: dict[str, NDArray] = {}
    document = {"schema": SCHEMA, "content": _pack(content, "", arrays)}
    (folder / _DOCUMENT).write_text(json.dumps(document, indent=1, allow_nan=False) + "\n")
    np.savez(folder / _ARRAYS, **arrays)  # type: ignore[arg-type]
    hashes = {name: _digest(folder / name) for name in (_DOCUMENT, _ARRAYS)}
    (folder / _HASHES).write_text(json.dumps(hashes, indent=1) + "\n")


def read_bundle(folder: Path) -> dict[str, Any]:
    """Read what `write_bundle` wrote.

    Raises
    ------
    BundleError
        When a file is absent or not the one that was written, or the schema is another.
    """
    expected = _read_json(folder / _HASHES)
    if not isinstance(expected, dict) or set(expected) != {_DOCUMENT, _ARRAYS}:
        raise _damaged(folder / _HASHES)
    for name, digest in expected.items():
        if not (folder / name).is_file():
            raise BundleError(f"{folder / name} is missing; rebuild the model with `dvc repro`")
        if _digest(folder / name) != digest:
            raise BundleError(
                f"{folder / name} is not the file that was written (its hash differs); "
                "rebuild the model with `dvc repro`"
            )
    document = _read_json(folder / _DOCUMENT)
    if not isinstance(document, dict) or not isinstance(document.get("content"), dict):
        raise _damaged(folder / _DOCUMENT)
    if document.get("schema") != SCHEMA:
        raise BundleError(
            f"{folder} has bundle schema {document.get('schema')!r}, this version reads {SCHEMA}; "
            "rebuild the model with `dvc repro`"
        )
    return _unpack(document["content"], _read_arrays(folder / _ARRAYS))


def _read_arrays(path: Path) -> dict[str, NDArray]:
    """Arrays of plain numbers or texts by name: names are keys only, and never become files."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, LookupError, EOFError, MemoryError, *_ZIP_FAULTS):
        raise _damaged(path) from None


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BundleError(f"{path} is missing; build the model with `dvc repro`") from None
    except (OSError, ValueError, RecursionError):
        raise _damaged(path) from None


def _damaged(path: Path) -> BundleError:
    return BundleError(f"{path} is damaged; rebuild the model with `dvc repro`")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _pack(value: Any, place: str, arrays: dict[str, NDArray]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[place] = value
        return f"{_REFERENCE}{place}"
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {
            key: _pack(item, f"{place}/{key}".lstrip("/"), arrays) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_pack(item, f"{place}/{i}".lstrip("/"), arrays) for i, item in enumerate(value)]
    return value


def _unpack(value: Any, arrays: Mapping[str, NDArray]) -> Any:
    if isinstance(value, str) and value.startswith(_REFERENCE):
        name = value.removeprefix(_REFERENCE)
        if name not in arrays:
            raise BundleError(
                f"the bundle's array {name[:80]!r} is missing; rebuild the model with `dvc repro`"
            )
        return arrays[name]
    if isinstance(value, dict):
        return {key: _unpack(item, arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [_unpack(item, arrays) for item in value]
    return value
