"""The audit chain under attack: a change is found, or lies where no checkpoint covers it."""

import json
import random
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from services import chain
from services.chain import (
    LINKS,
    START,
    Checkpoint,
    Fault,
    Verdict,
    ed25519_verify,
    entry_hash,
    read_checkpoints,
    verify_chain,
    write_checkpoint,
)
from services.sealer import Sealer, fingerprint, is_signature

Entries = list[dict[str, Any]]
SEALER = Sealer(b"s" * 32, Path())
SIZE, SEALED = 60, (15, 30, 45)
AT = "2026-03-02T01:00:00+00:00"


def link(bodies: list[tuple[int | None, dict[str, object]]]) -> Entries:
    """A chain over these bodies with their cases."""
    entries: Entries = []
    heads: dict[int | None, tuple[int, str]] = {}
    for case_id, body in bodies:
        number, case_head = heads.get(case_id, (0, START))
        links = {
            "sequence": len(entries) + 1,
            "case_id": case_id,
            "case_sequence": number + 1,
            "previous_hash": entries[-1]["entry_hash"] if entries else START,
            "case_previous_hash": case_head,
        }
        own = entry_hash(links, body)
        heads[case_id] = number + 1, own
        entries.append({**links, "body": body, "entry_hash": own})
    return entries


def checkpoint(entries: Entries, size: int) -> Checkpoint:
    unsigned = Checkpoint(size, entries[size - 1]["entry_hash"], AT, "daily", SEALER.public_key, "")
    return replace(unsigned, signature=SEALER.sign(unsigned.text.encode()))


CHAIN = link([((None, 1, 2, 3)[n % 4], {"act_id": n, "content": f"c{n}"}) for n in range(SIZE)])
CHECKPOINTS = [checkpoint(CHAIN, size) for size in SEALED]


def judge(entries: Entries, checkpoints: list[Checkpoint] | None = None) -> Verdict:
    rows = CHECKPOINTS if checkpoints is None else checkpoints
    return verify_chain(entries, rows, [SEALER.public_key], is_signature)


def edit(entries: Entries, at: int, _: random.Random) -> None:
    entries[at]["body"] = {**entries[at]["body"], "content": "changed"}


def edit_and_hash(entries: Entries, at: int, draw: random.Random) -> None:
    edit(entries, at, draw)
    links = {name: entries[at][name] for name in LINKS}
    entries[at]["entry_hash"] = entry_hash(links, entries[at]["body"])


def delete(entries: Entries, at: int, _: random.Random) -> None:
    del entries[at]


def insert(entries: Entries, at: int, draw: random.Random) -> None:
    entries.insert(at, deepcopy(draw.choice(entries)))


def swap(entries: Entries, at: int, _: random.Random) -> None:
    other = at - 1 if at else 1
    entries[at], entries[other] = entries[other], entries[at]


def truncate(entries: Entries, at: int, _: random.Random) -> None:
    del entries[at:]


def link_anew(entries: Entries, at: int, draw: random.Random) -> None:
    edit(entries, at, draw)
    _link_again(entries)


def delete_and_link_anew(entries: Entries, at: int, _: random.Random) -> None:
    del entries[at]
    _link_again(entries)


def insert_and_link_anew(entries: Entries, at: int, draw: random.Random) -> None:
    insert(entries, at, draw)
    _link_again(entries)


def _link_again(entries: Entries) -> None:
    entries[:] = link([(entry["case_id"], entry["body"]) for entry in entries])


ATTACKS: tuple[Callable[[Entries, int, random.Random], None], ...] = (
    edit,
    edit_and_hash,
    delete,
    insert,
    swap,
    truncate,
    link_anew,
    delete_and_link_anew,
    insert_and_link_anew,
)


def attack(seed: int) -> bool:
    """One random attack; True when it was found, else it must lie in the part not sealed."""
    draw = random.Random(seed)
    entries, at = deepcopy(CHAIN), draw.randrange(SIZE)
    how = draw.choice(ATTACKS)
    how(entries, at, draw)
    verdict = judge(entries)
    if entries == CHAIN:  # an entry put in its own place
        return True
    pairs = zip_longest(entries, CHAIN)
    first = next(place for place, (now, before) in enumerate(pairs, 1) if now != before)
    assert verdict.sealed_to < first, (how.__name__, at, verdict)
    if verdict.fault is None:
        assert first > SEALED[-1], (how.__name__, at, verdict)
        assert how not in (edit, insert, swap), (how.__name__, at, verdict)
        return False
    assert verdict.fault.first <= first + 1, (how.__name__, at, verdict)
    if verdict.fault.code == "checkpoint":
        assert verdict.fault.first <= first <= verdict.fault.last
    return True


