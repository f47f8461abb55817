"""Files handed in: originals under seal, copies that tell nothing, versions, pairs of pictures."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image

from services import accounts
from services.database import reading, transaction
from services.errors import DocumentNotFoundError
from services.frame import first_changed_act
from services.models.audit import AuditEntry
from services.models.case import ORIGINALS, Act, Attachment
from services.originals import take_original
from services.queries.brief import get_attachment_page
from services.settings import Settings
from services.uploads import AcceptedUpload, Upload, accept_upload
from tests.builders import World
from tests.integration.test_assignment_pages import HASH, send
from tests.integration.test_case_pages import signed_in_to
from web.app import create_app
from workflows.vocabulary import Action

PLACE = b"112 Kuangqu Lu"
LATITUDE = (39.0, 19.0, 53.21)
LIMIT = 1_000_000
WHO = ("case_officer", "other_officer", "principal", "rival_principal", "leader")

SignIn = Callable[[str], FlaskClient]


def photograph() -> bytes:
    """A JPEG that says where it was taken, with which camera, and carries a comment."""
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: LATITUDE, 3: "E", 4: (112.0, 25.0, 1.5)})
    target = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(target, "JPEG", exif=exif, comment=PLACE)
    return target.getvalue()


def paper(text: str) -> bytes:
    """A PDF that names its author in both places."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = [PLACE.decode()]
    pdf.docinfo["/Author"] = PLACE.decode()
    pdf.docinfo["/Title"] = text
    pdf.pages[0].Contents = pdf.make_stream(b"% " + text.encode())
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def accepted(name: str, data: bytes) -> AcceptedUpload:
    return accept_upload(Upload(name, data), limit_bytes=LIMIT)


def attachments(world: World) -> list[Attachment]:
    with reading(world.engine) as session:
        return list(session.scalars(sa.select(Attachment).order_by(Attachment.id)))


def tells(data: bytes) -> bool:
    """Whether a picture or a paper still says where, with what or by whom it was made."""
    if PLACE in data:
        return True
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return "/Info" in pdf.trailer or "/Metadata" in pdf.Root
    with Image.open(io.BytesIO(data)) as image:
        return bool(image.getexif()) or bool(image.getexif().get_ifd(0x8825))


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in WHO:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app = create_app(settings, office=replace(world.office), now=lambda: world.now)
    return lambda name: signed_in_to(app, name)


def test_the_examples_do_tell() -> None:
    assert tells(photograph())
    assert tells(paper("第一稿"))


def test_the_original_is_sealed_and_the_copy_tells_nothing(each_world: World) -> None:
    world = each_world
    sent = {"现场.jpg": photograph(), "台账.pdf": paper("台账")}
    world.file_report(uploads=tuple(accepted(name, data) for name, data in sent.items()))
    with reading(world.engine) as session:
        act = session.scalars(sa.select(Act).order_by(Act.id)).first()
        assert act is not None
        originals = act.content[ORIGINALS]
        assert first_changed_act(session) is None
    for item in attachments(world):
        copy = world.office.files.read(item.sha256)
        assert item.size == len(copy)
        assert not tells(copy)
        assert world.office.files.read(originals[item.sha256]) == sent[item.file_name]


def test_a_file_that_tells_nothing_is_its_own_original(world: World) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    target = io.BytesIO()
    pdf.save(target)
    world.file_report(uploads=(accepted("台账.pdf", target.getvalue()),))
    with reading(world.engine) as session:
        assert all(ORIGINALS not in act.content for act in session.scalars(sa.select(Act)))


def test_another_original_in_the_record_is_found_out(each_world: World) -> None:
    each_world.file_report(uploads=(accepted("现场.jpg", photograph()),))
    with transaction(each_world.engine) as session:
        act = session.scalars(sa.select(Act).where(Act.action == Action.FILE_FIRST_REPORT)).one()
        changed = dict.fromkeys(act.content[ORIGINALS], "0" * 64)
        session.execute(
            sa.update(Act)
            .where(Act.id == act.id)
            .values(content=act.content | {ORIGINALS: changed})
        )
    with reading(each_world.engine) as session:
        assert first_changed_act(session) == act.id


