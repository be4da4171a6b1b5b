"""Text from data, safe to show: a terminal or a log gets no control character."""

import re

_STEERS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters but tab and line end, separators of lines, halves of pairs, which no stream
takes, and characters that turn the reading direction."""


def visible(text: str) -> str:
    """The text with a replacement character for each that would control a terminal."""
    return _STEERS.sub("\N{REPLACEMENT CHARACTER}", text)
