"""What a command tells when it shows figures of a run whose parameters have changed since."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pipeline.base.run import log
from pipeline.scoring.document import Call


def tell_other_rules(call: Call, document: Mapping[str, Any]) -> None:
    """Warn when ``params.yaml`` has another policy or book than the model that made a call.

    A part that the call lacks is not compared. A file without these sections
    is refused by the commands that read it whole; here the call is made already.
    """
    pairs: list[tuple[str, Any, Any]] = []
    with suppress(LookupError, TypeError, AttributeError):
        if policy := call.get("policy"):
            pairs.append(("desk.policy", policy["name"], document["desk"]["policy"]))
        if book := call.get("book"):
            held = {name: weight for name, weight in document["book"]["weights"].items() if weight}
            pairs.append(("book.weights", book["weights"], held))
    for name, called, now in pairs:
        if called != now:
            log.warning(
                "%s of params.yaml has changed since the training of the model that made this "
                "call; `dvc repro` trains one with it",
                name,
            )


def tell_changed(name: str, then: Any, now: Any) -> None:
    """Warn when a parameter differs from that of the run whose figures are shown."""
    if then != now:
        log.warning(
            "%s of params.yaml has changed since the last run, which is shown here; `dvc repro` "
            "makes it anew",
            name,
        )
