"""The errors that a user can mend, each with the exit code that scripts rely on."""

_LONGEST = 200


def one_line(error: Exception) -> str:
    """What an exception of a library says, on one line."""
    return " ".join(str(error).split())[:_LONGEST] or type(error).__name__


class UndertowError(Exception):
    """One clear sentence: what, where, what was found, what to do.

    The outermost handler prints the message alone and leaves with ``exit_code``.
    """

    exit_code = 1


class ConfigurationError(UndertowError):
    """A parameter or a command line that cannot be used as written."""

    exit_code = 2


class StorageError(ConfigurationError):
    """A disk that is full, or a place that may not be read or written."""


class DataMissingError(UndertowError):
    """Data that are absent, or older than their limit."""

    exit_code = 3


class SchemaError(UndertowError):
    """Data that do not fit what the catalogue says of them."""

    exit_code = 4


class ModelError(UndertowError):
    """A model that is missing, damaged or of another version."""

    exit_code = 5


class LeakError(UndertowError):
    """Something published looked ahead; the message names it and the session."""
