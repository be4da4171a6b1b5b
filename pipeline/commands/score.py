"""``undertow score``: publish the call of the latest session, for people or for scripts."""

from pathlib import Path

from pipeline.alerts.channels import channels
from pipeline.base.console import show_json
from pipeline.base.errors import ConfigurationError
from pipeline.base.run import log
from pipeline.commands.changed import tell_other_rules
from pipeline.commands.page import show_call
from pipeline.commands.update import bring_up_to_date
from pipeline.scoring import ledger
from pipeline.scoring.champion import champion_folder, load_champion
from pipeline.scoring.document import Call
from pipeline.scoring.publish import publish_latest
from pipeline.scoring.reference import read_reference
from pipeline.storage import store
from pipeline.storage.yaml_file import read_yaml
from pipeline.tracking.deployed import check_deployed

_PARAMS = Path("params.yaml")


def run(
    as_of: str | None, despite_late: list[str], book: Path | None, *, fetch: bool, as_json: bool
) -> None:
    """Print the call: the published one, or the one that would have been made as of a date.

    ``book`` is a file of holdings whose risk is shown in place of the published book's; nothing of
    it is kept.
    """
    weights = None if book is None else _weights(book)
    call = _published(despite_late, fetch=fetch) if as_of is None else _as_of(as_of)
    shown = call if weights is None else _for(weights, call, trained=as_of is not None)
    if as_json:
        show_json(shown)
    else:
        show_call(shown)
    _tell_other_rules(call)
    if as_of is None and channels():
        # Most evenings nobody is told, and a call need not wait for what tells.
        from pipeline.commands.telling import tell_of_call  # noqa: PLC0415

        tell_of_call(call)


def _published(despite_late: list[str], *, fetch: bool) -> Call:
    try:
        return _tonight(despite_late, fetch=fetch)
    except Exception as error:
        from pipeline.commands.telling import tell_of_failure  # noqa: PLC0415

        tell_of_failure(error)
        raise


def _tell_other_rules(call: Call) -> None:
    try:
        tell_other_rules(call, read_yaml(_PARAMS))
    except ConfigurationError as error:
        # The call is made, and by the model's own rules: no reason to end as if it were not.
        log.warning(
            "whether the model's rules are still those of params.yaml is not known: %s", error
        )


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


def _weights(book: Path) -> dict[str, float]:
    # The reader of CSV files is loaded only when there is one to read.
    from pipeline.scoring.book.holdings import read_holdings  # noqa: PLC0415

    return read_holdings(book)


def _for(weights: dict[str, float], call: Call, *, trained: bool) -> Call:
    """The call with the risk of these holdings, by the rules of the model that made it."""
    from pipeline.scoring.book.holdings import for_holdings  # noqa: PLC0415

    if trained:
        from pipeline import params  # noqa: PLC0415
        from pipeline.scoring.bundle import book_rules  # noqa: PLC0415

        return for_holdings(call, book_rules(params.load()), weights)
    rules = read_reference(load_champion(call["model"]["source"]).desk).book_rules
    return for_holdings(call, rules, weights)
