"""The dossier: whole, signed, verified without the system, and only for those inside."""

import hashlib
import json
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from services import accounts
from services.chain import LINKS, START, canonical, commitment, entry_hash
from services.database import reading, transaction
from services.dossier.package import lay_out, pack, take
from services.dossier.verify import (
    FAULT,
    HOLDS,
    MANIFEST,
    OPEN,
    SIGNATURE,
    is_sound,
    read_zip,
    signature_text,
    verify,
)
from services.errors import CaseNotFoundError
from services.frame import first_changed_act
from services.models.case import Act, SupervisionCase
from services.sealer import Sealer
from services.settings import Settings
from tests.builders import World
from tests.integration.test_assignment_pages import HASH, PASSWORD, TOKEN, send
from web.app import create_app
from workflows.deadlines import SHANGHAI

Files = dict[str, bytes]
Attack = Callable[[Files, random.Random], None]


def case_of(world: World) -> int:
    world.now = world.now.astimezone(SHANGHAI)  # a moment is the same in every zone
    case_id = world.file_report()
    world.to_listing(case_id)
    world.later(hours=2)
    world.to_signed(case_id)
    return case_id


def dossier_of(world: World, case_id: int, name: str = "case_officer") -> bytes:
    with transaction(world.engine) as session:
        dossier = take(world.frame(session, name), case_id)
    papers = lay_out(dossier, world.office.files)
    with pack(
        dossier, papers, world.office.files, world.office.sealer, b"<p>", {"intake": b"<svg/>"}
    ) as packed:
        return packed.read()


def files_of(packed: bytes) -> Files:
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verdicts(files: Files, key: str) -> dict[str, str]:
    return {finding.subject: finding.verdict for finding in verify(files, key)}


@pytest.fixture
def made(world: World) -> tuple[Files, str]:
    """A dossier with attachments and issued pages, and the key that it was signed with."""
    return files_of(dossier_of(world, case_of(world))), world.office.sealer.public_key


def test_a_dossier_is_whole_and_says_by_whose_key(each_world: World) -> None:
    case_id = case_of(each_world)
    files, key = files_of(dossier_of(each_world, case_id)), each_world.office.sealer.public_key
    with reading(each_world.engine) as session:
        acts = session.query(Act).filter_by(case_id=case_id).count()
        assert first_changed_act(session) is None
    entries = files["chain.jsonl"].splitlines()
    assert len(json.loads(files["acts.json"])) == acts == len(entries) - 1
    assert json.loads(entries[-1])["body"]["export"] == "dossier"
    assert sorted(name[13:-4] for name in files if name.startswith("documents/0")) == [
        "first_report_receipt",
        "listing_notice",
        "rectification_order",
    ]
    assert "documents/handover-02.pdf" in files
    assert any(name.startswith("attachments/") for name in files)
    assert set(verdicts(files, key).values()) == {HOLDS}
    assert verdicts(files, "")["清单签名"] == OPEN
    other = Sealer(b"o" * 32, Path()).public_key
    assert verdicts(files, other)["清单签名"] == FAULT


def test_a_second_dossier_tells_of_the_first(world: World) -> None:
    case_id = case_of(world)
    dossier_of(world, case_id)
    second = files_of(dossier_of(world, case_id, "committee_officer"))
    exports = [row for row in second["chain.jsonl"].splitlines() if b'"export"' in row]
    assert len(exports) == 2


@pytest.mark.parametrize("name", ["principal", "government_officer", "rival_principal"])
def test_nobody_outside_takes_one(world: World, name: str) -> None:
    case_id = case_of(world)
    with transaction(world.engine) as session, pytest.raises(CaseNotFoundError):
        take(world.frame(session, name), case_id)


def flip(files: Files, draw: random.Random) -> None:
    path = draw.choice([path for path in sorted(files) if files[path]])
    content = bytearray(files[path])
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    files[path] = bytes(content)


def delete(files: Files, draw: random.Random) -> None:
    del files[draw.choice(sorted(files))]


def add(files: Files, draw: random.Random) -> None:
    files[f"documents/{draw.randrange(100)}-extra.pdf"] = b"%PDF"


def swap(files: Files, draw: random.Random) -> None:
    one, two = draw.sample(sorted(path for path in files if path != SIGNATURE), 2)
    files[one], files[two] = files[two], files[one]


def truncate(files: Files, draw: random.Random) -> None:
    path = draw.choice([path for path in sorted(files) if files[path]])
    files[path] = files[path][: draw.randrange(len(files[path]))]


def list_anew(files: Files, draw: random.Random, *, by: Sealer | None = None) -> None:
    """Change a file and the manifest with it; the signature stays, or is by another key."""
    path = draw.choice(sorted(path for path in files if path.startswith(("doc", "att", "dia"))))
    files[path] += b"more"
    _list_anew(files, by)


def tell_otherwise(files: Files, draw: random.Random, *, by: Sealer | None = None) -> None:
    """Change what an act says, and everything that was computed from it."""
    acts: list[dict[str, Any]] = json.loads(files["acts.json"])
    act = draw.choice(acts)
    act["opinion"] += "同意。"
    entries = [json.loads(line) for line in files["chain.jsonl"].splitlines()]
    head = START
    for entry in entries:
        if entry["body"].get("act_id") == act["act_id"]:
            content = [act["opinion"], act["content"], act["files"]]
            entry["body"]["content"] = commitment(act["nonce"], content)
        entry["case_previous_hash"] = head
        head = entry["entry_hash"] = entry_hash({n: entry[n] for n in LINKS}, entry["body"])
    files["acts.json"] = canonical(acts)
    files["chain.jsonl"] = b"".join(canonical(entry) + b"\n" for entry in entries)
    manifest = json.loads(files[MANIFEST])
    manifest["chain"]["head"] = head
    files[MANIFEST] = canonical(manifest)
    _list_anew(files, by)


