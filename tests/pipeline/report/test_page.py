"""The page holds everything that it needs, and says what it is."""

import json
import re
from html.parser import HTMLParser

import pytest
import vl_convert

from features.registry import registered
from pipeline.base.words import RESEARCH, SIMULATED
from pipeline.report.daily import DAILY, SHOWN_FEATURES, rows
from pipeline.report.figure import declarations
from pipeline.report.specs import alone
from pipeline.report.vega import elsewhere
from pipeline.storage import store

LARGEST = 5_000_000
NOT_LEFT = {"drivers-over-time", "moves-by-tier", "policies-by-year", "book-tail", "audit"}


class Outline(HTMLParser):
    """Addresses that a page names, its visible text, and what stands in each figure."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.text: list[str] = []
        self.figures: dict[str, set[str]] = {}
        self._figure = ""
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [
            given[k] or "" for k in ("src", "href", "action", "srcset") if k in given
        ]
        self._silent += tag in {"script", "style", "title"}
        if tag == "figure":
            self._figure = given["id"] or ""
            self.figures[self._figure] = set()
        elif self._figure:
            self.figures[self._figure].add(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style", "title"}
        if tag == "figure":
            self._figure = ""

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.text.append(data.strip())


def outline(page) -> Outline:
    found = Outline()
    found.feed(page.html)
    return found


def test_names_no_address_outside_itself(page) -> None:
    assert all(address.startswith(("#", "data:")) for address in outline(page).addresses)
    assert "default-src 'none'" in page.html


def test_is_small_enough_to_send(page) -> None:
    assert len(page.html.encode()) < LARGEST


def test_says_first_that_the_market_is_made_up_and_that_it_is_no_advice(page) -> None:
    text = outline(page).text
    assert text[0] == SIMULATED
    assert any(RESEARCH in line for line in text[:6])


def test_every_picture_says_that_the_market_is_made_up(page) -> None:
    assert page.specs
    assert {spec["title"] for spec in page.specs.values()} == {SIMULATED}
    pictures = list((page.folder / store.REPORT / "figures").glob("*.svg"))
    assert {path.stem for path in pictures} == set(page.specs)
    assert all(SIMULATED in path.read_text(encoding="utf-8") for path in pictures)


def test_pictures_stand_alone(page) -> None:
    for path in (page.folder / store.REPORT / "figures").glob("*.svg"):
        assert "var(--" not in path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_picture_of_the_columns_that_it_names_is_that_of_the_whole_table(page) -> None:
    sent = {name: json.loads(alone(spec, page.daily)) for name, spec in page.specs.items()}
    for spec in sent.values():
        whole = {**spec, "datasets": {**spec["datasets"], DAILY: rows(page.daily)}}
        assert svg(spec) == svg(whole)
    columns = {name: len(next(iter(spec["datasets"][DAILY]), {})) for name, spec in sent.items()}
    assert max(columns.values()) < len(page.daily)


def test_what_vega_cannot_do_is_told() -> None:
    with pytest.raises(RuntimeError, match="Vega's nonsense failed with exit code 1: KeyError"):
        elsewhere("nonsense")


def svg(spec) -> str:
    """The picture, its clip paths without their numbers, which count on from picture to picture."""
    return re.sub(r"clip\d+", "clip", vl_convert.vegalite_to_svg(json.dumps(spec)))


def test_every_chart_asks_a_question_describes_itself_and_has_a_table_behind_it(page) -> None:
    figures = outline(page).figures
    for declaration in declarations():
        assert declaration.question.endswith("?")
        if declaration.name in NOT_LEFT:
            continue
        description = page.specs[declaration.name]["description"]
        assert description.startswith(declaration.question)
        assert len(description) > len(declaration.question) + 20
        assert {"details", "table", "figcaption"} <= figures[declaration.name]


def test_what_no_run_has_left_is_left_out_with_what_to_run(page) -> None:
    assert not NOT_LEFT & set(page.specs)
    text = " ".join(outline(page).text)
    assert "tiers.json is not there; run dvc repro" in text
    assert "policies.json is not there; run dvc repro" in text
    assert "audit.json is not there; run undertow audit" in text
    assert "<code>undertow audit</code>" in page.html


def test_the_signal_board_shows_every_signal_and_feature(page) -> None:
    board = page.html.partition('<section id="signals"')[2].partition('<section id="trust"')[0]
    assert [s for s in (f"S{n:02}" for n in range(1, 30)) if s not in board] == []
    assert [name for name in registered() if f"<code>{name}</code>" not in board] == []
    # The made-up run has few features; what is missing says why, and what to do.
    assert "not computed yet: run <code>dvc repro</code>" in board
    assert board.count("<path d=") == len(SHOWN_FEATURES)
    assert len(board) < 700_000


def test_text_from_outside_cannot_become_markup(page) -> None:
    assert "Macro &lt;warns&gt;." in page.html


def test_shared_table_is_embedded_once(page) -> None:
    assert all("daily" not in spec.get("datasets", {}) for spec in page.specs.values())
    assert page.daily["session"][-1] == "2020-04-10"
    assert len({len(column) for column in page.daily.values()}) == 1
