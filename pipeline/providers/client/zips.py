"""Zips that providers send, unpacked in memory with nothing taken on trust."""

import io
import zipfile
import zlib
from pathlib import PurePosixPath, PureWindowsPath

from pipeline.base.errors import SchemaError

_ENCRYPTED = 0x1
"""Bit of a member's flags."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The only ones that the standard library unpacks in pieces of a bounded size."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)
"""What the standard library raises over damaged or unknown archives."""


def unzip_one(body: bytes, where: str, max_mb: float) -> bytes:
    """The only file in a zip.

    Parameters
    ----------
    max_mb
        Unpacked size, in MiB, that is refused.

    Raises
    ------
    SchemaError
        When it is no whole zip of exactly one plain file of a bounded size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            member = _only(archive.infolist(), where)
            _refuse_size(member.file_size, where, max_mb)
            with archive.open(member) as file:
                # One byte more than declared, so that the checksum at the end is looked at; what
                # unpacks to more than declared is cut off there, and fails it.
                content = file.read(member.file_size + 1)
            if len(content) != member.file_size:
                raise zipfile.BadZipFile(f"{len(content)} bytes, not {member.file_size}")
            return content
    except _BROKEN as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise SchemaError(
            f"{where} sent no whole zip ({len(body)} bytes: {reason}); nothing was stored"
        ) from None


def _only(members: list[zipfile.ZipInfo], where: str) -> zipfile.ZipInfo:
    if len(members) != 1:
        raise SchemaError(
            f"{where} sent a zip of {len(members)} files where one should be; nothing was stored"
        )
    member = members[0]
    if not _is_plain(member.filename):
        raise SchemaError(
            f"{where} sent a zip whose file is called {member.filename[:80]!r}, which is no plain "
            "name; nothing was stored"
        )
    if member.flag_bits & _ENCRYPTED:
        raise SchemaError(f"{where} sent a zip that asks for a password; nothing was stored")
    if member.compress_type not in _METHODS:
        raise SchemaError(
            f"{where} sent a zip packed by method {member.compress_type}, neither stored (0) nor "
            "deflated (8); nothing was stored"
        )
    return member


def _is_plain(name: str) -> bool:
    """Whether a member's name stays inside the folder it would be unpacked to."""
    windows = PureWindowsPath(name)
    parts = {*PurePosixPath(name).parts, *windows.parts}
    return bool(name) and not (windows.anchor or ".." in parts or name.endswith("/"))


def _refuse_size(size: int, where: str, max_mb: float) -> None:
    if size > max_mb * 2**20:
        raise SchemaError(
            f"{where} sent a zip that unpacks to {size / 2**20:.1f} MB, more than the "
            f"{max_mb:g} MB it may be; nothing was stored"
        )