def _list_anew(files: Files, by: Sealer | None) -> None:
    manifest = json.loads(files[MANIFEST])
    manifest["files"] = [
        {"path": path, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for path, content in sorted(files.items())
        if path not in (MANIFEST, SIGNATURE)
    ]
    files[MANIFEST] = canonical(manifest)
    if by is not None:
        files[SIGNATURE] = signature_text(by.public_key, by.sign(files[MANIFEST]))


OTHER = Sealer(b"o" * 32, Path())
ATTACKS: tuple[Attack, ...] = (
    flip,
    delete,
    add,
    swap,
    truncate,
    list_anew,
    tell_otherwise,
    partial(list_anew, by=OTHER),
    partial(tell_otherwise, by=OTHER),
)


def missed(files: Files, key: str, seeds: range) -> list[tuple[int, str]]:
    """Attacks after which the dossier still looks sound to whoever knows the key."""
    found = []
    for seed in seeds:
        draw, changed = random.Random(seed), dict(files)
        how = ATTACKS[seed % len(ATTACKS)]
        how(changed, draw)
        if changed != files and is_sound(verify(changed, key)):
            found.append((seed, repr(how)))
    return found


def test_every_random_change_is_found(made: tuple[Files, str]) -> None:
    assert missed(*made, range(450)) == []


@pytest.mark.long
def test_ten_thousand_random_changes_are_found(made: tuple[Files, str]) -> None:
    assert missed(*made, range(10_000, 20_000)) == []


def test_whoever_has_another_key_is_not_taken_for_the_office(made: tuple[Files, str]) -> None:
    files, key = dict(made[0]), made[1]
    tell_otherwise(files, random.Random(1), by=OTHER)
    assert {row for row, said in verdicts(files, key).items() if said == FAULT} == {"清单签名"}
    assert verdicts(files, "")["清单签名"] == OPEN  # it never says that nobody's key is right


def test_the_verifier_inside_runs_on_its_own(world: World, tmp_path: Path) -> None:
    packed, folder = tmp_path / "案卷.zip", tmp_path / "unpacked"
    packed.write_bytes(dossier_of(world, case_of(world)))
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-B", str(folder / "verify.py"), *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        return done.returncode, done.stdout

    key = world.office.sealer.public_key
    code, said = run(key)
    assert code == 0, said
    assert said.count("一致\t") == 4
    assert "签名在法律上是否有效，不由本程序判断" in said
    assert run(str(packed), key) == (code, said)
    (folder / "deadlines.json").write_bytes(b"[]")
    code, said = run(key)
    assert code == 1
    assert "deadlines.json 被改动" in said
    (tmp_path / "bad.zip").write_bytes(b"PK")
    assert run("bad.zip", key)[0] == 1


def test_one_path_twice_is_no_dossier(tmp_path: Path) -> None:
    file = tmp_path / "twice.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", b"2")
    with pytest.raises(ValueError, match="twice"):
        read_zip(file)


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in ("case_officer", "principal"):
            accounts.create_account(session, world.person_ids[name], name, HASH)
    return create_app(settings, office=world.office, now=lambda: world.now)


def test_the_page_gives_it_to_those_inside(app: Flask, world: World) -> None:
    case_id = case_of(world)
    where = f"/cases/{case_id}/dossier"
    officer, principal = app.test_client(), app.test_client()
    for client, name in ((officer, "case_officer"), (principal, "principal")):
        send(client, "/sign-in", username=name, password=PASSWORD)
    assert "导出案卷" in officer.get(f"/cases/{case_id}").text
    assert "导出案卷" not in principal.get(f"/cases/{case_id}").text
    assert send(principal, where, f"/cases/{case_id}").status_code == 404
    answer = send(officer, where, f"/cases/{case_id}")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    files = files_of(answer.data)
    answer.close()
    assert set(verdicts(files, world.office.sealer.public_key).values()) == {HOLDS}
    index = files["案卷目录.html"].decode()
    assert "卷内目录" in index
    for address in re.findall(r'(?:href|src)="([^"]+)"', index):
        assert address in files
    assert {name for name in files if name.startswith("diagrams/")} >= {
        "diagrams/intake.svg",
        "diagrams/listing.svg",
    }
    assert b"is-done" in files["diagrams/intake.svg"]
    assert TOKEN.search(index) is None


def test_the_operator_takes_one_in_the_name_of_a_person(
    app: Flask, world: World, tmp_path: Path
) -> None:
    case_id = case_of(world)
    with reading(world.engine) as session:
        number = session.get_one(SupervisionCase, case_id).case_number or ""
    run, out = app.test_cli_runner().invoke, tmp_path / "案卷.zip"

    def export(number: str, username: str) -> tuple[int, str]:
        done = run(args=["dossier", "export", number, str(out), "--as", username])
        return done.exit_code, done.output

    assert "没有在用的用户名 nobody" in export(number, "nobody")[1]
    assert "无权查看其内部办理" in export(number, "principal")[1]
    assert "没有编号为 X 的事项" in export("X", "case_officer")[1]
    assert not out.exists()
    assert export(number, "case_officer")[0] == 0
    assert is_sound(verify(read_zip(out), world.office.sealer.public_key))
    assert "已存在" in export(number, "case_officer")[1]
