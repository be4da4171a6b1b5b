"""Names that become part of a path or of a message: each by what it may be, where it enters."""

import re

SHOWN = 60
"""Characters of a refused name that a message repeats."""

_FORMS = {
    "model": (r"[0-9a-f]{12}", "twelve hexadecimal digits, its content's digest"),
    "source": (r"[a-z][a-z0-9_]{0,39}", "lower-case letters, digits and underscores"),
    "ticker": (r"[A-Za-z0-9^][A-Za-z0-9.^=\-]{0,19}", "letters, digits and any of . - ^ ="),
    "experiment": (r"[\w][\w .\-]{0,79}", "letters, digits, blanks and any of . - _"),
}
"""Of each kind, the form that a whole name has, and what a message calls that form."""


def checked_name(kind: str, name: object) -> str:
    """Give a name back when it is one of its kind.

    Raises
    ------
    ValueError
        When it is none; the message shows its beginning, escaped.
    """
    form, words = _FORMS[kind]
    # Two dots are no name anywhere, whatever else a form lets pass.
    if isinstance(name, str) and ".." not in name and re.fullmatch(form, name):
        return name
    raise ValueError(f"{repr(name)[:SHOWN]} is no name of a {kind} (which is {words})")
