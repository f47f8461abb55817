"""Files of a refused form: shown again, sent on without a second upload."""

import io
import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from lxml import html
from PIL import Image

from services.database import reading
from services.models.case import ORIGINALS, Act, Attachment, SupervisionCase
from services.uploads import RECEIVED_DAYS, AcceptedUpload, ReceivedFiles
from services.uploads.received import MOST_RECEIVED
from tests.builders import World
from tests.integration.test_attachments import photograph
from tests.integration.test_task_pages import (  # noqa: F401  # app and browse are fixtures
    FIRST_REPORT,
    Browser,
    app,
    browse,
    task_address,
    typed,
)
from workflows.vocabulary import Action

UPLOAD = AcceptedUpload("照片.jpg", b"copy", "image/jpeg", b"original")
REPORT = "/reports/new"


def png() -> tuple[io.BytesIO, str]:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "PNG")
    stream.seek(0)
    return stream, "签到表.png"


def jpeg() -> tuple[io.BytesIO, str]:
    return io.BytesIO(photograph()), "会场.jpg"


def tokens(page: str, field: str = "uploads") -> list[str]:
    found = html.fromstring(page).xpath(f"//input[@name='{field}_received'][@checked]/@value")
    assert isinstance(found, list)
    return [str(item) for item in found]


def attachments(world: World) -> list[Attachment]:
    with reading(world.engine) as session:
        sent = sa.select(Attachment).where(Attachment.file_name.in_(["签到表.png", "会场.jpg"]))
        return list(session.scalars(sent.order_by(Attachment.id)))


def workforce_form(world: World) -> tuple[str, dict[str, object]]:
    case_id = world.file_report()
    values = typed(world, Action.RECORD_WORKFORCE_REPORT)
    del values["uploads"]
    return task_address(world, case_id, Action.RECORD_WORKFORCE_REPORT), values


def test_a_refused_form_shows_its_files_and_sends_them_on(world: World, browse: Browser) -> None:  # noqa: F811
    address, values = workforce_form(world)
    person = browse("safety_officer")
    refused = person.post(address, **{**values, "summary": ""}, uploads=[png(), jpeg()])
    assert refused.status_code == 422
    assert "已收到 2 个文件" in refused.text
    assert "签到表.png" in refused.text
    assert f"{len(photograph())} 字节" in refused.text
    assert attachments(world) == []
    kept = tokens(refused.text)
    done = person.send(address, refused.text, **values, uploads_received=kept)
    assert done.status_code == 303
    again = person.send(address, refused.text, **values, uploads_received=kept)
    assert again.status_code == 409
    assert [item.file_name for item in attachments(world)] == ["签到表.png", "会场.jpg"]
    with reading(world.engine) as session:
        act = session.get(Act, attachments(world)[0].act_id)
        assert act is not None
        (original,) = (
            act.content[ORIGINALS][item.sha256]
            for item in attachments(world)
            if item.file_name == "会场.jpg"
        )
    assert world.office.files.read(original) == photograph()


def test_refused_again_they_are_still_there_and_more_may_come(
    world: World,
    browse: Browser,  # noqa: F811
) -> None:
    address, values = workforce_form(world)
    person = browse("safety_officer")
    wrong = {**values, "summary": ""}
    first = person.post(address, **wrong, uploads=[png()])
    second = person.send(
        address, first.text, **wrong, uploads=[jpeg()], uploads_received=tokens(first.text)
    )
    assert "已收到 2 个文件" in second.text
    assert tokens(second.text)[:1] == tokens(first.text)
    unticked = person.send(address, second.text, **values, uploads_received=tokens(second.text)[1:])
    assert unticked.status_code == 303
    assert [item.file_name for item in attachments(world)] == ["会场.jpg"]


def test_one_file_that_is_refused_takes_no_other_with_it(world: World, browse: Browser) -> None:  # noqa: F811
    address, values = workforce_form(world)
    person = browse("safety_officer")
    program = (io.BytesIO(b"MZ program"), "纪要.exe")
    refused = person.post(address, **values, uploads=[png(), program])
    assert refused.status_code == 422
    assert "纪要.exe" in refused.text
    assert "已收到 1 个文件" in refused.text
    assert (
        person.send(
            address, refused.text, **values, uploads_received=tokens(refused.text)
        ).status_code
        == 303
    )
    assert [item.file_name for item in attachments(world)] == ["签到表.png"]


def test_a_report_sent_twice_with_them_begins_one_case(world: World, browse: Browser) -> None:  # noqa: F811
    person = browse("safety_officer")
    refused = person.post(REPORT, **{**FIRST_REPORT, "place": ""}, uploads=[jpeg()])
    kept = tokens(refused.text)
    answers = [
        person.send(REPORT, refused.text, **FIRST_REPORT, uploads_received=kept) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    with reading(world.engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SupervisionCase)) == 1
    assert len(attachments(world)) == 1


