"""Fitted models as a folder of JSON and npz with hashes: nothing in it can run code when read.

The files are named by their content, and ``hashes.json`` says which of them are the bundle. It is
written last and in one step, so whoever reads while another bundle takes this one's place, or after
a writer was killed, has the old one or the new one.
"""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCHEMA = 2
_DOCUMENT, _ARRAYS, _HASHES = "model.json", "arrays.npz", "hashes.json"
_REFERENCE = "array:"
_ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, SyntaxError)
_SHOWN = 12
_NAMES = (r"model(-[0-9a-f]{12})?\.json", r"arrays(-[0-9a-f]{12})?\.npz")
"""Document and arrays; without a digest in bundles from before files were named by content."""


class BundleError(ValueError):
    """A bundle that is absent, damaged or of another version."""


def write_bundle(content: Mapping[str, Any], folder: Path) -> None:
    """Write nested dictionaries of numbers, strings, lists and arrays.

    Parameters
    ----------
    content
        What to keep; arrays may stand anywhere in it.
    folder
        An existing folder for the bundle alone: whatever else is in it is removed.
    """
    arrays: dict[str, NDArray] = {}
    document = {"schema": SCHEMA, "content": _pack(content, "", arrays)}
    packed = BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    text = json.dumps(document, indent=1, allow_nan=False) + "\n"
    _put({_DOCUMENT: text.encode(), _ARRAYS: packed.getvalue()}, folder)


def copy_bundle(source: Path, folder: Path) -> None:
    """Put a bundle in another folder, in place of the one that is there.

    Parameters
    ----------
    source
        Folder from `write_bundle`.
    folder
        As in `write_bundle`.

    Raises
    ------
    BundleError
        When a file of the source is absent or not the one that was written.
    """
    document, arrays = _files(source).values()
    _put({_DOCUMENT: document, _ARRAYS: arrays}, folder)


def read_bundle(folder: Path) -> dict[str, Any]:
    """Read what `write_bundle` wrote.

    Raises
    ------
    BundleError
        When a file is absent or not the one that was written, or the schema is another.
    """
    (document_path, text), (arrays_path, packed) = _files(folder).items()
    document = _parsed(text, document_path)
    if not isinstance(document, dict) or not isinstance(document.get("content"), dict):
        raise _damaged(document_path)
    if document.get("schema") != SCHEMA:
        raise BundleError(
            f"{folder} has bundle schema {document.get('schema')!r}, this version reads {SCHEMA}; "
            "rebuild the model with `dvc repro`"
        )
    return _unpack(document["content"], _read_arrays(packed, arrays_path))


def _read_arrays(packed: bytes, path: Path) -> dict[str, NDArray]:
    """Arrays of plain numbers or texts by name: names are keys only, and never become files."""
    try:
        with np.load(BytesIO(packed), allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, LookupError, EOFError, MemoryError, *_ZIP_FAULTS):
        raise _damaged(path) from None


def _put(files: Mapping[str, bytes], folder: Path) -> None:
    named = {_named(name, content): content for name, content in files.items()}
    for name, content in named.items():
        _replace(folder / name, content)
    hashes = {name: _digest(content) for name, content in named.items()}
    _replace(folder / _HASHES, (json.dumps(hashes, indent=1) + "\n").encode())
    for path in folder.iterdir():
        if path.name not in {*named, _HASHES}:
            path.unlink(missing_ok=True)


def _files(folder: Path) -> dict[Path, bytes]:
    """Document and arrays; of the newer bundle when one takes this one's place meanwhile."""
    hashes = _read_hashes(folder)
    while True:
        try:
            return {folder / name: _read(folder / name, hashes[name]) for name in hashes}
        except BundleError:
            newer = _read_hashes(folder)
            if newer == hashes:
                raise
            hashes = newer


def _read(path: Path, expected: str) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise BundleError(f"{path} is missing; rebuild the model with `dvc repro`") from None
    except OSError:
        raise _damaged(path) from None
    if _digest(content) != expected:
        raise BundleError(
            f"{path} is not the file that was written (its hash differs); "
            "rebuild the model with `dvc repro`"
        )
    return content


def _read_hashes(folder: Path) -> dict[str, str]:
    path = folder / _HASHES
    try:
        hashes = _parsed(path.read_bytes(), path)
    except FileNotFoundError:
        raise BundleError(
            f"{path} is missing; run from the project's folder, or build the model with `dvc repro`"
        ) from None
    except OSError:
        raise _damaged(path) from None
    if not isinstance(hashes, dict) or len(hashes) != len(_NAMES):
        raise _damaged(path)
    names = sorted(hashes, reverse=True)
    if not all(map(re.fullmatch, _NAMES, names)):
        raise _damaged(path)
    return {name: hashes[name] for name in names}


def _parsed(content: bytes, path: Path) -> Any:
    try:
        return json.loads(content.decode())
    except (ValueError, RecursionError):
        raise _damaged(path) from None


def _damaged(path: Path) -> BundleError:
    return BundleError(f"{path} is damaged; rebuild the model with `dvc repro`")


def _named(name: str, content: bytes) -> str:
    path = Path(name)
    return f"{path.stem}-{_digest(content)[:_SHOWN]}{path.suffix}"


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    temporary.replace(path)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


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
