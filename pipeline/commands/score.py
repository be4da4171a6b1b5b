"""``undertow score``: publish the call of the latest session, for people or for scripts."""

from pipeline.base.console import show_json
from pipeline.base.run import log
from pipeline.commands.page import show_call
from pipeline.commands.telling import tell_of_call, tell_of_failure
from pipeline.commands.update import bring_up_to_date
from pipeline.scoring import ledger
from pipeline.scoring.champion import champion_folder
from pipeline.scoring.document import Call
from pipeline.scoring.publish import publish_latest
from pipeline.storage import store
from pipeline.tracking.deployed import check_deployed


def run(as_of: str | None, despite_late: list[str], *, fetch: bool, as_json: bool) -> None:
    """Print the call: the published one, or the one that would have been made as of a date."""
    call = _published(despite_late, fetch=fetch) if as_of is None else _as_of(as_of)
    if as_json:
        show_json(call)
    else:
        show_call(call)
    if as_of is None:
        tell_of_call(call)


def _published(despite_late: list[str], *, fetch: bool) -> Call:
    try:
        return _tonight(despite_late, fetch=fetch)
    except Exception as error:
        tell_of_failure(error)
        raise


def call_of(as_of: str | None, despite_late: list[str], *, fetch: bool) -> Call:
    """The latest session's call, published; or the one that would have been made as of a date."""
    return _tonight(despite_late, fetch=fetch) if as_of is None else _as_of(as_of)


def _tonight(despite_late: list[str], *, fetch: bool) -> Call:
    source = store.source()
    if not champion_folder(source).is_dir():
        _ensure_champion(source)
    check_deployed(source)
    bring_up_to_date(source, fetch=fetch)
    return publish_latest(source, despite_late)


def _ensure_champion(source: str) -> None:
    """Once in a project's life, or after its folder was lost; the tracker takes long to load."""
    from pipeline import params  # noqa: PLC0415
    from pipeline.tracking.deploy import ensure_champion  # noqa: PLC0415

    settings = params.load()
    if settings.data.source == source:
        ensure_champion(settings)


def _as_of(date: str) -> Call:
    # It trains, so it imports what scoring does without.
    from pipeline.hindcast.as_of import score_as_of  # noqa: PLC0415

    call = score_as_of(date)
    for row in ledger.of_session(call["session"], simulated=call["simulated"]):
        log.warning(
            "a %s call of %s by model %s was published on %s: `undertow ledger %s` shows it",
            row["ledger"]["kind"],
            row["session"],
            row["model"]["name"],
            row["ledger"]["published_at"][:10],
            row["session"],
        )
    return call
