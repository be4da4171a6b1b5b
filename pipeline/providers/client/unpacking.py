"""An answer unpacked piece by piece, so that a small one never becomes a large one unseen."""

import zlib

from pipeline.providers.client.failures import ProviderError, TransientError

ACCEPTED = "gzip"
"""The one encoding that is asked for."""

_PLAIN, _GZIP = {"", "identity"}, {"gzip", "x-gzip"}
_GZIP_ALONE = 16 + zlib.MAX_WBITS
_SHOWN = 60


class Unpacker:
    """What an answer's pieces hold.

    Parameters
    ----------
    encoding
        The Content-Encoding header; one layer at most, for layers multiply.
    largest
        Bytes, unpacked, of which one more is given at most: the caller counts and stops there.

    Raises
    ------
    ProviderError
        Here for an encoding that was not asked for, below for pieces that are not packed so.
    """

    def __init__(self, encoding: str | None, largest: int, where: str) -> None:
        self._left, self._where = largest + 1, where
        named = (encoding or "").strip().lower()
        if named not in _PLAIN | _GZIP:
            raise ProviderError(
                f"{where} packs its answer by {named[:_SHOWN]!r}, which was not asked for "
                f"({ACCEPTED} is); nothing was stored"
            )
        self._gzip = zlib.decompressobj(_GZIP_ALONE) if named in _GZIP else None

    def feed(self, piece: bytes) -> bytes:
        """What the next piece holds."""
        if self._gzip is None:
            return piece
        try:
            # At a limit of 0 zlib would give everything.
            held = self._gzip.decompress(piece, max(self._left, 1))
        except zlib.error as error:
            raise ProviderError(
                f"{self._where} sent what is no gzip ({error}); nothing was stored"
            ) from None
        if self._gzip.unused_data:
            raise ProviderError(
                f"{self._where} sent more after the end of its gzip; nothing was stored"
            )
        self._left -= len(held)
        return held

    def finish(self) -> None:
        """Raise `TransientError` for an answer that ends before its packing does."""
        if self._gzip is not None and not self._gzip.eof:
            raise TransientError(f"{self._where} broke off inside its gzip; fetch again later")
