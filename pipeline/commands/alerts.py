"""``undertow alerts``: the channels, what they would be told, and a test of each."""

from pipeline.alerts import changes, outbox
from pipeline.alerts.alert import TEST, Alert
from pipeline.alerts.channels import Channel, channels, send
from pipeline.alerts.tell import tell
from pipeline.base.console import out, show_json, show_quiet
from pipeline.base.errors import ConfigurationError
from pipeline.base.run import log
from pipeline.commands.telling import alert_settings, is_simulated
from pipeline.scoring import ledger
from pipeline.settings.secrets import ALERTS

_SET_IT = (
    f"{ALERTS} names no channel: put apprise addresses into the environment, by blanks or commas "
    "apart (docs/how-to.md has examples)"
)


def run(failed: str | None, *, test: bool, as_json: bool) -> None:
    """Tell a failure, send a test, or list what there is.

    Raises
    ------
    ConfigurationError
        When the failure has no words, or a test is wanted and there is no channel, or one did not
        take it.
    """
    if failed is not None and not failed.strip():
        raise ConfigurationError(
            f'--failed is {failed!r}; say what failed, such as --failed "no retrain"'
        )
    known = channels()
    if failed is not None:
        _tell_failure(failed, known)
    if test:
        _test(known)
    elif as_json:
        show_json(_document(known))
    elif failed is None:
        _show(known)


def _tell_failure(text: str, known: list[Channel]) -> None:
    if not known:
        log.warning("no alert was sent: %s", _SET_IT)
        return
    tell([changes.failure(text, simulated=is_simulated())], alert_settings())


def _test(known: list[Channel]) -> None:
    if not known:
        raise ConfigurationError(_SET_IT)
    told = send(dict.fromkeys(known, TEST), alert_settings().max_seconds)
    for channel in known:
        out.print(f"{channel.name}: {told[channel] or 'took the test'}")
    failed = [channel.name for channel in known if told[channel]]
    if failed:
        raise ConfigurationError(
            f"{' and '.join(failed)} failed; look at its address in {ALERTS}, and whether this "
            "machine reaches it"
        )


def _due() -> list[Alert]:
    """What the last call would tell that was not told yet."""
    simulated = is_simulated()
    called = ledger.called_sessions(simulated=simulated)
    if not called:
        return []
    call = ledger.of_session(max(called), simulated=simulated)[-1]
    kinds = alert_settings().kinds
    told = [each for each in changes.changes(call, changes.before(call)) if each.kind in kinds]
    return outbox.unknown(told)


def _document(known: list[Channel]) -> dict[str, object]:
    return {
        "channels": [{"place": channel.place, "kind": channel.kind} for channel in known],
        "kinds": list(alert_settings().kinds),
        "due": [_entry(alert) for alert in _due()],
        "waiting": [
            {"channel": name, **_entry(alert)}
            for name, alerts in outbox.waiting().items()
            for alert in alerts
        ],
    }


def _entry(alert: Alert) -> dict[str, str]:
    return {"kind": alert.kind, "day": alert.day, "text": alert.text}


def _show(known: list[Channel]) -> None:
    for channel in known:
        out.print(channel.name)
    if not known:
        show_quiet(_SET_IT)
    out.print(f"told are: {', '.join(alert_settings().kinds) or 'none'}")
    for alert in _due():
        out.print(f"due: {alert.day} {alert.text}")
    for name, alerts in outbox.waiting().items():
        for alert in alerts:
            out.print(f"waits for {name}: {alert.day} {alert.text}")
