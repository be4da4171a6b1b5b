"""A provider's answer, damaged, forged or without end: rows or one sentence, in bounded memory."""

import gzip
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.catalogue import CATALOGUE
from pipeline.fetching.connections import Connections
from pipeline.fetching.pages import pages
from pipeline.providers.client.provider import Request
from pipeline.settings.live import LiveSettings, Retry
from tests.pipeline.providers.client.server import Answer, Server
from tests.pipeline.providers.conftest import certificates_read_once, server  # noqa: F401
from tests.pipeline.providers.test_recorded import FOLDER, RECORDED, Recorded

pytestmark = pytest.mark.slow

fuzzed = settings.get_profile("fuzz")

RETRY = Retry(attempts=1, timeout_seconds=2.0, max_seconds=5.0, max_mb=2)
MOST_BYTES = 100 * 2**20
"""Of memory at the peak: fifty times what an answer may weigh, for text, cells and frames."""

ODD: list[Any] = [
    None, True, -1, 0, 1e308, float("nan"), float("inf"), "", "x", "9" * 400, "1e400", "NaN", [],
    {}, "9999-99-99", "0001-01-01", "262144-01-01", 2**63, -(2**63), "\x1b]0;x\x07", "\ud800",
    "\u202e",
]  # fmt: skip
BODIES = [
    b"", b"null", b"[]", b"{}", b'"x"', b"[" * 200_000, b'{"a":' * 200_000, b"1e999999999",
    b"\xff\xfe\x00", b"PK\x05\x06" + bytes(18), b"<!DOCTYPE html><p>a human?",
    b"a,b\n" + b"1," * 99_999, gzip.compress(bytes(2**23)),
    b"date,value\n2024-01-02,\xed\xa0\x80\n", b"\n" * 99_999,
]  # fmt: skip
HEADERS = [
    {"Content-Encoding": "gzip"}, {"Content-Encoding": "gzip, gzip"}, {"Content-Encoding": "br"},
    {"Content-Type": "text/csv; charset=utf-99"},
    {"Content-Type": "application/json; charset=idna"},
    {"Retry-After": "9" * 400}, {"Retry-After": "-1"}, {"Location": "/again"},
    {"Location": "file:///etc/passwd"}, {"Location": "http://169.254.169.254/"}, {},
]  # fmt: skip
STATUSES = [200, 200, 200, 200, 204, 206, 302, 307, 400, 403, 404, 429, 451, 500, 503]


class Hostile:
    """Sends the same to whatever is asked, or at first only."""

    def __init__(self, answer: Answer, times: int) -> None:
        self.sent, self.left = answer, times

    def answer(self, _path: str, _query: dict[str, str]) -> Answer:
        self.left -= 1
        return self.sent if self.left >= 0 else Answer(b"[]")


@st.composite
def answers(draw: Callable[[st.SearchStrategy[Any]], Any]) -> tuple[Recorded, Answer, int]:
    """A route, what it is sent, and how often."""
    recorded = draw(st.sampled_from(RECORDED))
    body = (FOLDER / draw(st.sampled_from(recorded.files))).read_bytes()
    for _ in range(draw(st.integers(0, 3))):
        body = draw(st.sampled_from([_cut, _smeared, _repeated, _another, _forged]))(draw, body)
    headers = draw(st.sampled_from([{}, *HEADERS]))
    if headers.get("Content-Encoding") and draw(st.booleans()):
        body = gzip.compress(gzip.compress(body))
    answer = Answer(body, draw(st.sampled_from(STATUSES)), headers)
    return recorded, answer, draw(st.sampled_from([1, 2, 10_000]))


def _cut(draw: Callable[..., Any], body: bytes) -> bytes:
    return body[: draw(st.integers(0, len(body)))]


def _smeared(draw: Callable[..., Any], body: bytes) -> bytes:
    place = draw(st.integers(0, len(body)))
    return body[:place] + draw(st.binary(max_size=9)) + body[place + draw(st.integers(0, 9)) :]


def _repeated(draw: Callable[..., Any], body: bytes) -> bytes:
    return (body * draw(st.integers(2, 200)))[: 2**22]


def _another(draw: Callable[..., Any], _body: bytes) -> bytes:
    return bytes(draw(st.sampled_from(BODIES)))


def _forged(draw: Callable[..., Any], body: bytes) -> bytes:
    """Well formed, but for one cell or one leaf."""
    odd = draw(st.sampled_from(ODD))
    try:
        document = json.loads(body)
    except ValueError:
        cells = body.split(b",")
        cells[draw(st.integers(0, len(cells) - 1))] = str(odd).encode("utf-8", "surrogatepass")
        return b",".join(cells)
    return json.dumps(_with(document, draw, odd)).encode()


def _with(document: Any, draw: Callable[..., Any], odd: Any) -> Any:
    if not isinstance(document, dict | list) or not document or not draw(st.integers(0, 4)):
        return odd
    keys = list(document) if isinstance(document, dict) else range(len(document))
    key = draw(st.sampled_from(list(keys)))
    document[key] = _with(document[key], draw, odd)
    return document


@fuzzed
@given(case=answers())
def test_whatever_is_sent_is_rows_or_one_sentence_in_little_memory(
    server: Server,  # noqa: F811 - the fixture
    attempt: Callable[..., Any],
    case: tuple[Recorded, Answer, int],
) -> None:
    recorded, answer, times = case
    server.serve(Hostile(answer, times))
    tracemalloc.start()
    try:
        found, said = attempt(lambda: rows(server, recorded))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_BYTES, (peak, recorded.route)
    if said is None:
        assert all(isinstance(page, pd.DataFrame) for page in found)
    else:
        # What of it cannot be printed is left out where it is shown (`pipeline.base.visible`).
        assert len(said) < 1_000, said


def rows(server: Server, recorded: Recorded) -> list[pd.DataFrame]:  # noqa: F811
    provider, _colon, code = recorded.route.partition(":")
    series, now = CATALOGUE[recorded.series], pd.Timestamp(recorded.now)
    asked = Request(series, code, pd.Timestamp(recorded.since), now)
    with Connections(LiveSettings(RETRY, endpoints={provider: server.address}), _at_once) as asking:
        return list(pages(asking, provider, asked, beginning=True))


def _at_once(_seconds: float) -> None:
    """Do not wait."""
