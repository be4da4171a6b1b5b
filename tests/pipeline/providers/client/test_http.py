"""One provider's connection: what it waits for, what it refuses, what it never tells."""

import gzip
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from pipeline.providers.client import http as module
from pipeline.providers.client.failures import AbsentError, ProviderError
from pipeline.providers.client.http import Http
from pipeline.providers.client.rate_limit import Pace, Pacer
from pipeline.settings.live import Retry
from tests.pipeline.providers.client.server import Answer, Handler, Server

SECRET = "a-key-that-must-not-be-told"  # noqa: S105


class Fixed:
    """Answers everything alike."""

    def __init__(self, answer: Answer) -> None:
        self.given = answer

    def answer(self, _path: str, _query: dict[str, str]) -> Answer:
        return self.given


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    running.serve(Fixed(Answer(b"1,2")))
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def naps() -> list[float]:
    return []


@pytest.fixture
def http(server: Server, naps: list[float]) -> Iterator[Http]:
    retry = Retry(timeout_seconds=5.0, max_seconds=30.0, attempts=3)
    opened = Http("vendor", server.address, Pace(100, 1.0), retry, naps.append)
    yield opened
    opened.close()


def ask(http: Http) -> bytes:
    return http.get("/data.csv", {"api_key": SECRET})


@pytest.mark.parametrize("status", [400, 403, 404, 429, 451, 500])
def test_a_key_in_the_query_is_never_told(http: Http, server: Server, status: int) -> None:
    server.serve(Fixed(Answer(b"", status)))
    with pytest.raises(ProviderError) as caught:
        ask(http)
    assert SECRET not in str(caught.value)
    assert "vendor" in str(caught.value)
    assert str(status) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_retry_after_may_be_a_date(http: Http, server: Server, naps: list[float]) -> None:
    when = pd.Timestamp.now("UTC") + pd.Timedelta(seconds=9)
    headers = {"Retry-After": f"{when:%a, %d %b %Y %H:%M:%S} GMT"}
    server.serve(Fixed(Answer(b"", 429, headers)))
    with pytest.raises(ProviderError):
        ask(http)
    assert len(naps) == 2
    assert all(0.0 <= nap <= 9.0 for nap in naps)


@pytest.mark.parametrize("wish", ["\xb2", "soon", "Wed, 10 Jul 2024 25:61:00 GMT", ""])
def test_a_retry_after_that_says_nothing_is_no_wish(
    http: Http, server: Server, naps: list[float], wish: str
) -> None:
    server.serve(Fixed(Answer(b"", 429, {"Retry-After": wish})))
    with pytest.raises(ProviderError):
        ask(http)
    assert 0.5 <= naps[0] <= 1.0


def test_a_retry_after_without_a_zone_is_in_utc(
    http: Http, server: Server, naps: list[float]
) -> None:
    server.serve(Fixed(Answer(b"", 429, {"Retry-After": "Wed, 10 Jul 2024 12:00:00 -0000"})))
    with pytest.raises(ProviderError):
        ask(http)
    assert naps == [0.0, 0.0]


def test_a_wait_beyond_patience_is_told_instead_of_waited(
    http: Http, server: Server, naps: list[float]
) -> None:
    server.serve(Fixed(Answer(b"", 429, {"Retry-After": "3600"})))
    with pytest.raises(ProviderError, match="asks to wait 3600 seconds"):
        ask(http)
    assert naps == []
    assert len(server.requests) == 1


def test_without_a_wish_the_delay_doubles_with_jitter(
    http: Http, server: Server, naps: list[float]
) -> None:
    server.faults = ["broken", "broken"]
    assert ask(http) == b"1,2"
    assert 0.5 <= naps[0] <= 1.0
    assert 1.0 <= naps[1] <= 2.0


def test_what_is_not_there_is_not_asked_again(http: Http, server: Server) -> None:
    server.serve(Fixed(Answer(b"", 404)))
    with pytest.raises(AbsentError):
        ask(http)
    assert len(server.requests) == 1


def test_a_circle_of_redirects_ends(http: Http, server: Server) -> None:
    server.serve(Fixed(Answer(b"", 302, {"Location": "/data.csv"})))
    with pytest.raises(ProviderError, match="redirects in circles"):
        ask(http)
    assert len(server.requests) <= 5


def test_nobody_there_is_told_in_one_sentence(http: Http, server: Server) -> None:
    nobody = replace(http, address="http://127.0.0.1:9", name="nobody")
    with pytest.raises(ProviderError, match="cannot be reached") as caught:
        ask(nobody)
    nobody.close()
    assert "\n" not in str(caught.value)


def test_a_host_that_nobody_answers_at_is_given_up_and_no_other(
    http: Http, server: Server, naps: list[float]
) -> None:
    nobody = "http://127.0.0.1:9"
    with pytest.raises(ProviderError, match="cannot be reached or broke off"):
        http.read("/data.csv", None, bytes, at=nobody)
    waited = len(naps)
    assert waited == http.retry.attempts - 1
    with pytest.raises(ProviderError, match="vendor could not be reached a moment ago"):
        http.read("/more.csv", None, bytes, at=nobody)
    assert len(naps) == waited
    assert ask(http) == b"1,2"


def test_a_host_that_breaks_off_is_asked_again(http: Http, server: Server) -> None:
    server.serve(Fixed(Answer(b"", 500)))
    for _ in range(2):
        with pytest.raises(ProviderError, match="500"):
            ask(http)
    assert len(server.requests) == 2 * http.retry.attempts