def test_a_draft_keeps_them_too(world: World, browse: Browser) -> None:  # noqa: F811
    address, values = workforce_form(world)
    person = browse("safety_officer")
    kept = person.post(address, **{**values, "outcome": []}, draft="yes", uploads=[png()])
    assert kept.status_code == 303
    page = person.get(address).text
    assert "已收到 1 个文件" in page
    assert person.send(address, page, **values, uploads_received=tokens(page)).status_code == 303
    assert len(attachments(world)) == 1


def test_a_draft_names_the_file_that_is_not_accepted(world: World, browse: Browser) -> None:  # noqa: F811
    address, values = workforce_form(world)
    person = browse("safety_officer")
    program = (io.BytesIO(b"MZ program"), "纪要.exe")
    answer = person.post(address, **values, draft="yes", uploads=[png(), program])
    assert answer.status_code == 422
    assert "纪要.exe" in answer.text
    assert "已收到 1 个文件" in person.get(address).text


def test_another_person_cannot_hand_them_in(world: World, browse: Browser) -> None:  # noqa: F811
    address, values = workforce_form(world)
    refused = browse("safety_officer").post(address, **{**values, "summary": ""}, uploads=[png()])
    other = browse("principal").post(address, **values, uploads_received=tokens(refused.text))
    assert other.status_code == 422
    assert "先前收到的文件已过保存期限" in other.text
    assert attachments(world) == []


def test_after_their_days_they_are_gone_and_the_page_says_so(
    world: World,
    browse: Browser,  # noqa: F811
) -> None:
    address, values = workforce_form(world)
    person = browse("safety_officer")
    refused = person.post(address, **{**values, "summary": ""}, uploads=[png()])
    files = ReceivedFiles(world.office.received_folder)
    files.put(1, UPLOAD, world.now + timedelta(days=RECEIVED_DAYS, minutes=1))
    answer = person.send(address, refused.text, **values, uploads_received=tokens(refused.text))
    assert answer.status_code == 422
    assert "先前收到的文件已过保存期限" in answer.text
    assert tokens(answer.text) == []


def test_what_is_put_is_found_by_its_sender_only(world: World, tmp_path: Path) -> None:
    files = ReceivedFiles(tmp_path / "received")
    token = files.put(1, UPLOAD, world.now)
    assert files.open(1, token) == UPLOAD
    found = files.find(1, token)
    assert found is not None
    assert (found.file_name, found.size) == ("照片.jpg", len(b"original"))
    assert files.open(2, token) is None
    for wrong in ("", "0" * 32, f"../1/{token}", token.upper() + "x"):
        assert files.find(1, wrong) is None


@pytest.mark.parametrize("part", ["copy", "original"])
def test_a_changed_or_lost_file_is_not_handed_on(world: World, tmp_path: Path, part: str) -> None:
    files = ReceivedFiles(tmp_path / "received")
    token = files.put(1, UPLOAD, world.now)
    path = tmp_path / "received" / "1" / f"{token}.{part}"
    path.write_bytes(b"another")
    assert files.open(1, token) is None
    path.unlink()
    assert files.open(1, token) is None


def test_too_large_ones_push_out_older_ones(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(UPLOAD.data) + len(UPLOAD.original or b"")
    monkeypatch.setattr("services.uploads.received.MOST_BYTES", 2 * size)
    files = ReceivedFiles(tmp_path / "received")
    put = [files.put(1, UPLOAD, world.now + timedelta(seconds=number)) for number in range(4)]
    others = files.put(2, UPLOAD, world.now)
    assert [token for token in put if files.find(1, token) is None] == put[:2]
    assert files.find(2, others)


def test_what_a_killed_process_left_is_cleared_by_the_worker(world: World) -> None:
    folder = world.office.received_folder / "1"
    files = ReceivedFiles(world.office.received_folder)
    token = files.put(1, UPLOAD, world.now)
    left = folder / f"{'a' * 32}.copy"
    left.write_bytes(b"half")
    os.utime(left, (world.now.timestamp(), world.now.timestamp()))
    files.clear(world.now + timedelta(days=RECEIVED_DAYS))
    assert left.exists()
    assert files.find(1, token)
    files.clear(world.now + timedelta(days=RECEIVED_DAYS, seconds=1))
    assert list(folder.iterdir()) == []


def test_the_folder_of_one_person_does_not_grow_without_end(world: World, tmp_path: Path) -> None:
    files = ReceivedFiles(tmp_path / "received")
    put = [
        files.put(1, UPLOAD, world.now + timedelta(seconds=number))
        for number in range(MOST_RECEIVED + 2)
    ]
    assert [token for token in put if files.find(1, token) is None] == put[:2]
    names = {path.suffix for path in (tmp_path / "received" / "1").iterdir()}
    assert names == {".json", ".copy", ".original"}
    assert not re.search(r"unfinished", " ".join(names))
