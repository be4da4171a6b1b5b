"""The page's outline, as a screen reader walks it."""

from html.parser import HTMLParser
from itertools import pairwise

import pytest

LANDMARKS = {"header", "nav", "main", "footer", "aside"}
SILENT = {"script", "style", "title"}
WITHOUT_END = {"meta", "link", "input", "br", "hr", "img"}


class Structure(HTMLParser):
    """Levels of the headings in order, texts outside every landmark, and bare tables."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.outside: list[str] = []
        self.landmarks: list[str] = []
        self.headers: list[str | None] = []
        self.tables = self.captions = 0
        self._open: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.levels.append(int(tag[1]))
        if tag in LANDMARKS:
            self.landmarks.append(tag)
        if tag == "th":
            self.headers.append(given.get("scope"))
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if tag not in WITHOUT_END:
            self._open.append((tag, given.get("class")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _class in self._open}
        # A link that skips to a landmark stands before it.
        skips = any(name == "skip" for _tag, name in self._open)
        if data.strip() and not skips and not tags & (LANDMARKS | SILENT):
            self.outside.append(data.strip())


@pytest.fixture(scope="module")
def structure(page) -> Structure:
    found = Structure()
    found.feed(page.html)
    return found


def test_one_heading_is_the_page_s_and_none_skips_a_level(structure: Structure) -> None:
    levels = structure.levels
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert len(levels) > 20
    skipped = [(above, below) for above, below in pairwise(levels) if below > above + 1]
    assert skipped == []


def test_every_text_stands_in_a_landmark(structure: Structure) -> None:
    assert structure.outside == []
    assert structure.landmarks.count("main") == 1
    assert {"aside", "header", "nav", "footer"} <= set(structure.landmarks)


def test_every_table_has_a_caption_and_every_header_its_scope(structure: Structure) -> None:
    assert structure.tables > 10
    assert structure.captions == structure.tables
    assert set(structure.headers) == {"col", "row", "rowgroup"}
