"""What a command tells when it shows figures of a run whose parameters have changed since."""

from typing import Any

from pipeline.base.run import log


def tell_changed(name: str, then: Any, now: Any) -> None:
    """Warn when a parameter is another than in the run that left what is shown."""
    if then != now:
        log.warning(
            "%s of params.yaml has changed since the last run, which is shown here; `dvc repro` "
            "makes it anew",
            name,
        )
