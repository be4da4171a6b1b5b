"""Sessions made for the rules, as the desk's tests have them."""

from tests.pipeline.desk.conftest import make_day, settings

__all__ = ["make_day", "settings"]
