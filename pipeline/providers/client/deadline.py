"""An answer's time and size, held where its bytes arrive.

A server that sends a byte in each read never meets the time-out of one; the whole answer has an end
of its own, from the first byte asked on.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from pipeline.providers.client.failures import ProviderError, TransientError
from pipeline.settings.live import Retry


class Extent:
    """The time and size that one answer may still take."""

    def __init__(self, retry: Retry, where: str) -> None:
        self._retry, self._where = retry, where
        self._begun = time.monotonic()

    def check(self, size: int = 0) -> None:
        """Raise as `check_size`, and `TransientError` when the time is over."""
        self.check_size(size)
        if time.monotonic() - self._begun > self._retry.max_seconds:
            raise TransientError(
                f"{self._where} sends too slowly: not done after {self._retry.max_seconds:g} "
                "seconds (live.retry.max_seconds of params.yaml)"
            )

    def check_size(self, size: int) -> None:
        """Raise `ProviderError` at more bytes than an answer may have."""
        if size > self._retry.max_mb * 2**20:
            raise ProviderError(
                f"{self._where} sends more than {self._retry.max_mb} MB "
                "(live.retry.max_mb of params.yaml), so the answer was cut off"
            )

    def within(self, timeout: float | None) -> float:
        """Seconds that a read may wait: a time-out, or what is left if that is less."""
        self.check()
        left = self._begun + self._retry.max_seconds - time.monotonic()
        return max(left if timeout is None else min(timeout, left), 1e-3)


_EXTENT: ContextVar[Extent | None] = ContextVar("extent", default=None)


@contextmanager
def held_to(extent: Extent) -> Iterator[None]:
    """Hold every read of this thread to an extent until the block ends."""
    before = _EXTENT.set(extent)
    try:
        yield
    finally:
        _EXTENT.reset(before)


class HeldBackend:
    """A network backend of httpcore whose connections read no longer than `held_to` says."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **how: Any
    ) -> "_HeldStream":
        """Connect; see `httpcore.NetworkBackend`."""
        return _HeldStream(self._backend.connect_tcp(host, port, _within(timeout), **how))


class _HeldStream:
    """A connection; see `httpcore.NetworkStream`."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        read: bytes = self._stream.read(max_bytes, _within(timeout))
        return read

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> "_HeldStream":
        return _HeldStream(self._stream.start_tls(ssl_context, server_hostname, _within(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _within(timeout: float | None) -> float | None:
    extent = _EXTENT.get()
    return timeout if extent is None else extent.within(timeout)
