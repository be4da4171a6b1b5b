"""``undertow score``: the call of the latest session, for people or for scripts."""

from pipeline import ledger, store
from pipeline.commands.page import show_call
from pipeline.console import show_json
from pipeline.desk.call import Call
from pipeline.model import load_model
from pipeline.refresh import bring_up_to_date
from pipeline.score import score


def run(as_of: str | None, *, fetch: bool, as_json: bool) -> None:
    """Print the call: the published one, or the one that would have been made as of a date."""
    call = _tonight(fetch=fetch) if as_of is None else _as_of(as_of)
    if as_json:
        show_json(call)
    else:
        with ledger.told(call):
            show_call(call)


def _tonight(*, fetch: bool) -> Call:
    model = load_model(store.MODEL)
    bring_up_to_date(model.source, fetch=fetch)
    return score(model)


def _as_of(date: str) -> Call:
    # It trains, so it imports what scoring does without.
    from pipeline.as_of import score_as_of  # noqa: PLC0415

    return score_as_of(date)
