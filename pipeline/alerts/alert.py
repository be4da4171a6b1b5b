"""An alert, and the message that alerts of one evening make together."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.base.words import RESEARCH, SIMULATED


@dataclass(frozen=True)
class Alert:
    """One thing that changed.

    Attributes
    ----------
    key
        Says what it is: the same key is told once, however often it is raised.
    kind
        One of `pipeline.settings.alerts.KINDS`.
    day
        Session that it is about, or date of a failure, ``YYYY-MM-DD``.
    text
        What changed, in a few words.
    details
        Lines that stand behind it; those of one call are the same for all its alerts.
    """

    key: str
    kind: str
    day: str
    text: str
    details: tuple[str, ...] = ()
    simulated: bool = False


@dataclass(frozen=True)
class Message:
    """What a channel is given."""

    title: str
    body: str


def message(alerts: Sequence[Alert]) -> Message:
    """One message of at least one alert; it says what it is about and what it is not."""
    simulated = any(alert.simulated for alert in alerts)
    last = alerts[-1]
    of_last = [alert.text for alert in alerts if alert.day == last.day]
    lines = [SIMULATED, ""] if simulated else []
    for day in dict.fromkeys(alert.day for alert in alerts):
        here = [alert for alert in alerts if alert.day == day]
        details = dict.fromkeys(line for alert in here for line in alert.details)
        lines += [day, *(alert.text for alert in here), *details, ""]
    title = f"undertow {last.day}: {'; '.join(of_last)}"
    return Message(f"SIMULATED: {title}" if simulated else title, "\n".join([*lines, RESEARCH]))


TEST = Message("undertow: a test", f"This channel works. Nothing has changed.\n\n{RESEARCH}")
"""What ``undertow alerts --test`` sends."""
