"""Numbers and texts as the page prints them."""

import pytest

from pipeline.report.text import commands, number, percent, typeset


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(-0.004, 2, "0.00"), (0.004, 2, "0.00"), (0.0, 0, "0"), (0.006, 2, "+0.01"), (-1.0, 0, "~1")],
)
def test_what_rounds_to_nothing_has_no_sign(value: float, digits: int, text: str) -> None:
    assert number(value, digits, signed=True) == text.replace("~", "\N{MINUS SIGN}")


def test_percent_rounds_to_nothing_without_a_sign() -> None:
    assert percent(-0.0004, 1, signed=True) == "0.0 %"
    assert percent(None) == percent(float("nan")) == "\N{EN DASH}"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("VIX -4.7 % (below -0.5 sd)", "VIX ~4.7_% (below ~0.5_sd)"),
        ("policy path (2y-3m), 10-year, 2025-06-30", "policy path (2y-3m), 10-year, 2025-06-30"),
        ("+40 pt in 5 sessions", "+40_pt in 5 sessions"),
    ],
)
def test_minus_signs_are_real_and_units_stay_with_their_numbers(text: str, printed: str) -> None:
    expected = printed.replace("~", "\N{MINUS SIGN}").replace("_", "\N{NO-BREAK SPACE}")
    assert typeset(text) == expected


def test_commands_are_escaped_before_they_are_set() -> None:
    assert commands("run `undertow audit` <now>") == "run <code>undertow audit</code> &lt;now&gt;"


def test_what_steers_a_text_is_replaced_and_half_a_pair_can_be_written() -> None:
    printed = typeset("calm\x1b[31m\u202e\ud800\x00 <b>")
    assert printed == "calm\N{REPLACEMENT CHARACTER}[31m" + 3 * "\N{REPLACEMENT CHARACTER}" + " <b>"
    assert printed.encode()
