"""``undertow promote``: make a version the champion, and score with it."""

from pipeline import params
from pipeline.base.console import out
from pipeline.scoring.champion import champion_folder, deploy
from pipeline.tracking import champion, mlflow_store
from pipeline.tracking.address import tracking_uri
from pipeline.tracking.deploy import fetched


def run(version: int | None, *, despite: str | None) -> None:
    """Promote a version, or the challenger, and put its bundle where scoring reads it.

    The bundle is read before the crown passes: a version that this code cannot score with stays
    what it is.
    """
    settings = params.load()
    uri = tracking_uri(settings.tracking.uri)
    name = settings.registered_name
    wanted = _wanted(version, uri, name)
    if wanted is None:
        champion.promote(version, uri, name, despite=despite)
        return
    with fetched(wanted, uri, name) as bundle:
        crowned = champion.promote(wanted, uri, name, despite=despite)
        deploy(bundle, crowned)
    folder = champion_folder(settings.data.source)
    out.print(f"version {crowned} of {name} is champion, and {folder} holds it")


def _wanted(version: int | None, uri: str, name: str) -> int | None:
    """The version that is meant; None when there is none, which `champion.promote` explains."""
    for known in mlflow_store.versions(uri, name):
        if known.version == version or (version is None and champion.CHALLENGER in known.aliases):
            return known.version
    return None
