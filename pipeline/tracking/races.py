"""What several processes want to be there at one moment: each finds it or makes it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException


def found_or_made(look: Callable[[], Any], make: Callable[[], Any]) -> Any:
    """Give what ``look`` finds, or what ``make`` makes where no other process was faster.

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


def tag_experiment(client: MlflowClient, experiment_id: str, key: str, value: str) -> None:
    """Tag an experiment, which several processes may do at the same moment.

    Raises
    ------
    MlflowException
        When it can neither be found nor given.
    """
    found_or_made(
        lambda: client.get_experiment(experiment_id).tags.get(key),
        lambda: client.set_experiment_tag(experiment_id, key, value),
    )