def test_no_copy_that_leaves_tells_where_it_was_taken(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report(
        uploads=(accepted("现场.jpg", photograph()), accepted("台账.pdf", paper("台账")))
    )
    world.complete_double_report(case_id)
    client = sign_in("case_officer")
    first, second = (item.id for item in attachments(world)[:2])
    for address in (f"{first}", f"{first}/picture", f"{second}"):
        assert not tells(client.get(f"/attachments/{address}").data), address
    with send(client, f"/cases/{case_id}/dossier", f"/cases/{case_id}/record") as answer:
        packed = answer.data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sent = re.compile(r"attachments/.*\.(jpg|pdf)")
        names = [name for name in archive.namelist() if sent.fullmatch(name)]
        assert len(names) == 2
        assert not any(tells(archive.read(name)) for name in names)
        assert not any(PLACE in archive.read(name) for name in archive.namelist())
    ledger = send(client, "/cases/export", "/cases", format="xlsx")
    assert ledger.status_code == 200
    with zipfile.ZipFile(io.BytesIO(ledger.data)) as archive:
        assert not any(PLACE in archive.read(name) for name in archive.namelist())


def test_the_original_is_handed_out_inside_only_and_on_record(
    world: World, sign_in: SignIn
) -> None:
    sent = photograph()
    case_id = world.file_report(uploads=(accepted("现场.jpg", sent),))
    world.complete_double_report(case_id)
    (number, *_) = (item.id for item in attachments(world))
    where, about = f"/attachments/{number}/original", f"/attachments/{number}/about"
    client = sign_in("case_officer")
    assert "取用原件" in client.get(about).text
    answer = send(client, where, about)
    assert answer.data == sent
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    with reading(world.engine) as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert entry is not None
        assert entry.case_id == case_id
        assert entry.body["export"] == "original"
        assert entry.body["attachment_id"] == number
        assert entry.body["person_id"] == world.person_ids["case_officer"]
    own = sign_in("principal")
    assert own.get(about).status_code == 200
    assert "取用原件" not in own.get(about).text
    assert send(own, where, about).status_code == 404
    for name in ("other_officer", "rival_principal"):
        stranger = sign_in(name)
        assert stranger.get(about).status_code == 404
        assert stranger.get(f"/attachments/{number}/picture").status_code == 404
        assert send(stranger, where).status_code == 404


def test_there_is_no_original_where_the_file_is_as_it_was_sent(each_world: World) -> None:
    each_world.complete_double_report(each_world.file_report())
    with pytest.raises(DocumentNotFoundError), transaction(each_world.engine) as session:
        take_original(each_world.frame(session, "case_officer"), 1)


def test_a_paper_is_not_shown_as_a_picture(world: World, sign_in: SignIn) -> None:
    world.complete_double_report(world.file_report(uploads=(accepted("台账.pdf", paper("甲")),)))
    client = sign_in("case_officer")
    assert client.get("/attachments/1/picture").status_code == 404
    page = client.get("/attachments/1/about").text
    assert "/attachments/1/picture" not in page
    assert "已去掉文档属性" in page


def reported(world: World, case_id: int, *uploads: AcceptedUpload) -> None:
    world.do("safety_officer", case_id, Action.REPORT_PROGRESS, uploads=uploads)
    world.do("case_officer", case_id, Action.REVIEW_PROGRESS)


def rectifying(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    return case_id


def test_a_later_file_of_the_name_is_a_new_version(each_world: World) -> None:
    world = each_world
    case_id = rectifying(world)
    first, second = accepted("进展.pdf", paper("甲")), accepted("进展.pdf", paper("乙"))
    picture = accepted("IMG.jpg", photograph())
    reported(world, case_id, first, picture)
    reported(world, case_id, second, replace(picture, data=picture.data + b"\0"))
    reported(world, case_id, second)
    found = [item for item in attachments(world) if item.file_name == "进展.pdf"]
    with reading(world.engine) as session:
        frame = world.frame(session, "case_officer")
        pages = [
            get_attachment_page(session, frame.actor, item.id, world.office.profile)
            for item in found
        ]
        other = next(item for item in attachments(world) if item.file_name == "IMG.jpg")
        alone = get_attachment_page(session, frame.actor, other.id, world.office.profile)
    assert [page.file.version for page in pages] == [1, 2, 2]
    assert [file.sha256 for _, file in pages[0].versions] == [item.sha256 for item in found]
    assert world.office.files.read(found[0].sha256) == first.data
    assert alone.file.version is None
    assert alone.versions == ()


def test_the_pages_name_version_and_hash(world: World, sign_in: SignIn) -> None:
    case_id = rectifying(world)
    for text in "甲乙":
        reported(world, case_id, accepted("进展.pdf", paper(text)))
    found = [item for item in attachments(world) if item.file_name == "进展.pdf"]
    client = sign_in("case_officer")
    page = client.get(f"/cases/{case_id}/record").text + client.get(f"/cases/{case_id}").text
    for number, item in enumerate(found, 1):
        assert f"第{number}版" in page
        assert f'title="SHA-256 {item.sha256}"' in page
    about = client.get(f"/attachments/{found[0].id}/about").text
    assert found[0].sha256 in about
    assert found[1].sha256 in about
