"""What can go wrong between here and a provider, each with what the user can do about it."""

from pipeline.base.errors import DataMissingError


class ProviderError(DataMissingError):
    """A provider that cannot give what was asked; trying at once again would not help."""


class TransientError(ProviderError):
    """A fault that may be gone in a moment: a busy or broken server, a cut connection.

    Attributes
    ----------
    after
        Seconds that the provider asks to wait, where it says so.
    """

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class BusyError(TransientError):
    """The provider says that it is asked too often."""


class UnreachableError(TransientError):
    """No connection could be made: nobody listens at the address, or there is no network."""


class SilentError(UnreachableError):
    """A host that took the connection and did not answer in time."""


class LeftAloneError(ProviderError):
    """A host that is not asked any more during this fetch."""


class NoRowsError(ProviderError):
    """An answer of the right form without a row."""


class AbsentError(ProviderError):
    """There is nothing at this address: not published yet, or before the beginning."""
