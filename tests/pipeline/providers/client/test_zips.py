"""Zips: one plain file of a bounded size, or one sentence."""

import io
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.base.errors import SchemaError
from pipeline.providers.client.zips import unzip_one

TEXT = b"Date,USD\n2024-01-02,1.0956\n" * 40


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return body.getvalue()


def refusal(body: bytes, max_mb: float = 1.0) -> str:
    with pytest.raises(SchemaError) as caught:
        unzip_one(body, "ecb (dxy)", max_mb)
    message = str(caught.value)
    assert message.startswith("ecb (dxy) sent ")
    assert "\n" not in message
    return message


def with_declared_size(body: bytes, size: int) -> bytes:
    """The archive with another unpacked size in its directory."""
    entry = body.index(b"PK\x01\x02")
    return body[: entry + 24] + struct.pack("<L", size) + body[entry + 28 :]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_only_file_is_unpacked(method: int) -> None:
    assert unzip_one(zipped(("a.csv", TEXT), method=method), "ecb", 1.0) == TEXT


def test_an_empty_file_is_unpacked() -> None:
    assert unzip_one(zipped(("a.csv", b"")), "ecb", 1.0) == b""


@pytest.mark.parametrize("count", [0, 2])
def test_none_or_several_files_are_refused(count: int) -> None:
    files = [(f"{number}.csv", TEXT) for number in range(count)]
    assert f"a zip of {count} files" in refusal(zipped(*files))


@pytest.mark.parametrize(
    "name", ["/etc/rates.csv", "../rates.csv", "a/../../b.csv", "..\\b.csv", "C:\\b.csv", "folder/"]
)
def test_a_name_that_leaves_its_folder_is_refused(name: str) -> None:
    assert "no plain name" in refusal(zipped((name, b"")))


def test_a_size_beyond_the_limit_is_refused_before_unpacking() -> None:
    assert "unpacks to 3.0 MB, more than the 1 MB" in refusal(zipped(("a", bytes(3 * 2**20))))


def test_a_bomb_that_declares_less_than_it_is_is_refused() -> None:
    bomb = with_declared_size(zipped(("a", bytes(3 * 2**20))), 1000)
    assert "no whole zip" in refusal(bomb)


def test_a_file_shorter_than_declared_is_refused() -> None:
    assert "no whole zip" in refusal(with_declared_size(zipped(("a", TEXT)), len(TEXT) + 5))


def test_a_password_is_refused() -> None:
    body = zipped(("a.csv", TEXT))
    entry = body.index(b"PK\x01\x02")
    assert "password" in refusal(body[: entry + 8] + b"\x01" + body[entry + 9 :])


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bound_are_refused(method: int) -> None:
    assert f"method {method}" in refusal(zipped(("a.csv", TEXT), method=method))


def test_what_is_no_zip_is_refused() -> None:
    assert "no whole zip (15 bytes" in refusal(b"<html>no</html>")


@given(st.data())
def test_damage_is_refused_or_does_no_harm(data: st.DataObject) -> None:
    body = bytearray(zipped(("a.csv", TEXT)))
    position = data.draw(st.integers(0, len(body) - 1))
    body[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    for damaged in (bytes(body), bytes(body[:cut])):
        with suppress(SchemaError):
            assert unzip_one(damaged, "ecb", 1.0) == TEXT
