"""Words on the command line: understood, or refused with one sentence and exit code 2 or 3."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.base.dates import parse_date, parse_hour
from pipeline.base.errors import ConfigurationError, UndertowError
from pipeline.catalogue import CATALOGUE
from pipeline.cli import app

pytestmark = pytest.mark.slow

every = settings.get_profile("fuzz")
# Whole commands are run, so fewer cases do.
fuzzed = settings(every, max_examples=max(every.max_examples // 5, 5))

RUNNER = CliRunner()
WORDS = st.text(max_size=8) | st.sampled_from(
    ["", "-", "--", "-1", "0", "1e9", "99999999999999999999", "nan", "now", "\0", "a\nb", "ahead",
     "[bold]", "[/]", "../../x", "2017-12-11", "2024-02-30", "2017-12-11T00:00", "0001-01-01",
     "9999-12-31", "NaT", "2017-12-11Z", "20171211", "٢٠١٧-١٢-١١", "log_vix"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["vix", "us10y", "btc", "dxy", "hy_oas", "btc_funding", "btc_oi_change", "x"]
)
SIZES = st.one_of(
    st.decimals(-1000, 1000, places=2).map(str),
    st.sampled_from(
        ["+25", "-100", "-150", "1e5", "9" * 400, "٣", "nan", "inf", "+-1", "1_0", "1,5", "", "0"]
    ),
)
UNITS = st.sampled_from(["bp", "%", "", "BP", "x", " "])


def run(attempt, *words: str) -> tuple[str | None, str | None]:
    """Standard output, or the sentence of refusal."""
    seen: dict[str, int] = {}

    def work() -> str:
        result = RUNNER.invoke(app, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            if isinstance(result.exception, UndertowError):
                seen["code"] = result.exception.exit_code
            raise result.exception
        assert result.exit_code in {0, 2}, result.output
        return result.stdout

    output, sentence = attempt(work, UndertowError)
    assert seen.get("code", 2) in {2, 3, 5}, sentence
    return output, sentence


@fuzzed
@example(name="btc_oi_change", size="-100", unit="%")
@given(NAMES, SIZES, UNITS)
def test_a_move_is_the_one_written_or_refused(attempt, run_folder: Path, name, size, unit) -> None:
    output, _sentence = run(attempt, "whatif", "--json", "--", f"{name}={size}{unit}")
    if output:
        (move,) = json.loads(output)["moves"]
        number = float(size)
        by = {"bp": number / 100, "%": move["from"] * number / 100, "": number}[
            unit.strip().lower()
        ]
        if name != "btc_oi_change":
            assert move["to"] - move["from"] == pytest.approx(by, abs=1e-9)
        if name in CATALOGUE:
            assert CATALOGUE[name].valid[0] <= move["to"] <= CATALOGUE[name].valid[1]


@fuzzed
@given(WORDS)
def test_any_date_is_one_or_is_refused(attempt, run_folder: Path, word) -> None:
    for command in (["score", f"--as-of={word}"], ["backfill", f"--since={word}"]):
        output, sentence = run(attempt, *command)
        if sentence is None and output:
            parse_date(word)


@fuzzed
@given(st.sampled_from(
    [["leaderboard", "--window"], ["features"], ["whatif"], ["promote"], ["tune", "--trials"],
     ["audit", "--cuts"], ["use"], ["fetch", "--dry-run", "--since"], ["score"], ["now", "--at"],
     ["ledger"], ["summary"], ["models"], []]
), WORDS)  # fmt: skip
def test_any_word_is_understood_or_refused(attempt, run_folder: Path, command, word) -> None:
    if command[:1] in (["tune"], ["audit"]) and re.fullmatch(r"\s*\+?\d+\s*", word):
        word = "none"
    run(attempt, *command, word)


@pytest.mark.parametrize(
    "text", ["now", "today", "", "5", "2024-02-30", "2024-1-2", "20240102", "NaT", "0001-01-01"]
)
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not a date"):
        parse_date(text)


@pytest.mark.parametrize(
    "text", ["now", "", "2024-02-30T10:00Z", "2024-02-28", "2024-02-28T25:00Z", "2024-02-28T1:00Z",
             "2024-02-28T10:00+02:00", "٢٠٢٤-02-28T10:00Z", "2024-02-28T10:00:30Z"]
)  # fmt: skip
def test_what_is_no_instant_is_told(text: str) -> None:
    with pytest.raises(ConfigurationError, match="is not an instant of UTC"):
        parse_hour(text)


def test_an_instant_is_of_its_full_hour_however_it_is_written() -> None:
    hour = pd.Timestamp("2025-02-02 23:00", tz="UTC")
    for text in ("2025-02-02T23:00Z", "2025-02-02 23:59", "2025-02-02T23:30+00:00"):
        assert parse_hour(text) == hour
