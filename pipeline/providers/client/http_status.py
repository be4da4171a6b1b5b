"""What an answer means by its status: data, nothing there, ask again, or not at all."""

import email.utils

import pandas as pd

from pipeline.providers.client.failures import (
    AbsentError,
    BusyError,
    LeftAloneError,
    ProviderError,
    TransientError,
)

_OK, _NOT_FOUND, _BROKEN = 200, 404, 500
_BUSY = (418, 429)
"""Too many requests; 418 is what Binance says to those who go on after a 429."""
_UNKNOWN_USER = 401
_LONGEST_WISH = 1e9
"""Seconds; some digits of a header are no number any more."""
_REFUSALS = {403: "refuses this address", 451: "refuses this country"}


def check_status(status: int, retry_after: str | None, where: str) -> None:
    """Pass where an answer holds data.

    Raises
    ------
    TransientError
        When the provider is busy (`BusyError`) or broken.
    AbsentError
        When there is nothing at the address.
    ProviderError
        When it refuses; `LeftAloneError` when it would refuse everything.
    """
    if status in _REFUSALS:
        raise ProviderError(
            f"{where} {_REFUSALS[status]} (status {status}); its fallback is asked instead, or "
            f"name it in live.skip of params.yaml"
        )
    if status == _UNKNOWN_USER:
        raise LeftAloneError(
            f"{where} wants a sign-in (status 401), whatever is asked for, so it is left alone "
            "for this fetch; its fallback is asked instead"
        )
    if status == _NOT_FOUND:
        raise AbsentError(f"{where} has nothing there (status 404)")
    if status in _BUSY or status >= _BROKEN:
        kind = BusyError if status in _BUSY else TransientError
        raise kind(
            f"{where} is busy or broken (status {status}); fetch again later",
            _seconds(retry_after),
        )
    if status != _OK:
        raise ProviderError(
            f"{where} does not accept the request (status {status}); its interface may have "
            "changed: `undertow doctor --live` tells more"
        )


def _seconds(retry_after: str | None) -> float | None:
    """Seconds of a Retry-After header, which may be a number or a date."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return min(float(retry_after), _LONGEST_WISH)
    try:
        until = pd.Timestamp(email.utils.parsedate_to_datetime(retry_after))
        until = until.tz_localize("UTC") if until.tz is None else until
        return max(0.0, (until - pd.Timestamp.now("UTC")).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
