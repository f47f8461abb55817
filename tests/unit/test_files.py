"""The content-addressed store keeps what it was given, once, and says so when that is damaged."""

import hashlib
import os
from pathlib import Path

import pytest

from services.files import FileStore, StoredFileDamagedError, StoredFileMissingError

CONTENT = "重大事故隐患".encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def path_of(tmp_path: Path) -> Path:
    return tmp_path / "files" / SHA256[:2] / SHA256


def test_stored_bytes_come_back_under_their_hash(store: FileStore) -> None:
    stored = store.put(CONTENT, "text/plain")
    assert (stored.sha256, stored.size, stored.media_type) == (SHA256, len(CONTENT), "text/plain")
    assert store.read(SHA256) == CONTENT
    assert store.holds(SHA256)


def test_the_same_bytes_are_stored_once(store: FileStore, tmp_path: Path) -> None:
    store.put(CONTENT, "text/plain")
    first = path_of(tmp_path).stat().st_ino
    store.put(CONTENT, "text/plain")
    assert path_of(tmp_path).stat().st_ino == first
    assert [path.name for path in path_of(tmp_path).parent.iterdir()] == [SHA256]


def test_a_stored_file_is_read_only_and_private(store: FileStore, tmp_path: Path) -> None:
    store.put(CONTENT, "text/plain")
    assert path_of(tmp_path).stat().st_mode & 0o777 == 0o400


def test_a_damaged_file_is_not_handed_out_nor_overwritten(store: FileStore, tmp_path: Path) -> None:
    store.put(CONTENT, "text/plain")
    path_of(tmp_path).chmod(0o600)
    path_of(tmp_path).write_bytes(b"something else")
    with pytest.raises(StoredFileDamagedError):
        store.read(SHA256)
    with pytest.raises(StoredFileDamagedError):
        store.put(CONTENT, "text/plain")
    assert path_of(tmp_path).read_bytes() == b"something else"


@pytest.mark.parametrize("name", ["", "0" * 64, "../../etc/passwd", SHA256.upper(), SHA256 + "\n"])
def test_an_unknown_or_malformed_hash_finds_nothing(store: FileStore, name: str) -> None:
    with pytest.raises(StoredFileMissingError):
        store.read(name)


def test_a_failed_write_leaves_nothing_behind(
    store: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        store.put(CONTENT, "text/plain")
    assert list(path_of(tmp_path).parent.iterdir()) == []
