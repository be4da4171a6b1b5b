"""What MLflow kept and has no more: told apart from an MLflow that cannot be reached."""

from collections.abc import Iterator
from contextlib import contextmanager

from mlflow.exceptions import MlflowException

from pipeline.base.errors import ModelError, one_line

_CODES = {"RESOURCE_DOES_NOT_EXIST", "NOT_FOUND"}
_NOT_FOUND = 404
_NO_FILE = "No such artifact"


@contextmanager
def gone(what: str) -> Iterator[None]:
    """Say that something kept is not there any more; anything else is raised as it is.

    Raises
    ------
    ModelError
        When a run, version or file was deleted, purged or lost.
    """
    try:
        yield
    except (MlflowException, OSError) as error:
        if not _is_gone(error):
            raise
        reason = (
            "its files are not there" if _NO_FILE in str(error) else one_line(error).rstrip(".")
        )
        raise ModelError(
            f"{what} is gone from MLflow ({reason}); `undertow models` lists what there is, and "
            "`dvc repro` trains another"
        ) from None


def _is_gone(error: MlflowException | OSError) -> bool:
    if isinstance(error, MlflowException):
        return error.error_code in _CODES or _NO_FILE in str(error)
    answer = getattr(error, "response", None)
    return isinstance(error, FileNotFoundError) or getattr(answer, "status_code", 0) == _NOT_FOUND
