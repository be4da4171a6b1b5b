"""Channels are read from the environment, and their addresses are told to nobody."""

import pytest

from pipeline.alerts.channels import channels
from pipeline.settings.secrets import ALERTS


def test_addresses_stand_apart_by_blanks_or_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    two = "mailto://u:pw@example.com?to=a@example.com,b@example.com"
    monkeypatch.setenv(ALERTS, f" tgram://1:token/2,{two}\n json://host/x , ")
    found = channels()
    assert [each.address for each in found] == ["tgram://1:token/2", two, "json://host/x"]
    names = ["channel 1 (tgram)", "channel 2 (mailto)", "channel 3 (json)"]
    assert [each.name for each in found] == names
    assert "token" not in repr(found)


@pytest.mark.parametrize("nothing", ["", "  \n", ","])
def test_nothing_is_no_channel(nothing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ALERTS, nothing)
    assert channels() == []


def test_what_is_no_address_is_a_channel_of_no_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ALERTS, "hunter2 json://host/x")
    assert [each.name for each in channels()] == ["channel 1 (of no kind)", "channel 2 (json)"]
