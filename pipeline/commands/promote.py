"""``undertow promote``: make a version the champion, and score with it."""

from pipeline import params
from pipeline.base.console import out
from pipeline.scoring.champion import champion_folder, deploy
from pipeline.tracking import champion
from pipeline.tracking.deploy import fetched
from pipeline.tracking.registry import Registry


def run(version: int | None, *, despite: str | None) -> None:
    """Promote a version, or the challenger, and put its bundle where scoring reads it.

    The bundle is read before anything changes: a version that this code cannot score with does
    not become champion.
    """
    settings = params.load()
    registry = Registry.of(settings)
    wanted = champion.choose(version, registry).version
    with fetched(wanted, registry) as bundle:
        promoted = champion.promote(wanted, registry, despite=despite)
        deploy(bundle, promoted)
    folder = champion_folder(settings.data.source)
    out.print(f"version {promoted} of {registry.name} is champion, and {folder} holds it")
