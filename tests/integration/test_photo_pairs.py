"""Photographs before and after rectification: marked by their sender, paired by their place."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from lxml import html
from PIL import Image
from werkzeug.test import TestResponse

from services.database import reading, transaction
from services.frame import first_changed_act
from services.models.case import PHOTOS, Act
from services.queries.case_page import ActRow, get_case_page
from services.uploads import AcceptedUpload, PhotoMark, Upload, accept_upload
from tests.builders import World
from tests.integration.test_assignment_pages import send
from tests.integration.test_attachments import rectifying
from tests.integration.test_received_files import tokens
from tests.integration.test_task_pages import (  # noqa: F401  # app and browse are fixtures
    FIRST_REPORT,
    SHOWN,
    Browser,
    Person,
    app,
    browse,
    task_address,
    typed,
)
from web.views.photos import photo_pairs
from workflows.vocabulary import Action, PhotoStage

PLACE = "主斜井皮带巷机头"
LIMIT = 1_000_000


def picture(colour: str, name: str = "照片.png") -> AcceptedUpload:
    stream = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(stream, "PNG")
    return accept_upload(Upload(name, stream.getvalue()), limit_bytes=LIMIT)


def marked(colour: str, stage: PhotoStage, place: str = PLACE) -> AcceptedUpload:
    return replace(picture(colour), mark=PhotoMark(stage, place))


def sent(colour: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture(colour).data), f"{colour}.png"


def acts_of(world: World, case_id: int, name: str = "case_officer") -> tuple[ActRow, ...]:
    with reading(world.engine) as session:
        actor = world.frame(session, name).actor
        return get_case_page(session, actor, case_id, world.office.profile).acts


def with_pair(world: World) -> int:
    """A case in rectification: one place before and after, another only before."""
    case_id = rectifying(world)
    before = (marked("red", PhotoStage.BEFORE), marked("blue", PhotoStage.BEFORE, "机尾"))
    world.do("safety_officer", case_id, Action.REPORT_PROGRESS, uploads=before)
    world.do("case_officer", case_id, Action.REVIEW_PROGRESS)
    after = (marked("green", PhotoStage.AFTER), picture("black"))
    world.do("safety_officer", case_id, Action.REPORT_PROGRESS, uploads=after)
    world.do("case_officer", case_id, Action.REVIEW_PROGRESS)
    return case_id


def sides(page: str, place: str) -> list[list[str]]:
    """The pictures of the left and of the right side of one place."""
    tree: Any = html.fromstring(page)
    (pair,) = tree.xpath(f"//section[@aria-label='{place}']")
    halves = pair.xpath(".//div[@class='photo-side']")
    assert len(halves) == 2
    return [[str(item) for item in half.xpath(".//img/@src")] for half in halves]


def test_marks_are_on_record_and_part_of_what_the_chain_commits_to(each_world: World) -> None:
    world = each_world
    world.file_report(uploads=(marked("red", PhotoStage.BEFORE), picture("blue")))
    with reading(world.engine) as session:
        act = session.scalars(sa.select(Act)).one()
        assert list(act.content[PHOTOS].values()) == [{"stage": "before", "place": PLACE}]
        assert first_changed_act(session) is None
    with transaction(world.engine) as session:
        changed = act.content | {
            PHOTOS: {key: {"stage": "after", "place": PLACE} for key in act.content[PHOTOS]}
        }
        session.execute(sa.update(Act).where(Act.id == act.id).values(content=changed))
    with reading(world.engine) as session:
        assert first_changed_act(session) == act.id


def test_photographs_of_one_place_make_a_pair(world: World) -> None:
    pairs = photo_pairs(acts_of(world, with_pair(world)))
    assert [pair.place for pair in pairs] == [PLACE, "机尾"]
    assert [len(pair.before) for pair in pairs] == [1, 1]
    assert [len(pair.after) for pair in pairs] == [1, 0]
    assert pairs[0].after[0].act.action is Action.REPORT_PROGRESS


def test_what_was_taken_back_is_no_evidence(world: World) -> None:
    case_id = rectifying(world)
    world.do(
        "safety_officer",
        case_id,
        Action.REPORT_PROGRESS,
        uploads=(marked("red", PhotoStage.BEFORE),),
    )
    acts = acts_of(world, case_id)
    assert len(photo_pairs(acts)) == 1
    world.take_back("safety_officer", case_id)
    assert photo_pairs(acts_of(world, case_id)) == ()


def test_case_acceptance_and_dossier_show_them_side_by_side(world: World, browse: Browser) -> None:  # noqa: F811
    case_id = with_pair(world)
    world.do("principal", case_id, Action.APPLY_FOR_ACCEPTANCE)
    officer = browse("case_officer")
    pages = [officer.get(f"/cases/{case_id}").text]
    parent = browse("group_head")
    pages.append(
        parent.get(task_address(world, case_id, Action.ENDORSE_AS_PARENT_COMPANY_HEAD)).text
    )
    for page in pages:
        assert "整改前后对照" in page
        before, after = sides(page, PLACE)
        assert len(before) == len(after) == 1
        assert before != after
        assert sides(page, "机尾")[1] == []
        assert "没有整改后的照片" in page
    for src in [src for side in sides(pages[0], PLACE) for src in side]:
        assert officer.get(src).status_code == 200
    with send(officer.client, f"/cases/{case_id}/dossier", f"/cases/{case_id}/record") as answer:
        packed = answer.data
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        index = archive.read("案卷目录.html").decode()
        names = archive.namelist()
    found = [src for side in sides(index, PLACE) for src in side]
    assert len(found) == 2
    assert set(found) <= set(names)


def test_lists_and_the_page_of_a_file_say_what_it_shows(world: World, browse: Browser) -> None:  # noqa: F811
    case_id = with_pair(world)
    officer = browse("case_officer")
    (first, *_) = photo_pairs(acts_of(world, case_id))
    about = officer.get(f"/attachments/{first.before[0].file.attachment_id}/about").text
    assert "照片反映" in about
    assert PLACE in about
    page = officer.get(f"/cases/{case_id}").text
    assert page.count(f"整改前</span> {PLACE}") == 1


def to_marking(world: World, browse: Browser) -> tuple[Person, str, TestResponse]:  # noqa: F811
    case_id = rectifying(world)
    address = task_address(world, case_id, Action.REPORT_PROGRESS)
    person = browse("safety_officer")
    answer = person.post(address, mark_photos="yes", uploads=[sent("red"), sent("green")])
    return person, address, answer


def test_photographs_are_sent_first_then_marked_one_by_one(world: World, browse: Browser) -> None:  # noqa: F811
    person, address, answer = to_marking(world, browse)
    page, found = answer.text, tokens(answer.text)
    assert answer.status_code == 200
    assert "error-summary" not in page
    assert len(found) == 2
    for token in found:
        assert person.get(f"/received/{token}").mimetype == "image/png"
        assert browse("case_officer").get(f"/received/{token}").status_code == 404
    values = typed(world, Action.REPORT_PROGRESS)
    values.pop("uploads", None)
    marks = {
        f"uploads_stage_{found[0]}": "before",
        f"uploads_place_{found[0]}": f"  {PLACE}  ",
        f"uploads_stage_{found[1]}": "after",
        f"uploads_place_{found[1]}": PLACE,
    }
    refused = person.send(
        address, page, **{**values, "percent": "x"}, **marks, uploads_received=found
    )
    assert refused.status_code == 422
    assert refused.text.count(f'value="{PLACE}"') == 2
    assert refused.text.count("selected>整改") == 2
    done = person.send(address, refused.text, **values, **marks, uploads_received=found)
    assert done.status_code == 303
    case_id = int(address.split("/")[2])
    (pair,) = photo_pairs(acts_of(world, case_id))
    assert (pair.place, len(pair.before), len(pair.after)) == (PLACE, 1, 1)


def test_a_mark_needs_both_time_and_place(world: World, browse: Browser) -> None:  # noqa: F811
    person, address, answer = to_marking(world, browse)
    page, found = answer.text, tokens(answer.text)
    values = typed(world, Action.REPORT_PROGRESS)
    values.pop("uploads", None)
    for stage, place, said in (
        ("before", "", "情形和部位都要填写"),
        ("", PLACE, "情形和部位都要填写"),
        ("during", PLACE, "不在可选范围内"),
        ("after", "长" * 61, "不得超过 60 个字"),
    ):
        mark = {f"uploads_stage_{found[0]}": stage, f"uploads_place_{found[0]}": place}
        refused = person.send(address, page, **values, **mark, uploads_received=found)
        assert refused.status_code == 422, (stage, place)
        assert said in refused.text


def test_a_draft_keeps_the_marks(world: World, browse: Browser) -> None:  # noqa: F811
    person, address, answer = to_marking(world, browse)
    page, found = answer.text, tokens(answer.text)
    mark = {f"uploads_stage_{found[0]}": "before", f"uploads_place_{found[0]}": PLACE}
    assert (
        person.send(address, page, **mark, draft="yes", uploads_received=found).status_code == 303
    )
    again = person.get(address).text
    assert tokens(again) == found
    assert f'value="{PLACE}"' in again


def test_places_that_are_known_are_offered(world: World, browse: Browser) -> None:  # noqa: F811
    case_id = with_pair(world)
    page = browse("safety_officer").get(task_address(world, case_id, Action.REPORT_PROGRESS)).text
    offered = html.fromstring(page).xpath("//datalist[@id='photo-places']/option/@value")
    assert offered == [PLACE, "机尾"]


def test_a_first_report_is_marked_too_and_a_signed_sheet_is_not(
    world: World,
    browse: Browser,  # noqa: F811
) -> None:
    person = browse("safety_officer")
    marking = person.post(
        "/reports/new", **{**FIRST_REPORT, "outcome": []}, mark_photos="yes", uploads=[sent("red")]
    )
    assert marking.status_code == 200
    assert "反映的部位" in marking.text
    case_id = world.file_report()
    sheet = f"{task_address(world, case_id, Action.VERIFY_HAZARD)}/paper"
    page = browse("case_officer").get(sheet)
    assert SHOWN.search(page.text)
    assert "mark_photos" not in page.text
