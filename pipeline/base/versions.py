"""What a result depends on besides its inputs: versions of Python and packages, and our code."""

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path

_PACKAGES = (
    *("undertow", "mlflow", "dvc", "lightgbm", "hmmlearn", "scikit-learn", "scipy"),
    *("pandas", "numpy"),
)
_ROOMS = ("features", "models", "pipeline")
_DIGEST_LENGTH = 12


def version_tags() -> dict[str, str]:
    """Versions of Python and of the packages that a result depends on."""
    return {
        "version.python": platform.python_version(),
        **{f"version.{name}": version(name) for name in _PACKAGES},
    }


def environment() -> dict[str, str]:
    """What a result depends on besides its inputs: the versions, and a digest of our code."""
    house = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for room in _ROOMS:
        for path in sorted((house / room).rglob("*.py")):
            digest.update(f"{path.relative_to(house).as_posix()}\n".encode())
            digest.update(path.read_bytes())
    return version_tags() | {"code": digest.hexdigest()[:_DIGEST_LENGTH]}
