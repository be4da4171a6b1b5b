"""The run that a person means: by alias, version, DVC experiment, name or id."""

import re
from dataclasses import dataclass

from mlflow import MlflowClient
from mlflow.entities import Run, ViewType
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from pipeline.base.errors import ModelError
from pipeline.tracking.champion import CHALLENGER, CHAMPION
from pipeline.tracking.mlflow_store import _client
from pipeline.tracking.registry import Registry

_ID = re.compile(r"[0-9a-f]{6,32}")
_LOOKED_THROUGH = 50
_QUOTED = re.compile(r"[^\"\\]+")


@dataclass(frozen=True)
class FoundRun:
    """A run, and the words by which a person knows it.

    Attributes
    ----------
    label
        Such as ``champion (version 3)`` or ``grave-duff``.
    as_of
        Last session of its data; empty when it does not say.
    """

    run_id: str
    label: str
    as_of: str


def find_run(wanted: str, registry: Registry, experiment: str) -> FoundRun:
    """Look up a run.

    Parameters
    ----------
    wanted
        ``champion`` or ``challenger``; the number of a version; the name of a DVC experiment or of
        a run, of which the newest counts; or the id of a run, whole or its first six characters
        and more.
    experiment
        Name of the MLflow experiment whose runs are looked through.

    Raises
    ------
    ModelError
        When there is none, or an id's beginning fits several.
    """
    # An alias is no name of a run; a number may be a version, or the beginning of an id.
    said = wanted in {CHAMPION, CHALLENGER}
    found = _version(wanted, registry) if said or wanted.isdecimal() else None
    if found is None and not said:
        found = _run(wanted, registry.uri, experiment)
    if found is not None:
        return found
    raise ModelError(
        f"{wanted!r} is no run that can be compared; name champion, challenger, a version that "
        "`undertow models` lists, a DVC experiment that `dvc exp show` lists, or a run of the "
        f"MLflow experiment {experiment!r} by its name or id"
    )


def _version(wanted: str, registry: Registry) -> FoundRun | None:
    for entry in registry.versions():
        if wanted in entry.aliases:
            label = f"{wanted} (version {entry.version})"
        elif wanted == str(entry.version):
            label = f"version {entry.version}"
        else:
            continue
        return FoundRun(entry.run_id, label, entry.tags.get("as_of", ""))
    return None


def _run(wanted: str, uri: str, experiment: str) -> FoundRun | None:
    with _client(uri) as client:
        place = client.get_experiment_by_name(experiment)
        if place is None:
            return None
        found = _named(wanted, client, place.experiment_id)
        if not found and _ID.fullmatch(wanted):
            found = _begun(wanted, client, place.experiment_id)
    if not found:
        return None
    run = found[0]
    label = run.info.run_name or run.info.run_id
    return FoundRun(run.info.run_id, label, run.data.tags.get("as_of", ""))


def _named(wanted: str, client: MlflowClient, place: str) -> list[Run]:
    """Runs of a name or of a DVC experiment, the newest first; a run's children are none."""
    if not _QUOTED.fullmatch(wanted):
        return []
    for key in ("tags.dvc_experiment", "attributes.run_name"):
        asked = f'{key} = "{wanted}" and attributes.status = "FINISHED"'
        found = client.search_runs([place], asked, max_results=_LOOKED_THROUGH)
        if own := [run for run in found if MLFLOW_PARENT_RUN_ID not in run.data.tags]:
            return own
    return []


def _begun(wanted: str, client: MlflowClient, place: str) -> list[Run]:
    asked = f"attributes.run_id LIKE '{wanted}%'"
    found = list(client.search_runs([place], asked, ViewType.ACTIVE_ONLY, max_results=2))
    if len(found) > 1:
        raise ModelError(f"the ids of several runs begin with {wanted!r}; give more of it")
    return found
