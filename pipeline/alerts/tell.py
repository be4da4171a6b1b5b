"""Telling alerts: never later than they are due, never twice, and never in a call's way."""

from collections.abc import Mapping, Sequence

from pipeline.alerts import outbox
from pipeline.alerts.alert import Alert, message
from pipeline.alerts.channels import Channel, channels, send
from pipeline.base.errors import UndertowError, one_line
from pipeline.base.run import log
from pipeline.settings.alerts import AlertSettings


def tell(alerts: Sequence[Alert], settings: AlertSettings, muted: Sequence[Alert] = ()) -> None:
    """Send what is new of some alerts, and what a channel has not taken before.

    Whatever fails is one line of the log: what was to be done stands, and so does its exit code.

    Parameters
    ----------
    settings
        What is told, and how long it may take.
    muted
        Alerts that others tell already: they count as told.
    """
    try:
        _tell(alerts, settings, muted, channels())
    except (UndertowError, OSError) as error:
        log.warning("no alert was sent: %s", one_line(error))


def _tell(
    alerts: Sequence[Alert],
    settings: AlertSettings,
    muted: Sequence[Alert],
    known: Sequence[Channel],
) -> None:
    by_name = {channel.name: channel for channel in known}
    wanted = [alert for alert in alerts if alert.kind in settings.kinds]
    new = outbox.unknown(wanted)
    if new:
        outbox.add(new, list(by_name))
        outbox.add(muted, [])

    def attempt(pending: outbox.Waiting) -> Mapping[str, str]:
        messages = {by_name[n]: message(each) for n, each in pending.items() if n in by_name}
        answers = send(messages, settings.max_seconds) if messages else {}
        return {channel.name: failed for channel, failed in answers.items()}

    if outbox.waiting():
        for name, failed in outbox.deliver(attempt).items():
            if failed:
                log.warning("no alert on %s: %s; the next command tries again", name, failed)