def test_an_untouched_chain_holds_and_says_how_far_it_is_sealed() -> None:
    assert judge(CHAIN) == Verdict(SIZE, CHAIN[-1]["entry_hash"], 45, AT, None, 0)
    assert judge(CHAIN).unsealed == 15
    assert judge([], []) == Verdict(0, START, 0, "", None, 0)


def test_random_attacks_are_found_within_the_stated_window() -> None:
    found = [attack(seed) for seed in range(1000)]
    assert 700 < sum(found) < 1000  # some must lie in the tail, or the window is not tried


@pytest.mark.long
def test_ten_thousand_attacks_are_found_within_the_stated_window() -> None:
    found = [attack(seed) for seed in range(10_000, 20_000)]
    assert 7000 < sum(found) < 10_000


def test_whoever_links_everything_anew_meets_the_checkpoint() -> None:
    entries = deepcopy(CHAIN)
    link_anew(entries, 20, random.Random(1))
    assert judge(entries).fault == Fault("checkpoint", 16, 30)
    assert judge(entries).sealed_to == 15
    assert judge(entries, []).fault is None  # so checkpoints are kept by somebody else, too


def test_a_chain_cut_below_a_checkpoint_is_truncated() -> None:
    assert judge(CHAIN[:40]).fault == Fault("truncated", 41, 45)
    assert judge(CHAIN[:50]).fault is None


def test_a_checkpoint_that_nobody_signed_counts_for_nothing() -> None:
    forged = replace(CHECKPOINTS[2], head="0" * 64)
    assert judge(CHAIN, [*CHECKPOINTS[:2], forged]).fault == Fault("signature", 31, 45)
    other = Sealer(b"o" * 32, Path())
    theirs = replace(CHECKPOINTS[2], key=other.public_key)
    theirs = replace(theirs, signature=other.sign(theirs.text.encode()))
    verdict = judge(CHAIN, [*CHECKPOINTS[:2], theirs])
    assert (verdict.sealed_to, verdict.unknown_keys, verdict.fault) == (30, 1, None)


def test_checkpoints_are_written_and_read_alike() -> None:
    text = "".join(map(write_checkpoint, CHECKPOINTS))
    assert list(read_checkpoints(text)) == CHECKPOINTS
    garbled = list(read_checkpoints(text.replace("size 30", "size many")))
    assert judge(CHAIN, garbled) == Verdict(SIZE, CHAIN[-1]["entry_hash"], 45, AT, None, 1)


def test_both_verifiers_agree() -> None:
    draw = random.Random(5)
    key = bytes.fromhex(SEALER.public_key)
    for number in range(40):
        message = draw.randbytes(number)
        signature = bytearray(bytes.fromhex(SEALER.sign(message)))
        assert ed25519_verify(key, message, bytes(signature))
        signature[draw.randrange(64)] ^= 1 << draw.randrange(8)
        assert not is_signature(key, message, bytes(signature))
        assert not ed25519_verify(key, message, bytes(signature))
    assert not ed25519_verify(key, b"", b"")
    assert not ed25519_verify(b"", b"", bytes(64))


def test_the_verifier_agrees_with_the_published_example() -> None:
    """RFC 8032, 7.1, test 2."""
    key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert ed25519_verify(bytes.fromhex(key), b"\x72", bytes.fromhex(signature))
    assert not ed25519_verify(bytes.fromhex(key), b"\x73", bytes.fromhex(signature))


def test_fingerprints_are_short_and_differ() -> None:
    assert len(fingerprint(SEALER.public_key)) == 39
    assert fingerprint(SEALER.public_key) != fingerprint(Sealer(b"o" * 32, Path()).public_key)
    assert "s" * 8 not in repr(SEALER)


def test_the_exported_verifier_runs_on_its_own(tmp_path: Path) -> None:
    tool = tmp_path / "chain.py"
    tool.write_bytes(Path(chain.__file__).read_bytes())
    rows = tmp_path / "chain.jsonl"
    (tmp_path / "checkpoints.txt").write_text("".join(map(write_checkpoint, CHECKPOINTS)))

    def run(entries: Entries) -> tuple[int, str]:
        rows.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
        done = subprocess.run(
            [sys.executable, "-I", tool.name, rows.name, "checkpoints.txt", SEALER.public_key],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    code, said = run(CHAIN)
    assert (code, said.splitlines()[-1]) == (0, "OK")
    assert "sealed to    45" in said
    bent = deepcopy(CHAIN)
    edit(bent, 9, random.Random(1))
    code, said = run(bent)
    assert (code, said.splitlines()[-1]) == (1, "FAULT        content, entries 10 to 10")
