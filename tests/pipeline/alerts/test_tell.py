"""Alerts on channels of this machine: once each, again where a channel failed, never in the way."""

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pandas as pd
import pytest

from pipeline.alerts import outbox
from pipeline.alerts.alert import Alert
from pipeline.alerts.tell import tell
from pipeline.settings.alerts import AlertSettings
from pipeline.settings.secrets import ALERTS
from tests.pipeline.alerts.conftest import SECRET

pytest.importorskip("apprise", reason="alerts are sent by apprise: make setup")

SETTINGS = AlertSettings(max_seconds=5.0)
TIER = Alert("real/2025-06-30/tier/x", "tier", "2025-06-30", "tier 2 → 3", ("action: reduce",))
EVENT = Alert("real/2025-06-30/event/x", "event", "2025-06-30", "kind of event none → trend break")


def test_a_webhook_and_a_mail_server_are_told_once(here: Path, hook, mail, monkeypatch) -> None:
    monkeypatch.setenv(ALERTS, f"{hook.url} {mail.url}")
    for _again in range(2):
        tell([TIER, EVENT], SETTINGS)
    (posted,) = hook.got
    assert posted["title"] == "undertow 2025-06-30: tier 2 → 3; kind of event none → trend break"
    assert "action: reduce" in posted["message"]
    assert posted["message"].endswith("Research, not advice.")
    (mailed,) = mail.got
    assert "To: you@example.com" in mailed
    assert outbox.waiting() == {}


def test_one_that_failed_is_told_without_its_address_and_tried_again_alone(
    here: Path, hook, mail, dead: str, monkeypatch, caplog: pytest.LogCaptureFixture, capfd
) -> None:
    monkeypatch.setenv(ALERTS, f"{hook.url} {mail.url} {dead}")
    hook.answer = 500
    with caplog.at_level(logging.DEBUG):
        tell([TIER], SETTINGS)
    assert "no alert on channel 1 (json): it did not take the message" in caplog.text
    assert "no alert on channel 3 (json): it did not take the message" in caplog.text
    told = caplog.text + "".join(capfd.readouterr())
    assert SECRET not in told
    assert "127.0.0.1" not in told
    assert SECRET.encode() not in outbox.FILE.read_bytes()
    hook.answer = 200
    tell([], SETTINGS)
    assert [len(server.got) for server in (hook, mail)] == [2, 1]
    assert list(outbox.waiting()) == ["channel 3 (json)"]


def test_one_that_never_answers_holds_nothing_up(here, hook, silent, monkeypatch, caplog) -> None:
    monkeypatch.setenv(ALERTS, f"{silent} {hook.url}")
    begun = monotonic()
    tell([TIER], AlertSettings(max_seconds=1.0))
    # The wait, and a second or two in which apprise finds its plugins.
    assert monotonic() - begun < 15.0
    assert len(hook.got) == 1
    assert "no alert on channel 1 (json): it " in caplog.text


def test_kinds_that_are_not_wanted_are_not_told(here: Path, hook, monkeypatch) -> None:
    monkeypatch.setenv(ALERTS, hook.url)
    tell([TIER, EVENT], AlertSettings(kinds=("event",)))
    assert [each["title"] for each in hook.got] == [f"undertow 2025-06-30: {EVENT.text}"]


def test_two_at_once_tell_it_once(here: Path, hook, monkeypatch) -> None:
    monkeypatch.setenv(ALERTS, hook.url)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: tell([TIER], SETTINGS), range(2)))
    assert len(hook.got) == 1


def test_what_is_old_is_news_to_nobody(here: Path, hook, monkeypatch) -> None:
    monkeypatch.setenv(ALERTS, hook.url)
    outbox.add([TIER], ["channel 1 (json)"])
    later = pd.Timestamp.now("UTC") + pd.Timedelta("8D")
    monkeypatch.setattr(outbox, "_now", lambda: later)
    tell([], SETTINGS)
    assert hook.got == []


def test_a_damaged_outbox_is_one_line(here: Path, hook, monkeypatch, caplog) -> None:
    monkeypatch.setenv(ALERTS, hook.url)
    outbox.FILE.parent.mkdir(parents=True)
    outbox.FILE.write_text("no database at all, and long enough to be taken for one" * 20)
    tell([TIER], SETTINGS)
    assert "no alert was sent: data/alerts/outbox.db cannot be used" in caplog.text
    assert hook.got == []


def test_an_address_that_is_not_understood_is_named_by_its_place(
    here: Path, hook, monkeypatch, caplog
) -> None:
    monkeypatch.setenv(ALERTS, f"slack://{SECRET} {hook.url}")
    tell([TIER], SETTINGS)
    assert "channel 1 (slack): its address is none that apprise understands" in caplog.text
    assert SECRET not in caplog.text
    assert len(hook.got) == 1
