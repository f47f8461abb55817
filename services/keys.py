"""The installation's secret keys: made at first start, kept outside the database, mode 0600."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path


class KeyFileError(Exception):
    """The key file is missing, unreadable or open to others; the message names the mend."""


@dataclass(frozen=True)
class InstallationKeys:
    """`state_key` seals workflow states; `form_key` signs forms and cookies."""

    key_id: str
    state_key: bytes
    form_key: str


def create_keys(path: Path) -> None:
    """Make the key file unless it exists. States sealed by a lost key are lost."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {
        "key_id": secrets.token_hex(4),
        "state_key": secrets.token_hex(32),
        "form_key": secrets.token_hex(32),
    }
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
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
    return InstallationKeys(
        content["key_id"], bytes.fromhex(content["state_key"]), content["form_key"]
    )
