"""What a command has told on the user's channels when it ends; nothing where there are none."""

import sys

from pipeline.alerts import changes
from pipeline.alerts.channels import channels
from pipeline.alerts.tell import tell
from pipeline.base.errors import UndertowError, one_line
from pipeline.base.run import log
from pipeline.scoring.document import Call
from pipeline.scoring.late import LateError
from pipeline.settings.alerts import AlertSettings
from pipeline.storage import store


def tell_of_call(call: Call) -> None:
    """Tell what has changed since the call before."""
    try:
        alerts = changes.changes(call, changes.before(call))
    except UndertowError as error:
        log.warning("no alert was sent: %s", error)
        return
    tell(alerts, alert_settings())


def tell_of_failure(error: Exception) -> None:
    """Tell that a call could not be made; a person at a terminal sees it without."""
    if not channels() or sys.stderr.isatty():
        return
    simulated, settings = is_simulated(), alert_settings()
    failed = changes.failure(f"no call: {_told(error)}", simulated=simulated)
    if isinstance(error, LateError) and "late" in settings.kinds:
        session = f"{error.session:%Y-%m-%d}"
        late = changes.late_series(error.behind, session, simulated=simulated)
        # The job that ends for it need not tell it again.
        tell(late, settings, muted=[failed])
    else:
        tell([failed], settings)


def is_simulated() -> bool:
    """Whether the rows that were brought last are of a made-up market."""
    try:
        return store.source() == "simulated"
    except UndertowError:
        return False


def alert_settings() -> AlertSettings:
    """Section ``alerts``; the usual settings where ``params.yaml`` cannot be read."""
    # Only needed when there are channels: it loads pydantic.
    from pipeline import params  # noqa: PLC0415

    try:
        return params.load().alerts
    except UndertowError as error:
        log.warning("alerts as usual, whatever params.yaml says of them: %s", error)
        return AlertSettings()


def _told(error: Exception) -> str:
    """What an error says; of one that is no sentence of ours, its kind."""
    return one_line(error) if isinstance(error, UndertowError) else type(error).__name__
