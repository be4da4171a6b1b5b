"""What several rooms need: MLflow's tables, and a browser."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def empty_database(once: Callable[[str, Callable[[], None]], Path]) -> Path:
    """MLflow's tables and nothing in them: to be copied, because they take seconds to make."""

    def make() -> None:
        # Only the tests that ask for it wait for MLflow.
        from pipeline.tracking import database  # noqa: PLC0415

        database.make(Path("mlflow.db").absolute())

    return once("mlflow", make) / "mlflow.db"


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """A headless browser; skips where none is installed."""
    # Only the tests that look at pages wait for Playwright.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser here (looked for {', '.join(BROWSERS)}): apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program)
        yield opened
        opened.close()
