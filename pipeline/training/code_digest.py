"""A digest of the code that one model runs: its file, and what it imports of ``models/``."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_HOUSE = Path(__file__).parents[2]
_ROOM = "models"
_EVERY = "models.forecasting.problem"
"""What every model is fitted and asked by."""


@cache
def code_digest(module: str) -> str:
    """Digest of the files below ``models/`` that a model's forecasts rest on.

    Another model's file is not among them, so that adding one leaves the digest as it was.

    Parameters
    ----------
    module
        Where the model is defined, such as ``models.outlook.logit``.

    Raises
    ------
    ValueError
        When that is no file below ``models/``, so that nothing vouches for its code.
    """
    if not _files(module):
        raise ValueError(f"{module} is no module of {_ROOM}/; write the model's file there")
    digest = hashlib.sha256()
    for path in sorted(_closure(module) | _closure(_EVERY)):
        digest.update(f"{path.relative_to(_HOUSE).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _closure(module: str) -> set[Path]:
    """Files that a module runs, those included that it imports inside functions."""
    found, waiting = set(_files(module)), list(_files(module))
    while waiting:
        new = {path for name in _imported(waiting.pop()) for path in _files(name)} - found
        found |= new
        waiting += new
    return found


@cache
def _imported(path: Path) -> tuple[str, ...]:
    return tuple(name for node in ast.walk(ast.parse(path.read_bytes())) for name in _names(node))


def _names(node: ast.AST) -> Iterator[str]:
    """Modules, or things of modules, that an import names."""
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names)
    if isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{each.name}" for each in node.names)


def _files(module: str) -> list[Path]:
    """The module's file, and that of its package; none outside ``models/``."""
    if module.partition(".")[0] != _ROOM:
        return []
    place = _HOUSE.joinpath(*module.split("."))
    return [path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()]
