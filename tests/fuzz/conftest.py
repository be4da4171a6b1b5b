"""What every reader promises of bad input, and how many cases it was tried on.

A case is either accepted with the values that an oracle gives, or refused with one sentence; any
other exception fails the test. The ordinary suite tries ten cases a test, always the same;
``make fuzz`` sets ``FUZZ_CASES`` and tries as many new ones.
"""

import os
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from pipeline.base.errors import UndertowError

settings.register_profile(
    "fuzz",
    max_examples=int(os.environ.get("FUZZ_CASES", "10")),
    derandomize="FUZZ_CASES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

_tried: Counter[str] = Counter()
_TRIED = re.compile(r"(\d+) (?:passing|failing)")


@pytest.fixture(scope="session")
def attempt() -> Callable[..., tuple[Any, str | None]]:
    """Do something: give its result and no sentence, or no result and the sentence of refusal."""

    def tried(work: Callable[[], Any], kind: type[Exception] = UndertowError) -> Any:
        try:
            return work(), None
        except kind as error:
            sentence = str(error)
            assert sentence.strip()
            assert len(sentence.splitlines()) == 1, sentence
            return None, sentence

    return tried


def pytest_runtest_teardown(item: pytest.Item) -> None:
    told = getattr(item, "hypothesis_statistics", "")
    _tried[item.path.stem] += sum(int(count) for count in _TRIED.findall(told))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if "FUZZ_CASES" in os.environ:
        for name, count in sorted(_tried.items()):
            terminalreporter.write_line(f"{name:<24}{count:>7} cases")
        terminalreporter.write_line(f"{'all':<24}{sum(_tried.values()):>7} cases")
