"""What several processes want to be there at one moment: each finds it or makes it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from mlflow.exceptions import MlflowException


def found_or_made(look: Callable[[], Any], make: Callable[[], Any]) -> Any:
    """Give what ``look`` finds, or what ``make`` makes where nobody else was faster.

    Raises
    ------
    MlflowException
        When it can be neither found nor made.
    """
    if found := look():
        return found
    with suppress(MlflowException):
        make()
    # Where another process made it since the look, that one is as good.
    return look() or make()
