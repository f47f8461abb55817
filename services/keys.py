"""The installation's secret keys: made at first start, kept outside the database, mode 0600."""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class KeyFileError(Exception):
    """The key file is missing, unreadable or open to others; the message names the mend."""


@dataclass(frozen=True)
class InstallationKeys:
    """`state_key` seals workflow states; `form_key` signs forms and cookies.

    `sealing_key` (Ed25519, 32 bytes) signs the checkpoints of the audit chain.
    """

    key_id: str
    state_key: bytes = field(repr=False)
    form_key: str = field(repr=False)
    sealing_key: bytes = field(repr=False)

    def derived(self, label: str) -> bytes:
        """A key of 32 bytes for one purpose only, named by its label (HKDF, RFC 5869)."""
        return HKDF(SHA256(), 32, salt=None, info=label.encode()).derive(self.state_key)


def create_keys(path: Path) -> None:
    """Make the key file unless it exists. States sealed by a lost key are lost."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {
        "key_id": secrets.token_hex(4),
        "state_key": secrets.token_hex(32),
        "form_key": secrets.token_hex(32),
        "sealing_key": secrets.token_hex(32),
    }
    try:
        _write_new(path, content)
    except FileExistsError:
        return


def add_missing_keys(path: Path) -> None:
    """Give a key file of an earlier release the keys that came later; the others stay."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if "sealing_key" in content:
        return
    whole = path.with_suffix(".new")
    whole.unlink(missing_ok=True)
    _write_new(whole, {**content, "sealing_key": secrets.token_hex(32)})
    whole.replace(path)


def _write_new(path: Path, content: dict[str, str]) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())


def load_keys(path: Path) -> InstallationKeys:
    """The keys of this installation; KeyFileError when the file is absent or readable by others."""
    if not path.exists():
        raise KeyFileError(f"{path}: no key file; run `flask setup`")
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path}: readable by others; run `chmod 600 {path}`")
    content = json.loads(path.read_text(encoding="utf-8"))
    if "sealing_key" not in content:
        raise KeyFileError(f"{path}: of an earlier release; run `flask setup`")
    return InstallationKeys(
        content["key_id"],
        bytes.fromhex(content["state_key"]),
        content["form_key"],
        bytes.fromhex(content["sealing_key"]),
    )