def test_a_kept_answer_is_asked_once(http: Http, server: Server) -> None:
    assert http.get_kept("/year", {"y": 1}) == http.get_kept("/year", {"y": 1}) == b"1,2"
    http.get_kept("/year", {"y": 2})
    assert len(server.requests) == 2


def test_certificates_are_checked() -> None:
    """No client is made that would take any certificate."""
    source = (module.__file__ or "").removesuffix("c")
    with open(source, encoding="utf-8") as file:  # noqa: PTH123
        assert "verify" not in file.read()


def test_the_pace_holds_requests_back(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("pipeline.providers.client.rate_limit.time.monotonic", lambda: clock[0])
    naps: list[float] = []
    pacer = Pacer(Pace(2, 6.0), naps.append)
    for _ in range(5):
        pacer.wait()
    assert naps == [6.0, 6.0, 12.0]
    clock[0] += 100.0
    pacer.wait()
    assert len(naps) == 3


class Picky:
    """Answers one User-Agent, and leaves every other without a byte."""

    def __init__(self, liked: str) -> None:
        self.liked = liked

    def answer(self, _path: str, _query: dict[str, str]) -> Answer:
        return Answer(b"1,2")


@pytest.fixture
def picky(server: Server, monkeypatch: pytest.MonkeyPatch) -> Picky:
    fake = Picky("nobody")
    server.serve(fake)
    told = Handler.do_GET

    def hushed(handler: Handler) -> None:
        if fake.liked in handler.headers["User-Agent"]:
            return told(handler)
        server.next_fault(handler.path, {})
        return time.sleep(0.5)

    monkeypatch.setattr(Handler, "do_GET", hushed)
    return fake


@pytest.mark.parametrize("wish", [None, "curl/8"])
def test_a_host_that_dislikes_the_agent_is_asked_with_a_plain_one_from_then_on(
    http: Http, server: Server, picky: Picky, wish: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    picky.liked = wish or "python-httpx"
    http = replace(http, retry=Retry(timeout_seconds=0.2, second_agent=wish))
    with caplog.at_level("WARNING", "undertow"):
        assert [ask(http), ask(http)] == [b"1,2"] * 2
    assert len(server.requests) == 3
    assert "live.retry.second_agent" in caplog.text
    http.close()


def test_a_host_that_never_answers_costs_two_requests_whoever_asks(
    http: Http, server: Server, picky: Picky
) -> None:
    http = replace(http, retry=Retry(timeout_seconds=0.2))
    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask, http) for _ in range(6)]
    assert {str(job.exception()).partition(",")[0] for job in asked} == {
        "vendor takes connections and answers nothing"
    }
    assert len(server.requests) == 2
    http.close()


def test_a_host_that_stays_busy_is_left_alone_and_told(http: Http, server: Server) -> None:
    server.serve(Fixed(Answer(b"", 429)))
    with pytest.raises(ProviderError, match="busy or broken"):
        ask(http)
    with pytest.raises(ProviderError, match="asked too often, so it is left alone"):
        ask(http)
    assert len(server.requests) == http.retry.attempts


@pytest.mark.parametrize(
    ("encoding", "body", "said"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(bytes(2**20))), "packs its answer by"),
        ("br", b"x", "packs its answer by 'br'"),
        ("gzip", b"not gzip!", "sent what is no gzip"),
        ("gzip", gzip.compress(b"1") + b"more", "sent more after the end"),
        ("gzip", gzip.compress(bytes(2**20))[:-30], "broke off inside its gzip"),
        ("gzip", gzip.compress(bytes(3 * 2**20)), "sends more than 2 MB"),
        ("identity", bytes(3 * 2**20), "sends more than 2 MB"),
    ],
    # gzip stamps the second: names made of the bytes would differ between pytest-xdist's workers.
    ids=["packed twice", "brotli", "no gzip", "trailer", "cut off", "bomb", "plain"],
)
def test_a_hostile_packing_costs_one_sentence(
    http: Http, server: Server, encoding: str, body: bytes, said: str
) -> None:
    http.retry = replace(http.retry, max_mb=2)
    server.serve(Fixed(Answer(body, headers={"Content-Encoding": encoding})))
    with pytest.raises(ProviderError, match=said) as caught:
        ask(http)
    assert "\n" not in str(caught.value)


def test_what_is_packed_once_is_unpacked(http: Http, server: Server) -> None:
    server.serve(Fixed(Answer(gzip.compress(b"1,2"), headers={"Content-Encoding": "gzip"})))
    assert ask(http) == b"1,2"


class Endless(BaseHTTPRequestHandler):
    """Drips headers, empty gzip blocks or the body of a redirect for as long as one listens."""

    def do_GET(self) -> None:
        first, piece = {
            "/headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
            "/blocks": (
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03",
                b"\x00\x00\x00\xff\xff",
            ),
        }[self.path]
        with suppress(OSError):
            self.wfile.write(first)
            while True:
                self.wfile.write(piece)
                time.sleep(0.05)

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.mark.parametrize("path", ["/headers", "/blocks"])
def test_no_drip_outlasts_the_whole_answers_time(path: str) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Endless) as endless:
        endless.daemon_threads = True
        endless.block_on_close = False
        threading.Thread(target=endless.serve_forever, args=(0.01,), daemon=True).start()
        retry = Retry(timeout_seconds=5.0, max_seconds=0.3, attempts=1)
        opened = Http("vendor", f"http://127.0.0.1:{endless.server_port}", Pace(9, 1.0), retry)
        begun = time.monotonic()
        with pytest.raises(ProviderError, match=r"sends too slowly: not done after 0\.3 seconds"):
            opened.get(path)
        assert time.monotonic() - begun < 3.0
        opened.close()
        endless.shutdown()
