"""Tables and texts keep to the terminal without losing anything."""

import pytest

from pipeline.base.console import (
    labelled,
    out,
    page_width,
    paragraph,
    percent,
    show,
    show_table,
    styled,
    table,
)
from pipeline.base.words import number

NARROW = 80


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(out, "width", NARROW)


def test_no_number_is_cut_off_where_a_table_is_wider_than_the_terminal(capsys) -> None:
    wide = table("wide", "name", *(f"column {n}" for n in range(12)))
    wide.add_row("a", *(f"0.{n:06d}" for n in range(12)))
    show_table(wide)
    title, header, row = capsys.readouterr().out.splitlines()
    assert title.strip() == "wide"
    assert len(header) > NARROW
    assert row.split()[1:] == [f"0.{n:06d}" for n in range(12)]


def test_texts_stand_to_the_left_and_no_line_ends_in_blanks(capsys) -> None:
    made = table("", "name", "value", "what", text=["what"])
    made.add_row("a", "1", "short")
    made.add_row("b", "100", "a longer text")
    show_table(made)
    lines = capsys.readouterr().out.splitlines()
    starts = {line.index(text) for line, text in zip(lines, ("what", "sh", "a l"), strict=True)}
    assert len(starts) == 1
    assert lines[1].index("1") > lines[2].index("1")
    assert all(line == line.rstrip() for line in lines)


def test_a_text_wraps_beside_its_label(capsys) -> None:
    show(labelled(("driver", "word " * 30), ("drift", "like the training")))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= NARROW
    assert lines[0].startswith("driver        word")
    assert lines[1].startswith("              word")
    assert lines[-1] == "drift         like the training"


def test_a_text_is_as_wide_as_one_can_read_and_a_percent_stays_with_its_number(monkeypatch) -> None:
    text = " ".join(f"{n} %" for n in range(60))
    for width, expected in ((NARROW, NARROW), (200, 96)):
        monkeypatch.setattr(out, "width", width)
        lines = paragraph(text).splitlines()
        assert page_width() == expected
        assert max(map(len, lines)) <= expected
        assert not any(line.startswith("%") for line in lines)
        assert " ".join(lines) == text


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert [number(x) for x in (-0.001, 0.001, 0.01)] == ["0.00", "0.00", "+0.01"]
    assert [percent(x, signed=True) for x in (-0.0001, 0.1, -0.1)] == ["0.0", "+10.0", "-10.0"]
    assert (percent(0.1), percent(-0.1), percent(None)) == ("10.0", "-10.0", "-")


HOSTILE = "a [/bold] b [red] \x1b[2J\x07\u202e"
SHOWN = "a [/bold] b [red] \ufffd[2J\ufffd\ufffd"


def test_what_comes_from_data_is_no_markup_and_steers_no_terminal(capsys) -> None:
    made = table("", "name")
    made.add_row(HOSTILE)
    made.add_row(styled((HOSTILE, "bold")))
    show_table(made)
    show(labelled(("x", HOSTILE)))
    out.print(HOSTILE)
    printed = capsys.readouterr().out
    assert printed.count(SHOWN) == 4
    assert not {"\x1b", "\x07", "\u202e"} & set(printed)
