"""The rules of the audit chain and of its checkpoints, and a verifier that needs nothing else.

The standard library is enough: this file is handed out beside every export, to be run by people
who have neither the system nor a network:  python3 chain.py chain.jsonl checkpoints.txt
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOMAIN = b"guapai-audit/1\n"
TITLE = "guapai-audit-checkpoint/1"
START = "0" * 64
LINKS = ("sequence", "case_id", "case_sequence", "previous_hash", "case_previous_hash")

Verifier = Callable[[bytes, bytes, bytes], bool]


def canonical(value: object) -> bytes:
    """RFC 8785 form of text, whole numbers, booleans, lists and objects with ASCII keys."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def entry_hash(links: Mapping[str, object], body: Mapping[str, object]) -> str:
    """The hash that the next entry has to name."""
    return hashlib.sha256(DOMAIN + canonical({**links, "body": dict(body)})).hexdigest()


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement of how long the chain was and how it ended. `key`: public, as hex."""

    size: int
    head: str
    at: str
    reason: str
    key: str
    signature: str

    @property
    def text(self) -> str:
        """What is signed."""
        return "\n".join(
            (
                TITLE,
                f"size {self.size}",
                f"head {self.head}",
                f"time {self.at}",
                f"reason {self.reason}",
                f"key {self.key}",
                "",
            )
        )

    def is_signed(self, verify: Verifier) -> bool:
        """Whether the signature fits text and key; whose key it is has to be known elsewhere."""
        try:
            key, signature = bytes.fromhex(self.key), bytes.fromhex(self.signature)
        except ValueError:
            return False
        return verify(key, self.text.encode(), signature)


@dataclass(frozen=True)
class Fault:
    """What does not fit. `first` to `last` are the entries among which the first wrong one is."""

    code: str
    first: int
    last: int


@dataclass(frozen=True)
class Verdict:
    """`sealed_to`: entries up to this one are as they were when the checkpoint was signed.

    Later entries are only linked: whoever can write the database could have made them anew.
    `size` and `head`: how far the chain was read, and the hash of the last entry that fits.
    """

    size: int
    head: str
    sealed_to: int
    sealed_at: str
    fault: Fault | None
    unknown_keys: int

    @property
    def unsealed(self) -> int:
        """How many entries no checkpoint covers yet."""
        return self.size - self.sealed_to


class _Walk:
    """The chain as far as it was read."""

    def __init__(self) -> None:
        self.size, self.head = 0, START
        self.case_heads: dict[object, tuple[int, str]] = {}

    def problem_of(self, entry: Mapping[str, Any]) -> str | None:
        """Why this entry is not the next one."""
        links = {name: entry.get(name) for name in LINKS}
        number, head = self.case_heads.get(links["case_id"], (0, START))
        if links["sequence"] != self.size + 1:
            return "sequence"
        if links["previous_hash"] != self.head:
            return "previous_hash"
        if (links["case_sequence"], links["case_previous_hash"]) != (number + 1, head):
            return "case_link"
        if entry.get("entry_hash") != entry_hash(links, entry.get("body") or {}):
            return "content"
        return None

    def go_on(self, entry: Mapping[str, Any]) -> None:
        self.size, self.head = self.size + 1, str(entry["entry_hash"])
        number, _ = self.case_heads.get(entry["case_id"], (0, START))
        self.case_heads[entry["case_id"]] = number + 1, self.head


def verify_chain(
    entries: Iterable[Mapping[str, Any]],
    checkpoints: Iterable[Checkpoint],
    known_keys: Iterable[str],
    verify: Verifier,
) -> Verdict:
    """Read the chain once and hold it against every checkpoint signed by a known key."""
    known, every = frozenset(known_keys), list(checkpoints)
    forged = [row for row in every if row.key in known and not row.is_signed(verify)]
    signed = sorted(
        (row for row in every if row.key in known and row not in forged), key=lambda row: row.size
    )
    walk, sealed, fault = _Walk(), 0, None
    sealed_at, waiting = "", list(signed)
    for entry in entries:
        problem = walk.problem_of(entry)
        if problem is not None:
            fault = Fault(problem, walk.size + 1, walk.size + 1)
            break
        walk.go_on(entry)
        while waiting and waiting[0].size <= walk.size and fault is None:
            row = waiting.pop(0)
            if row.size == walk.size and row.head == walk.head:
                sealed, sealed_at = row.size, row.at
            else:
                fault = Fault("checkpoint", sealed + 1, row.size)
        if fault is not None:
            break
    if fault is None and waiting:
        fault = Fault("truncated", walk.size + 1, waiting[-1].size)
    if fault is None and forged:
        fault = Fault("signature", sealed + 1, forged[0].size)
    unknown = sum(row.key not in known for row in every)
    return Verdict(walk.size, walk.head, sealed, sealed_at, fault, unknown)


def verify_case_chain(entries: Iterable[Mapping[str, Any]]) -> tuple[int, str, int | None]:
    """How many entries of one case follow one another, the hash of the last, the first wrong."""
    count, head, sequence = 0, START, 0
    for entry in entries:
        links = {name: entry.get(name) for name in LINKS}
        fits = (
            (links["case_sequence"], links["case_previous_hash"]) == (count + 1, head)
            and isinstance(links["sequence"], int)
            and links["sequence"] > sequence
            and entry.get("entry_hash") == entry_hash(links, entry.get("body") or {})
        )
        if not fits:
            return count, head, count + 1
        count, head, sequence = count + 1, str(entry["entry_hash"]), entry["sequence"]
    return count, head, None


def commitment(nonce: str, content: object) -> str:
    """A salted hash that proves content later without carrying it."""
    return hashlib.sha256(bytes.fromhex(nonce) + canonical(content)).hexdigest()


def read_checkpoints(text: str) -> Iterator[Checkpoint]:
    """Checkpoints as they were written to a file, one block each; what is garbled has no key."""
    for block in text.split(TITLE)[1:]:
        fields = dict(line.split(" ", 1) for line in block.splitlines() if " " in line)
        try:
            yield Checkpoint(
                int(fields["size"]),
                fields["head"],
                fields["time"],
                fields["reason"],
                fields["key"],
                fields["signature"],
            )
        except (KeyError, ValueError):
            yield Checkpoint(0, "", "", "", "", "")


def write_checkpoint(row: Checkpoint) -> str:
    """One block of a file of checkpoints."""
    return f"{row.text}signature {row.signature}\n\n"


# Ed25519 as in RFC 8032, section 6, to verify without any library. Slow: some milliseconds each.
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]


def _recover_x(y: int, sign: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def _add(one: _Point, two: _Point) -> _Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c = 2 * one[3] * two[3] * _D % _P
    d = 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _multiply(times: int, point: _Point) -> _Point:
    result: _Point = (0, 1, 1, 0)
    while times:
        if times & 1:
            result = _add(result, point)
        point, times = _add(point, point), times >> 1
    return result


def _decompress(packed: bytes) -> _Point | None:
    if len(packed) != 32:
        return None
    number = int.from_bytes(packed, "little")
    y = number & ((1 << 255) - 1)
    x = _recover_x(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % _P)


_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE_X = _recover_x(_BASE_Y, 0) or 0
_BASE: _Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def ed25519_verify(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature of 64 bytes is by the key of 32 bytes."""
    point, commitment = _decompress(key), _decompress(signature[:32])
    if point is None or commitment is None or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= _ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    left, right = _multiply(scalar, _BASE), _add(commitment, _multiply(challenge, point))
    return (left[0] * right[2] - right[0] * left[2]) % _P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % _P == 0


def _main(arguments: list[str]) -> int:
    if len(arguments) not in (2, 3):
        sys.stdout.write("usage: python3 chain.py chain.jsonl checkpoints.txt [PUBLIC-KEY]\n")
        return 2
    lines = Path(arguments[0]).read_text(encoding="utf-8").splitlines()
    checkpoints = list(read_checkpoints(Path(arguments[1]).read_text(encoding="utf-8")))
    keys = arguments[2:] or sorted({row.key for row in checkpoints})
    verdict = verify_chain(map(json.loads, lines), checkpoints, keys, ed25519_verify)
    said = [
        f"entries      {verdict.size}",
        f"sealed to    {verdict.sealed_to}  {verdict.sealed_at}",
        f"not sealed   {verdict.unsealed}",
    ]
    if len(arguments) == 2:
        said += [f"key          {key}  (compare it with the one you were given)" for key in keys]
    if verdict.unknown_keys:
        said.append(f"other keys   {verdict.unknown_keys} checkpoints are not by this key")
    fault = verdict.fault
    said.append(
        f"FAULT        {fault.code}, entries {fault.first} to {fault.last}" if fault else "OK"
    )
    sys.stdout.write("\n".join(said) + "\n")
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
