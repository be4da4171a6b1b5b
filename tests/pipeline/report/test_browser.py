"""The page in a real headless browser, asked over the Chrome DevTools protocol."""

import asyncio
import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from pipeline.report.palette import DARK, LIGHT
from pipeline.storage import store

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
PATIENCE = 60
"""Seconds until something that should happen is given up."""


class Browser:
    """One tab of one browser."""

    def __init__(self, program: str, folder: Path) -> None:
        command = [program, *QUIET, f"--user-data-dir={folder}", "about:blank"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._loop = asyncio.new_event_loop()
        self._count = 0
        self._shown: tuple[Path, int, str] | None = None
        self.events: list[dict[str, Any]] = []
        self._loop.run_until_complete(self._connect(folder / "DevToolsActivePort"))

    async def _connect(self, notice: Path) -> None:
        deadline = time.monotonic() + PATIENCE
        while not (notice.exists() and "\n" in notice.read_text()):
            assert time.monotonic() < deadline, "the browser did not start"
            await asyncio.sleep(0.05)
        port = notice.read_text().split()[0]
        self._session = aiohttp.ClientSession()
        async with self._session.get(f"http://127.0.0.1:{port}/json") as answer:
            tabs = [tab for tab in await answer.json() if tab["type"] == "page"]
        self._socket = await self._session.ws_connect(
            tabs[0]["webSocketDebuggerUrl"], max_msg_size=0
        )

    def ask(self, method: str, **given: Any) -> dict[str, Any]:
        """Send one command and wait for its answer; events on the way are kept."""
        return self._loop.run_until_complete(self._ask(method, given))

    async def _ask(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        self._count += 1
        await self._socket.send_json({"id": self._count, "method": method, "params": given})
        while True:
            said = json.loads((await self._socket.receive(PATIENCE)).data)
            if said.get("id") == self._count:
                assert "error" not in said, said
                return said["result"]
            self.events.append(said)

    def value(self, expression: str) -> Any:
        """Value of a JavaScript expression."""
        return self.ask("Runtime.evaluate", expression=expression, returnByValue=True)[
            "result"
        ].get("value")

    def wait(self, expression: str) -> Any:
        """Value of an expression as soon as it is true."""
        deadline = time.monotonic() + PATIENCE
        while not (found := self.value(expression)):
            assert time.monotonic() < deadline, f"never true: {expression}"
            time.sleep(0.05)
        return found

    def show(self, page: Path, width: int = 1280, theme: str = "light") -> None:
        """Open a page, unless it is shown like this, and wait until every chart is drawn."""
        if self._shown == (page, width, theme):
            return
        self._shown = (page, width, theme)
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        scheme = [{"name": "prefers-color-scheme", "value": theme}]
        self.ask("Emulation.setEmulatedMedia", media="screen", features=scheme)
        self.events.clear()
        self.ask("Page.navigate", url=page.as_uri())
        self.wait("document.documentElement.dataset.drawn")

    def forget(self) -> None:
        """Open the next page anew, whatever is shown."""
        self._shown = None

    def close(self) -> None:
        """End the browser that this started."""
        self._loop.run_until_complete(self._socket.close())
        self._loop.run_until_complete(self._session.close())
        self._loop.close()
        self._process.terminate()
        self._process.wait(PATIENCE)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser here (looked for {', '.join(NAMES)}): apt-get install chromium")
    opened = Browser(program, tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


@pytest.fixture
def path(page) -> Path:
    return page.folder / store.REPORT / "index.html"


PRESSED = "[...document.querySelectorAll('.spans [aria-pressed=true]')].map(b => b.textContent)"
FUNDING = '[data-chart="funding"]'


def computed(browser: Browser, selector: str, style: str) -> str:
    return browser.value(f"getComputedStyle(document.querySelector('{selector}')).{style}")


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def test_draws_every_chart_without_a_complaint_or_an_outside_request(browser, path, page) -> None:
    browser.show(path)
    drawn = browser.value("[...document.querySelectorAll('.chart svg')].length")
    assert drawn == len(page.specs)
    kinds = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}
    assert [event for event in browser.events if event["method"] in kinds] == []
    asked = [
        event["params"]["request"]["url"]
        for event in browser.events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert {address.partition(":")[0] for address in asked} <= {"file", "data"}


def test_every_chart_has_marks_and_a_label_for_screen_readers(browser, path, page) -> None:
    browser.show(path)
    for name in page.specs:
        chart = f"document.querySelector('[data-chart=\"{name}\"]')"
        assert browser.value(f"{chart}.querySelectorAll('.mark-group path, text').length") > 3, name
        assert browser.value(f"{chart}.getAttribute('aria-label')").startswith(
            page.specs[name]["description"]
        )


def test_pointing_at_a_session_shows_its_numbers(browser, path) -> None:
    browser.show(path)
    box = browser.value(
        "(() => { const c = document.querySelector('[data-chart=\"outlook-under-price\"]');"
        "c.scrollIntoView({block: 'center', behavior: 'instant'});"
        "const r = c.getBoundingClientRect(); return [r.left + r.width / 2, r.top + 150]; })()"
    )
    for offset in (0, 5):
        browser.ask("Input.dispatchMouseEvent", type="mouseMoved", x=box[0] + offset, y=box[1])
    text = browser.wait("document.querySelector('#vg-tooltip-element.visible')?.innerText")
    assert "ahead: tightening-shock" in text
    assert "QQQ, USD" in text


def test_choosing_a_span_redraws_the_charts_over_time(browser, path) -> None:
    browser.show(path)
    axis = "document.querySelector('[data-chart=\"funding\"] .role-axis-label').textContent"
    before = browser.value(axis)
    browser.value("document.querySelector('[data-months=\"3\"]').click()")
    assert browser.wait(f"{axis} !== {json.dumps(before)}")
    assert browser.value(PRESSED) == ["3 months"]
    assert browser.value("document.getElementById('until').value") == "2020-04-10"


def test_two_dates_choose_a_span(browser, path) -> None:
    browser.show(path)
    for name, day in (("since", "2019-03-01"), ("until", "2019-03-29")):
        browser.value(
            f"(() => {{ const i = document.getElementById('{name}'); i.value = '{day}';"
            "i.dispatchEvent(new Event('change')); })()"
        )
    labels = f"[...document.querySelectorAll('{FUNDING} .role-axis-label text')]"
    assert browser.wait(f"{labels}.some(l => l.textContent.includes('Mar 17'))")
    assert browser.value(PRESSED) == []


def test_dragging_across_a_chart_zooms_into_it_and_a_double_click_shows_all(browser, path) -> None:
    browser.show(path)
    browser.value("document.querySelector('[data-all]').click()")
    days = "['since', 'until'].map(name => document.getElementById(name).value)"
    whole = browser.value(days)
    box = browser.value(
        f"(() => {{ const c = document.querySelector('{FUNDING}');"
        "c.scrollIntoView({block: 'center', behavior: 'instant'});"
        "const r = c.getBoundingClientRect(); return [r.left, r.top + r.height / 2, r.width]; })()"
    )
    left, right = box[0] + 0.4 * box[2], box[0] + 0.6 * box[2]
    mouse = {"y": box[1], "button": "left"}
    for kind, x in (("mousePressed", left), ("mouseMoved", right), ("mouseReleased", right)):
        browser.ask("Input.dispatchMouseEvent", type=kind, x=x, clickCount=1, **mouse)
    since, until = browser.value(days)
    assert whole[0] < since < until < whole[1]
    for kind in ("mousePressed", "mouseReleased"):
        browser.ask("Input.dispatchMouseEvent", type=kind, x=left, clickCount=2, **mouse)
    assert browser.value(days) == whole
    assert browser.value(PRESSED) == ["All"]


def test_a_named_window_outside_the_span_is_not_drawn(browser, path) -> None:
    browser.show(path)
    browser.value("document.querySelector('[data-all]').click()")
    blocks = f"document.querySelectorAll('{FUNDING} .mark-rect path').length"
    # The made-up run ends in April 2020: it reaches two of the named windows.
    assert browser.wait(f"{blocks} === 2")


def test_switching_the_theme_repaints_page_and_charts(browser, path) -> None:
    browser.show(path)
    area = '.chart [stroke="var(--line)"], .chart [style*="--line"]'
    assert computed(browser, "body", "backgroundColor") == rgb(LIGHT["paper"])
    before = computed(browser, area, "stroke")
    browser.value("document.getElementById('theme').click()")
    assert computed(browser, "body", "backgroundColor") == rgb(DARK["paper"])
    assert (before, computed(browser, area, "stroke")) == (rgb(LIGHT["line"]), rgb(DARK["line"]))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_on_the_page_is_legible(browser, path, theme: str) -> None:
    browser.value("localStorage.clear()")
    browser.show(path, theme=theme)
    found = browser.value(Path(__file__).with_name("legibility.js").read_text())
    assert found["looked"] > 500
    assert found["faint"] == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(browser, path) -> None:
    browser.show(path, theme="dark")
    reached = []
    for _press in range(30):
        for kind in ("keyDown", "keyUp"):
            browser.ask("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab")
        reached.append(browser.value("document.activeElement.id || document.activeElement.tagName"))
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert browser.value(outline) == "solid", reached[-1]
    assert {"theme", "A", "SUMMARY"} <= set(reached)
    browser.value("document.querySelector('.words summary').focus()")
    is_open = "document.querySelector('.words').open"
    before = browser.value(is_open)
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
    for kind in ("keyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, **key)
    assert browser.value(is_open) is not before


def test_follows_the_system_theme(browser, path) -> None:
    browser.value("localStorage.clear()")
    browser.show(path, theme="dark")
    assert computed(browser, "body", "backgroundColor") == rgb(DARK["paper"])


def test_prints_light_on_a_few_whole_pages(browser, path, tmp_path) -> None:
    browser.show(path, theme="dark")
    # A browser that is told to emulate a screen prints the screen.
    browser.ask("Emulation.setEmulatedMedia", media="", features=[])
    printed = browser.ask("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
    pdf = base64.b64decode(printed["data"])
    assert 3 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 8
    browser.ask("Emulation.setEmulatedMedia", media="print", features=[])
    assert computed(browser, "body", "backgroundColor") == rgb(LIGHT["paper"])
    assert computed(browser, "nav", "display") == "none"
    browser.forget()


@pytest.mark.parametrize("width", [320, 375])
def test_a_phone_needs_no_sideways_scroll(browser, path, width: int) -> None:
    browser.show(path, width=width)
    assert browser.value("document.documentElement.scrollWidth") <= width
