"""Arrays out of an npz, each sized before any of it is unpacked."""

import math
import zipfile
import zlib
from io import BytesIO
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

FAULTS = (
    *(OSError, ValueError, LookupError, EOFError, MemoryError, NotImplementedError, SyntaxError),
    *(zipfile.BadZipFile, zlib.error),
)
"""What numpy and the standard library raise over what is no npz."""

_KINDS = "biufcU"
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_arrays(packed: bytes) -> dict[str, NDArray]:
    """Arrays of plain numbers or texts by name: names are keys only, and never become files.

    Parameters
    ----------
    packed
        From `numpy.savez`, which deflates nothing: so no array is larger than its part of the file.

    Raises
    ------
    FAULTS
        When it is something else.
    """
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        members = archive.infolist()
        if sum(member.file_size for member in members) > len(packed):
            raise ValueError("its arrays are larger than the file")
        for member in members:
            if member.compress_type != zipfile.ZIP_STORED:
                raise ValueError("an array is deflated")
            with archive.open(member) as file:
                _check_header(file, member.file_size)
    with np.load(BytesIO(packed), allow_pickle=False) as arrays:
        return dict(arrays)


def _check_header(file: IO[bytes], size: int) -> None:
    """Refuse a shape that the bytes behind it do not fill."""
    shape, _, kind = _HEADERS[npy.read_magic(file)](file)
    # Texts of no letters take no bytes, however many they claim to be.
    claimed = math.prod(shape) * kind.itemsize
    if kind.kind not in _KINDS or claimed > size or math.prod(shape) > size:
        raise ValueError("an array claims to be larger than it is")
