"""The page in a real headless browser, driven by Playwright."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pipeline.report.palette import DARK, LIGHT
from pipeline.storage import store

pytestmark = pytest.mark.browser

PATIENCE = 60_000
"""Milliseconds until something that should happen is given up."""


@dataclass
class Tab:
    """The report in a tab, with what it complained of and asked for since it was opened."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def value(self, expression: str) -> Any:
        """Value of a JavaScript expression."""
        return self.page.evaluate(expression)

    def wait(self, expression: str) -> Any:
        """Value of an expression as soon as it is true."""
        return self.page.wait_for_function(expression).json_value()

    def computed(self, selector: str, style: str) -> str:
        """Value of a style as the browser applies it."""
        return self.value(f"getComputedStyle(document.querySelector('{selector}')).{style}")

    def box(self, selector: str) -> dict[str, float]:
        """Bring an element to the middle of the screen, and tell where it is."""
        return self.value(
            f"(() => {{ const c = document.querySelector('{selector}');"
            "c.scrollIntoView({block: 'center', behavior: 'instant'});"
            "return c.getBoundingClientRect().toJSON(); })()"
        )


def open_tab(browser: Browser, path: Path, width: int = 1280, theme: str = "light") -> Tab:
    """Open the report in a window of its own, and wait until every chart is drawn."""
    window = browser.new_context(
        viewport={"width": width, "height": 900}, is_mobile=width < 500, color_scheme=theme
    )
    window.set_default_timeout(PATIENCE)
    tab = Tab(window.new_page())
    tab.page.on("console", lambda said: tab.complaints.append(said.text))
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.page.on("request", lambda request: tab.requests.append(request.url))
    tab.page.goto(path.as_uri())
    tab.wait("document.documentElement.dataset.drawn")
    return tab


@pytest.fixture(scope="module")
def path(page) -> Path:
    return page.folder / store.REPORT / "index.html"


@pytest.fixture(scope="module")
def tab_in(browser: Browser, path: Path) -> Callable[[str], Tab]:
    """One tab a theme, for tests that leave theme and width as they are."""
    return cache(lambda theme: open_tab(browser, path, theme=theme))


@pytest.fixture
def light(tab_in: Callable[[str], Tab]) -> Tab:
    return tab_in("light")


PRESSED = "[...document.querySelectorAll('.spans [aria-pressed=true]')].map(b => b.textContent)"
FUNDING = '[data-chart="funding"]'


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_draws_every_chart_without_a_complaint_or_an_outside_request(light, page) -> None:
    drawn = light.value("[...document.querySelectorAll('.chart svg')].length")
    assert drawn == len(page.specs)
    assert light.complaints == []
    assert light.requests
    assert {address.partition(":")[0] for address in light.requests} <= {"file", "data"}


def test_every_chart_has_marks_and_a_label_for_screen_readers(light, page) -> None:
    for name in page.specs:
        chart = f"document.querySelector('[data-chart=\"{name}\"]')"
        assert light.value(f"{chart}.querySelectorAll('.mark-group path, text').length") > 3, name
        assert light.value(f"{chart}.getAttribute('aria-label')").startswith(
            page.specs[name]["description"]
        )


def test_pointing_at_a_session_shows_its_numbers(light) -> None:
    box = light.box('[data-chart="outlook-under-price"]')
    for offset in (0, 5):
        light.page.mouse.move(box["x"] + box["width"] / 2 + offset, box["y"] + 150)
    text = light.wait("document.querySelector('#vg-tooltip-element.visible')?.innerText")
    assert "ahead: tightening-shock" in text
    assert "QQQ, USD" in text


def test_choosing_a_span_redraws_the_charts_over_time(light) -> None:
    axis = "document.querySelector('[data-chart=\"funding\"] .role-axis-label').textContent"
    before = light.value(axis)
    light.value("document.querySelector('[data-months=\"3\"]').click()")
    assert light.wait(f"{axis} !== {json.dumps(before)}")
    assert light.value(PRESSED) == ["3 months"]
    assert light.value("document.getElementById('until').value") == "2020-04-10"


def test_two_dates_choose_a_span(light) -> None:
    for name, day in (("since", "2019-03-01"), ("until", "2019-03-29")):
        light.value(
            f"(() => {{ const i = document.getElementById('{name}'); i.value = '{day}';"
            "i.dispatchEvent(new Event('change')); })()"
        )
    labels = f"[...document.querySelectorAll('{FUNDING} .role-axis-label text')]"
    assert light.wait(f"{labels}.some(l => l.textContent.includes('Mar 17'))")
    assert light.value(PRESSED) == []


