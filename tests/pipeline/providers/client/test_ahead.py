"""Files asked for side by side come in their order, and whoever stops leaves few under way."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.providers.client.ahead import read_ahead


def test_results_keep_their_order_while_several_are_under_way() -> None:
    together, most, lock = 0, 0, threading.Lock()

    def read(item: int) -> int:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        time.sleep(0.02 * (item % 3))
        with lock:
            together -= 1
        return 10 * item

    assert list(read_ahead(read, range(20))) == [(item, 10 * item) for item in range(20)]
    assert 1 < most < 10


def test_what_is_raised_comes_in_its_turn_and_little_was_asked_beyond() -> None:
    asked = []

    def read(item: int) -> int:
        asked.append(item)
        if item == 5:
            raise ValueError("no file")
        return item

    found = read_ahead(read, range(1000))
    assert [next(found)[0] for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="no file"):
        next(found)
    assert max(asked) < 20


def test_two_walks_do_not_wait_for_each_other() -> None:
    with ThreadPoolExecutor(2) as pool:
        walks = [pool.submit(lambda: list(read_ahead(str, range(50)))) for _ in range(2)]
    assert [len(walk.result()) for walk in walks] == [50, 50]
