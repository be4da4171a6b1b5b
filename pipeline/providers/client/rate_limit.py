"""How often a provider may be asked."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """At most ``requests`` in any ``seconds``; what the provider documents, or less."""

    requests: int
    seconds: float


class Pacer:
    """Holds requests back until the pace allows them; one a provider, shared by its threads."""

    def __init__(self, pace: Pace, sleep: Callable[[float], None] = time.sleep) -> None:
        self._pace = pace
        self._sleep = sleep
        self._lock = threading.Lock()
        self._slots: deque[float] = deque(maxlen=pace.requests)

    def wait(self) -> None:
        """Return when the next request may go out."""
        delay = self._reserve() - time.monotonic()
        if delay > 0:
            self._sleep(delay)

    def _reserve(self) -> float:
        """Instant of the next free slot, taken."""
        with self._lock:
            now = time.monotonic()
            full = len(self._slots) == self._pace.requests
            slot = max(now, self._slots[0] + self._pace.seconds) if full else now
            self._slots.append(slot)
            return slot
