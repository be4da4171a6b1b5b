"""Channels of this machine: a webhook, a mail server, one that never answers, and a dead port."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer, StreamRequestHandler, ThreadingTCPServer

import pytest

from pipeline.settings.secrets import ALERTS
from tests.pipeline.ports import free_port

SECRET = "hunter2-token"  # noqa: S105 - a made-up one


class Hook(BaseHTTPRequestHandler):
    """Keeps what is posted, and answers as the server is told to."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(json.loads(body))
        self.send_response(self.server.answer)
        self.end_headers()

    def log_message(self, *_anything: object) -> None:
        return


class Mail(StreamRequestHandler):
    """As much of SMTP as a client needs to leave one message."""

    def handle(self) -> None:
        self._say("220 test")
        for line in iter(lambda: self.rfile.readline().decode().strip(), ""):
            word = line[:4].upper()
            if word == "DATA":
                self._say("354 go on")
                lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
                self.server.got.append("\n".join(lines))
            self._say("221 bye" if word == "QUIT" else "250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def serving(server: BaseServer) -> Iterator[BaseServer]:
    server.daemon_threads = True
    server.got, server.answer = [], 200
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def hook() -> Iterator[BaseServer]:
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Hook)) as server:
        server.url = f"json://user:{SECRET}@127.0.0.1:{server.server_port}/{SECRET}"
        yield server


@pytest.fixture
def mail() -> Iterator[BaseServer]:
    with serving(ThreadingTCPServer(("127.0.0.1", 0), Mail)) as server:
        place = f"127.0.0.1:{server.server_address[1]}"
        server.url = f"mailto://{place}?from=me@example.com&to=you@example.com&mode=insecure"
        yield server


@pytest.fixture
def silent() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"json://127.0.0.1:{server.getsockname()[1]}/{SECRET}"


@pytest.fixture
def dead() -> str:
    return f"json://user:{SECRET}@127.0.0.1:{free_port()}/{SECRET}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project without channels."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(ALERTS, raising=False)
    return tmp_path
