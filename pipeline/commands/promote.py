"""``undertow promote``: make a version the champion, and score with it."""

from pipeline import params
from pipeline.base.console import out
from pipeline.scoring.champion import champion_folder, deploy
from pipeline.tracking import champion
from pipeline.tracking.deploy import fetched
from pipeline.tracking.registry import Registry


def run(version: int | None, *, despite: str | None) -> None:
    """Promote a version, or the challenger, and put its bundle where scoring reads it.

    The bundle is read before the crown passes: a version that this code cannot score with stays
    what it is.
    """
    settings = params.load()
    registry = Registry.of(settings)
    wanted = _wanted(version, registry)
    if wanted is None:
        champion.promote(version, registry, despite=despite)
        return
    with fetched(wanted, registry) as bundle:
        crowned = champion.promote(wanted, registry, despite=despite)
        deploy(bundle, crowned)
    folder = champion_folder(settings.data.source)
    out.print(f"version {crowned} of {registry.name} is champion, and {folder} holds it")


def _wanted(version: int | None, registry: Registry) -> int | None:
    """The version that is meant; None when there is none, which `champion.promote` explains."""
    for known in registry.versions():
        if known.version == version or (version is None and champion.CHALLENGER in known.aliases):
            return known.version
    return None