def test_dragging_across_a_chart_zooms_into_it_and_a_double_click_shows_all(light) -> None:
    light.value("document.querySelector('[data-all]').click()")
    days = "['since', 'until'].map(name => document.getElementById(name).value)"
    whole = light.value(days)
    box, mouse = light.box(FUNDING), light.page.mouse
    middle = box["y"] + box["height"] / 2
    left, right = (box["x"] + share * box["width"] for share in (0.4, 0.6))
    mouse.move(left, middle)
    mouse.down()
    mouse.move(right, middle)
    mouse.up()
    since, until = light.value(days)
    assert whole[0] < since < until < whole[1]
    mouse.dblclick(left, middle)
    assert light.value(days) == whole
    assert light.value(PRESSED) == ["All"]


def test_a_named_window_outside_the_span_is_not_drawn(light) -> None:
    light.value("document.querySelector('[data-all]').click()")
    blocks = f"document.querySelectorAll('{FUNDING} .mark-rect path').length"
    # The made-up run ends in April 2020: it reaches two of the named windows.
    assert light.wait(f"{blocks} === 2")


def test_switching_the_theme_repaints_page_and_charts(browser, path) -> None:
    tab = open_tab(browser, path)
    area = '.chart [stroke="var(--line)"], .chart [style*="--line"]'
    assert tab.computed("body", "backgroundColor") == rgb(LIGHT["paper"])
    before = tab.computed(area, "stroke")
    tab.value("document.getElementById('theme').click()")
    assert tab.computed("body", "backgroundColor") == rgb(DARK["paper"])
    assert (before, tab.computed(area, "stroke")) == (rgb(LIGHT["line"]), rgb(DARK["line"]))


@pytest.mark.parametrize(("theme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_the_systems_theme_is_followed_and_every_text_is_legible(tab_in, theme, colours) -> None:
    assert tab_in(theme).computed("body", "backgroundColor") == rgb(colours["paper"])
    found = tab_in(theme).value(Path(__file__).with_name("legibility.js").read_text())
    assert found["looked"] > 500
    assert found["faint"] == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(tab_in) -> None:
    tab, reached = tab_in("dark"), []
    for _press in range(30):
        tab.page.keyboard.press("Tab")
        reached.append(tab.value("document.activeElement.id || document.activeElement.tagName"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert tab.value(outline) == "solid", reached[-1]
    assert {"theme", "A", "SUMMARY"} <= set(reached)
    tab.value("document.querySelector('.words summary').focus()")
    is_open = "document.querySelector('.words').open"
    before = tab.value(is_open)
    tab.page.keyboard.press("Enter")
    assert tab.value(is_open) is not before


def test_prints_light_on_a_few_whole_pages(browser, path) -> None:
    tab = open_tab(browser, path, theme="dark")
    pdf = tab.page.pdf(print_background=True, prefer_css_page_size=True)
    assert 3 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 8
    tab.page.emulate_media(media="print")
    assert tab.computed("body", "backgroundColor") == rgb(LIGHT["paper"])
    assert tab.computed("nav", "display") == "none"


def test_the_signal_board_is_searched_by_every_word_and_by_what_changed(browser, path) -> None:
    tab = open_tab(browser, path)
    shown = (
        "[...document.querySelectorAll('#signals [data-row]')]"
        ".filter(row => row.checkVisibility()).map(row => row.querySelector('code').textContent)"
    )
    assert tab.value(shown) == []
    tab.page.fill("#signal-search", "s21 correlation fast")
    assert tab.value(shown) == ["btc_spy_correlation_fast"]
    tab.page.fill("#signal-search", "playbook S09")
    assert "tech_above_200" in tab.value(shown)
    tab.page.fill("#signal-search", "")
    assert tab.value(shown) == []
    tab.page.check("#signal-changed")
    changed = tab.value("document.querySelectorAll('#signals [data-changed]').length")
    assert len(tab.value(shown)) == changed > 0
    assert tab.page.inner_text("#signal-found") == f"{changed} features"


@pytest.mark.parametrize("width", [320, 375])
def test_a_phone_needs_no_sideways_scroll(browser, path, width: int) -> None:
    tab = open_tab(browser, path, width=width)
    assert tab.value("document.documentElement.scrollWidth") <= width
