"""Which moment a view is of, and whose session's call it brings up to date."""

from collections.abc import Mapping

import pandas as pd

from pipeline.base.dates import parse_hour
from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.provisional.rows import ROUND_THE_CLOCK, ends
from pipeline.series.calendar import decision_time, decision_times, next_session


def moment_asked(
    text: str | None,
    now: pd.Timestamp,
    rows: Mapping[str, pd.DataFrame],
    sessions: pd.DatetimeIndex,
) -> pd.Timestamp:
    """The full UTC hour that a view is of.

    Parameters
    ----------
    text
        As the user wrote it; None takes the last hour to which the rows reach, though not before
        the last session's decision.
    now
        UTC instant; no moment is later.

    Raises
    ------
    ConfigurationError
        When it is no instant, or is to come.
    """
    if text is not None:
        asked = parse_hour(text)
        if asked > now:
            raise ConfigurationError(
                f"--at {text!r} is to come (it is {now:%Y-%m-%d %H:%M} UTC); leave it out for the "
                "last complete hour"
            )
        return asked
    known = [ends(rows[s.name], s) for s in ROUND_THE_CLOCK if s.name in rows]
    reached = max((end[end <= now].max() for end in known), default=now)
    return max(min(reached, now).floor("h"), decision_time(sessions[-1]))


def session_before(moment: pd.Timestamp, sessions: pd.DatetimeIndex) -> pd.Timestamp:
    """The last session whose decision time had come.

    Raises
    ------
    DataMissingError
        When there is none, or another session was decided since that the panel does not have.
    """
    decided = sessions[decision_times(sessions) <= moment]
    if decided.empty:
        raise DataMissingError(
            f"nothing can be said of {moment:%Y-%m-%d %H:%M} UTC: the panel begins on "
            f"{sessions[0]:%Y-%m-%d}; ask for a later moment"
        )
    session = decided[-1]
    following = decision_time(next_session(session))
    if following <= moment:
        raise DataMissingError(
            f"the panel ends on {session:%Y-%m-%d}, and by {moment:%Y-%m-%d %H:%M} UTC another "
            "session had closed; bring it first (`undertow score`, or newer files and "
            f"`dvc repro align`), or ask for a moment before {following:%Y-%m-%dT%H:%MZ}"
        )
    return session
