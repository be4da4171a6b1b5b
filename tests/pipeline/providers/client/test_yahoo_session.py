"""Yahoo's session holds what every other provider's connection holds: size, time, redirects."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from pipeline.providers.client.failures import ProviderError
from pipeline.providers.client.http import Http
from pipeline.providers.client.rate_limit import Pace
from pipeline.settings.live import Retry

pytest.importorskip("curl_cffi")

CHART = "/v8/finance/chart/SPY"
OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def hostile(
    first: bytes, piece: bytes = b"", pause: float = 0.02
) -> Iterator[tuple[str, list[bytes]]]:
    """Answers every request alike, then repeats a piece for as long as one listens."""
    seen: list[bytes] = []

    def handle(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            seen.append(connection.recv(65536))
            connection.sendall(first)
            while piece:
                connection.sendall(piece)
                time.sleep(pause)

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=handle, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen


def ask(address: str) -> bytes:
    from pipeline.providers.client.yahoo_session import YahooSession  # noqa: PLC0415 - an extra

    retry = Retry(timeout_seconds=5.0, max_seconds=0.5, attempts=1, max_mb=1)
    http = Http("yahoo", address, Pace(9, 1.0), retry)
    session = YahooSession(http)
    begun = time.monotonic()
    try:
        return bytes(session.request("GET", f"{address}{CHART}").content)
    finally:
        assert time.monotonic() - begun < 4.0
        session.close()
        http.close()


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    head = f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return OK + head.encode() + body


@pytest.mark.parametrize(
    ("first", "piece", "said"),
    [
        (OK, b"X: y\r\n", "too slowly: not done after 0.5"),
        (OK + b"\r\n", b"1", "too slowly: not done after 0.5"),
        (
            OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03",
            b"\0\0\0\xff\xff",
            "too slowly: not done after 0.5",
        ),
        (b"HTTP/1.1 302 Found\r\nLocation: /ok\r\n\r\n", b"1", "too slowly: not done after 0.5"),
        (OK + b"\r\n", bytes(2**20), "sends more than 1 MB"),
        (packed(gzip.compress(bytes(3 * 2**20))), b"", "sends more than 1 MB"),
        (packed(gzip.compress(gzip.compress(b"{}")), "gzip, gzip"), b"", "packs its answer by"),
        (packed(b"no", "br"), b"", "packs its answer by 'br'"),
        (packed(gzip.compress(b"{}") + b"more"), b"", "sent more after the end"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://other.example/\r\n\r\n", b"", "another host"),
        (b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n", b"", "without TLS"),
        (
            b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n",
            b"",
            "redirects in circles",
        ),
    ],
    ids=[
        "slow header", "slow body", "empty blocks", "redirect's body", "endless", "bomb",
        "packed twice", "brotli", "trailer", "other host", "file", "circle",
    ],
)  # fmt: skip
def test_a_hostile_answer_is_one_sentence_within_the_limits(
    first: bytes, piece: bytes, said: str
) -> None:
    with hostile(first, piece) as (address, _seen), pytest.raises(ProviderError, match=said):
        ask(address)


def test_what_is_packed_once_is_unpacked_and_nothing_else_was_asked_for() -> None:
    with hostile(packed(gzip.compress(b"{}"))) as (address, seen):
        assert ask(address) == b"{}"
    (encodings,) = [
        line for line in seen[0].split(b"\r\n") if line.lower().startswith(b"accept-enc")
    ]
    assert encodings.lower() == b"accept-encoding: gzip"
