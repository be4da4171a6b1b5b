import hashlib
import io
import json
import threading
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest

from models import bundle
from models.bundle import BundleError, bundle_digest, copy_bundle, read_bundle, write_bundle


def content(number: int) -> dict:
    return {"number": number, "inner": {"array": np.full(2000, number)}, "list": [1, None, "a"]}


def same(read: dict, number: int) -> bool:
    return read["number"] == number and bool((read["inner"]["array"] == number).all())


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_bundle(content(1), tmp_path)
    read = read_bundle(tmp_path)
    assert same(read, 1)
    assert read["list"] == [1, None, "a"]


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        write_bundle(content(1), folder)
    one, two = ({p.name: p.read_bytes() for p in folder.iterdir()} for folder in folders)
    assert one == two


def test_a_bundle_takes_the_place_of_another_and_leaves_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    write_bundle(content(1), tmp_path / "other")
    (tmp_path / "model").mkdir()
    write_bundle(content(2), tmp_path / "model")
    copy_bundle(tmp_path / "other", tmp_path / "model")
    assert same(read_bundle(tmp_path / "model"), 1)
    assert len(list((tmp_path / "model").iterdir())) == 3


@pytest.mark.parametrize("writes", range(4))
def test_a_writer_that_dies_at_any_file_leaves_the_old_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    write_bundle(content(1), tmp_path)
    replace, done = bundle._replace, []

    def dying(path: Path, written: bytes) -> None:
        if len(done) == writes:
            raise KeyboardInterrupt
        done.append(path)
        replace(path, written)

    with monkeypatch.context() as patch:
        patch.setattr(bundle, "_replace", dying)
        if writes < 3:
            with pytest.raises(KeyboardInterrupt):
                write_bundle(content(2), tmp_path)
        else:
            write_bundle(content(2), tmp_path)
    assert same(read_bundle(tmp_path), 1 if writes < 3 else 2)
    write_bundle(content(3), tmp_path)
    assert same(read_bundle(tmp_path), 3)
    assert len(list(tmp_path.iterdir())) == 3


def test_whoever_reads_while_bundles_change_has_one_of_them(tmp_path: Path) -> None:
    write_bundle(content(0), tmp_path)
    over = threading.Event()

    def change() -> None:
        number = 0
        while not over.is_set():
            number += 1
            write_bundle(content(number), tmp_path)

    writer = threading.Thread(target=change)
    writer.start()
    try:
        for _ in range(100):
            read = read_bundle(tmp_path)
            assert same(read, read["number"])
    finally:
        over.set()
        writer.join()


@pytest.mark.parametrize("suffix", [".json", ".npz"])
def test_a_damaged_or_missing_file_is_named(tmp_path: Path, suffix: str) -> None:
    write_bundle(content(1), tmp_path)
    path = next(p for p in tmp_path.glob(f"*{suffix}") if p.name != "hashes.json")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BundleError, match=rf"{path.name} is not the file"):
        read_bundle(tmp_path)
    path.unlink()
    with pytest.raises(BundleError, match=rf"{path.name} is missing"):
        read_bundle(tmp_path)


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"model.json": '])
def test_damaged_hashes_are_named(tmp_path: Path, text: str) -> None:
    write_bundle(content(1), tmp_path)
    (tmp_path / "hashes.json").write_text(text)
    with pytest.raises(BundleError, match=r"hashes\.json is damaged"):
        read_bundle(tmp_path)
    (tmp_path / "hashes.json").unlink()
    with pytest.raises(BundleError, match=r"hashes\.json is missing"):
        read_bundle(tmp_path)


def sealed(folder: Path, packed: bytes) -> None:
    """Put other arrays into a bundle, under their right hash."""
    hashes = json.loads((folder / "hashes.json").read_text())
    (old,) = (name for name in hashes if name.endswith(".npz"))
    del hashes[old]
    digest = hashlib.sha256(packed).hexdigest()
    name = f"arrays-{digest[:12]}.npz"
    (folder / name).write_bytes(packed)
    (folder / "hashes.json").write_text(json.dumps({**hashes, name: digest}))


def npz(array: bytes, method: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("inner/array.npy", array)
    return packed.getvalue()


def npy(kind: str, shape: tuple[int, ...], content: bytes = b"") -> bytes:
    head = io.BytesIO()
    what = {"descr": kind, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(head, what)
    return head.getvalue() + content


@pytest.mark.parametrize(
    ("kind", "shape", "content_size", "method"),
    [
        ("|u1", (2**25,), 2**25, zipfile.ZIP_DEFLATED),
        ("<f8", (2**40,), 0, zipfile.ZIP_STORED),
        ("<U0", (2**60,), 0, zipfile.ZIP_STORED),
        ("|V4", (1,), 4, zipfile.ZIP_STORED),
    ],
    ids=["deflated", "a shape without bytes", "texts without letters", "no numbers"],
)
def test_arrays_are_sized_before_they_are_unpacked(
    tmp_path: Path, kind: str, shape: tuple[int, ...], content_size: int, method: int
) -> None:
    write_bundle(content(1), tmp_path)
    sealed(tmp_path, npz(npy(kind, shape, bytes(content_size)), method))
    tracemalloc.start()
    with pytest.raises(BundleError, match=r"npz is damaged"):
        read_bundle(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 2**24
    tracemalloc.stop()


def test_a_digest_is_of_the_bundle_and_not_of_its_place(tmp_path: Path) -> None:
    for name, number in (("one", 1), ("copy", 1), ("other", 2)):
        (tmp_path / name).mkdir()
        write_bundle(content(number), tmp_path / name)
    one, copy, other = (bundle_digest(tmp_path / name) for name in ("one", "copy", "other"))
    assert one == copy != other
