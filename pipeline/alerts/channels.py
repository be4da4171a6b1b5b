"""The user's channels: read from the environment, reached by apprise, never told by address.

An address holds passwords and tokens. Messages and errors name a channel by its place in the list
and its kind, and what libraries say of a failure, which may repeat the address, is not passed on.
"""

import logging
import os
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import Any

from pipeline.alerts.alert import Message
from pipeline.base.errors import ConfigurationError
from pipeline.settings.secrets import ALERTS

_NEXT = re.compile(r",?\s+|,(?=[A-Za-z][\w+.-]*://)")
"""Between two addresses; a comma inside one, as between receivers, is its own."""

_KIND = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,19}(?=://)")
_TALKATIVE = ("apprise", "urllib3", "requests")


@dataclass(frozen=True)
class Channel:
    """Where alerts go: its place in the list, from 1, and how its address begins."""

    place: int
    kind: str
    address: str = field(repr=False)

    @property
    def name(self) -> str:
        """What may be told of it."""
        return f"channel {self.place} ({self.kind})"


def channels() -> list[Channel]:
    """Those that the environment names, separated by blanks or commas."""
    addresses = filter(None, _NEXT.split(os.environ.get(ALERTS, "").strip(" \t\n,")))
    return [Channel(place, _kind(text), text) for place, text in enumerate(addresses, start=1)]


def send(messages: Mapping[Channel, Message], max_seconds: float) -> dict[Channel, str]:
    """Give each channel its message, all side by side.

    Parameters
    ----------
    max_seconds
        How long all are waited for; one that has not answered by then has failed.

    Returns
    -------
    dict
        Why each has failed, in words that hold no address; empty for one that took its message.

    Raises
    ------
    ConfigurationError
        When apprise is not installed.
    """
    plugins = {channel: _plugin(channel, max_seconds) for channel in messages}
    answers: Queue[tuple[Channel, str]] = Queue()
    for channel, plugin in plugins.items():
        if plugin is None:
            answers.put((channel, "its address is none that apprise understands"))
        else:
            # A thread that still waits when the command ends does not hold it up.
            arguments = (channel, plugin, messages[channel], answers)
            Thread(target=_deliver, args=arguments, daemon=True).start()
    told = dict.fromkeys(messages, f"it has not answered within {max_seconds:g} seconds")
    until = monotonic() + max_seconds
    for _channel in messages:
        try:
            channel, failed = answers.get(timeout=max(0.0, until - monotonic()))
        except Empty:
            break
        told[channel] = failed
    return told


def _kind(address: str) -> str:
    found = _KIND.match(address)
    return found.group().lower() if found else "of no kind"


def _plugin(channel: Channel, max_seconds: float) -> Any:
    """Apprise's plugin for a channel; None when its address is not understood."""
    _silence()
    try:
        # Its import and the search of its plugins take a second, and most evenings tell nothing.
        from apprise import Apprise, AppriseAsset  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(
            "alerts are sent by apprise, which is not installed; run `make setup`, or "
            "`pip install 'undertow[alerts]'`"
        ) from None
    asset = AppriseAsset(app_id="undertow", app_desc="undertow", app_url="")
    plugin = _quietly(lambda: Apprise.instantiate(channel.address, asset=asset))
    if plugin is not None:
        plugin.socket_connect_timeout = plugin.socket_read_timeout = max_seconds
    return plugin


def _deliver(
    channel: Channel, plugin: Any, message: Message, answers: Queue[tuple[Channel, str]]
) -> None:
    sent = _quietly(lambda: plugin.notify(body=message.body, title=message.title))
    answers.put((channel, "" if sent else "it did not take the message"))


def _quietly(act: Callable[[], Any]) -> Any:
    """What apprise gives; None when it fails, for what it says of that may hold the address."""
    try:
        return act()
    except Exception:  # plugins raise what they like
        return None


def _silence() -> None:
    """Keep the libraries' own remarks, which name hosts and paths, out of our log."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module="urllib3")
