"""A local server that speaks a provider's format, and breaks as real ones do when told to."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

PAGE = b"<!DOCTYPE html><html><body>Please verify that you are a human.</body></html>"


@dataclass(frozen=True)
class Answer:
    """What a provider sends back."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Fake(Protocol):
    """A provider's format, paging and lookup, over rows that the test knows."""

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        """Answer one request."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms for an acknowledgement
    server: "Server"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        fault = self.server.next_fault(parts.path, query)
        if fault is None:
            answer = self.server.fake.answer(parts.path, query)
            self.send(replace(answer, body=self.server.garble(answer.body)))
        else:
            FAULTS[fault](self, parts.path, query)

    def send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *args: Any) -> None:
        """Nothing: the test asks `Server.requests`."""


class Server(ThreadingHTTPServer):
    """Serves one fake on loopback; queued faults come first, one a request.

    Attributes
    ----------
    fake
        Answers where no fault is queued.
    faults
        What goes wrong with the next requests, None for one that goes well.
    requests
        Path and query of every request so far.
    garble
        What happens to the bytes of an answer on their way.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fake: Fake
        self.faults: list[str | None] = []
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.garble: Callable[[bytes], bytes] = bytes
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def serve(self, fake: Fake) -> None:
        """Start afresh with another fake."""
        self.fake, self.faults, self.requests, self.garble = fake, [], [], bytes

    def next_fault(self, path: str, query: dict[str, str]) -> str | None:
        with self._lock:
            self.requests.append((path, query))
            return self.faults.pop(0) if self.faults else None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


def _busy(handler: Handler, _path: str, _query: dict[str, str]) -> None:
    handler.send(Answer(b"slow down", 429, {"Retry-After": "7"}))


def _broken(handler: Handler, _path: str, _query: dict[str, str]) -> None:
    handler.send(Answer(b"oops", 503))


def _page(handler: Handler, _path: str, _query: dict[str, str]) -> None:
    handler.send(Answer(PAGE, headers={"Content-Type": "text/html"}))


def _country(handler: Handler, _path: str, _query: dict[str, str]) -> None:
    handler.send(Answer(b'{"msg": "Service unavailable from a restricted location"}', 451))


def _truncated(handler: Handler, path: str, query: dict[str, str]) -> None:
    """Half of the body, under the length of all of it."""
    whole = handler.server.fake.answer(path, query).body
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(whole) + 1))
    handler.end_headers()
    handler.wfile.write(whole[: len(whole) // 2])
    handler.close_connection = True


def _reset(handler: Handler, _path: str, _query: dict[str, str]) -> None:
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True


def _drip(handler: Handler, _path: str, _query: dict[str, str]) -> None:
    """A byte now and then, for as long as the client listens (two seconds at most)."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.close_connection = True
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.01)


def _redirect(handler: Handler, path: str, query: dict[str, str]) -> None:
    pairs = "&".join(f"{name}={value}" for name, value in query.items())
    handler.send(Answer(b"", 302, {"Location": f"{path}?{pairs.replace(' ', '%20')}"}))


FAULTS: dict[str, Callable[[Handler, str, dict[str, str]], None]] = {
    "busy": _busy,
    "broken": _broken,
    "page": _page,
    "country": _country,
    "truncated": _truncated,
    "reset": _reset,
    "drip": _drip,
    "redirect": _redirect,
}
