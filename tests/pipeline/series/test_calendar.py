"""Sessions are the exchange's, between two dates that need not be any."""

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.series.calendar import sessions


def test_sessions_are_the_exchanges_with_both_ends() -> None:
    found = sessions("2018-12-01", "2018-12-06")
    # The exchange was closed on the 5th, for a president's funeral.
    assert list(found.strftime("%Y-%m-%d")) == ["2018-12-03", "2018-12-04", "2018-12-06"]
    assert found.name == "session"
    assert found.tz is None


@pytest.mark.parametrize(
    ("first", "last"), [("2025-03-08", "2025-03-09"), ("2025-03-12", "2025-03-10")]
)
def test_dates_without_a_session_between_them_are_refused(first: str, last: str) -> None:
    with pytest.raises(ConfigurationError, match=f"no session .* between {first} and {last}"):
        sessions(first, last)
