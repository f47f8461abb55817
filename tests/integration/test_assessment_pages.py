"""Assessments through HTTP: the table, a unit's sheet with every point opened, objections."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services import accounts
from services.database import reading, transaction
from services.models.assessment import AssessmentFact, AssessmentSheet
from services.models.audit import AuditEntry
from services.models.organisation import PostSector
from services.queries.assessments import read_round
from services.queries.months import Month
from services.settings import Settings
from tests.builders import World
from tests.integration.test_assessments import (
    APPROVE,
    IN_APRIL,
    MARCH,
    PUBLISH,
    SHOW,
    begin,
    facts,
    frozen,
    late_acknowledgement,
    object_to,
    open_march_returns,
    play_march,
    recurred,
    shown,
    step,
    units_seen,
)
from tests.integration.test_attachments import photograph
from tests.integration.test_task_pages import Person
from web.app import create_app
from web.views.assessment_composite import composite_view, months_between, runs_of
from web.views.bulletins import bulletin_text
from workflows.assessment import Grade
from workflows.vocabulary import Outcome

SignIn = Callable[[str], Person]


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, "no password")
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def sign_in(app: Flask, world: World) -> SignIn:
    def signed_in(name: str) -> Person:
        client: FlaskClient = app.test_client()
        with transaction(world.engine) as session:
            attempt = accounts.Attempt(None, world.person_ids[name], None)
            client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
        return Person(client)

    return signed_in


def sent(person: Person, address: str, values: Mapping[str, str]) -> TestResponse:
    """Send a form with the token of any page."""
    return person.send(address, person.get("/home").text, **values)


def unit_page(world: World, round_id: int, unit: str = "department") -> str:
    return f"/assessments/{round_id}/units/{world.ids[unit]}"


def fact_page(world: World, round_id: int) -> str:
    return f"/assessments/{round_id}/facts/{late_acknowledgement(world, round_id).fact_id}"


def test_the_officer_begins_a_month_from_the_page(world: World, sign_in: SignIn) -> None:
    play_march(world)
    world.now = IN_APRIL
    officer = sign_in("committee_officer")
    assert "收集 2026-03 月份的事实并计分" in officer.get("/assessments").text
    answer = sent(officer, "/assessments", {"month": "2026-03"})
    assert answer.status_code == 303
    page = officer.get(answer.location).text
    assert "送各单位核对" in page
    assert "示例区人民政府" in page
    again = sent(officer, "/assessments", {"month": "2026-03"})
    assert (again.status_code, "已经建立" in again.text) == (409, True)
    assert sent(officer, "/assessments", {"month": "March"}).status_code == 404
    assert "收集 2026-03" not in officer.get("/assessments").text


def test_every_point_opens_its_facts_and_is_summed_again(world: World, sign_in: SignIn) -> None:
    play_march(world)
    round_id = shown(world)
    page = sign_in("case_officer").get(unit_page(world, round_id)).text
    with reading(world.engine) as session:
        found = read_round(session, round_id)
    own = next(row for row in found.sheets if row.unit_id == world.ids["department"])
    assert page.count('class="point-facts"') == len(found.rules.indicators)
    for row in own.scores.values():
        listed = facts(world, round_id, "department", row.indicator)
        assert len(listed) == row.counted
        assert all(f"/facts/{fact.fact_id}" in page for fact in listed)
    assert "重新计算一致" in page
    with transaction(world.engine) as session:
        session.execute(sa.update(AssessmentSheet).values(hundredths=1))
    assert "重新计算不一致" in sign_in("case_officer").get(unit_page(world, round_id)).text


MAY = Month(2026, 5)


def play_everything(world: World) -> tuple[int, ...]:
    """Three months in which every indicator has facts: the rounds, all shown to the units."""
    closed = world.file_report()
    world.complete_double_report(closed)
    world.to_listing(closed)
    world.to_signed(closed)
    world.to_handed_over(closed)
    world.rectify(closed)
    world.accept(closed)
    world.close(closed)
    recurred(world, closed)
    world.later(minutes=5)
    play_march(world)
    world.later(minutes=5)
    world.file_report(hazard_name=UNLISTED)
    open_march_returns(world)
    rounds = []
    for month in (MARCH, MARCH.after(), MAY):
        world.now = max(world.now, month.ends_at + timedelta(days=7))
        rounds.append(begin(world, month=month))
        step(world, rounds[-1], "committee_officer", SHOW)
    return tuple(rounds)


UNLISTED = "没有挂牌的自报隐患"
LINK = re.compile(r'href="(/(?:cases|documents|returns|lookbacks|disclosures)/[^"#]+)')


@pytest.mark.parametrize("name", ["committee_officer", "government_officer", "case_officer"])
def test_every_point_opens_the_events_and_documents_behind_it(
    world: World, sign_in: SignIn, name: str
) -> None:
    """For the office and for the assessed units; what is for others to open says so."""
    rounds, reader = play_everything(world), sign_in(name)
    opened: dict[str, int] = {}
    walked, kinds = set(), set()
    for round_id in rounds:
        for unit in units_seen(world, name, round_id):
            for fact in re.findall(
                r"/facts/(\d+)", reader.get(unit_page(world, round_id, unit)).text
            ):
                answer = reader.get(f"/assessments/{round_id}/facts/{fact}")
                assert answer.status_code == 200
                page = answer.text.partition("<main")[2].partition("</main>")[0]
                links = set(LINK.findall(page))
                for link in links - set(opened):
                    opened[link] = reader.get(link).status_code
                assert links or "不能打开" in page, fact
                assert all(opened[link] in (200, 303) for link in links), (fact, links)
                kinds |= {link.split("/")[1] for link in links}
                walked.add(fact)
    with reading(world.engine) as session:
        stored = sa.select(AssessmentFact.indicator, sa.func.count().label("number")).group_by(
            AssessmentFact.indicator
        )
        found = {row.indicator: row.number for row in session.execute(stored)}
        keys = {row.key for row in read_round(session, rounds[0]).rules.indicators}
    assert set(found) == keys
    if name == "committee_officer":
        assert len(walked) == sum(found.values())
        assert kinds == {"cases", "documents", "returns", "lookbacks"}
    else:
        assert {"cases", "returns"} <= kinds


def test_a_leader_who_may_not_open_a_return_is_told_so(world: World, sign_in: SignIn) -> None:
    open_march_returns(world)
    round_id = shown(world)
    fact = facts(world, round_id, "county", "returns_on_time")[0]
    page = sign_in("leader").get(f"/assessments/{round_id}/facts/{fact.fact_id}").text
    assert "月报由报送单位和安委办查看" in page
    assert "/returns/" not in page.partition("<main")[2]


def test_who_reported_itself_and_was_not_listed_is_named_on_no_page(
    world: World, sign_in: SignIn
) -> None:
    """Its clocks and its acceptance count like its report: without party and hazard."""
    rounds = play_everything(world)
    readers = ("committee_officer", "leader", "government_officer", "case_officer")
    pages = [
        sign_in(name).get(address).text.partition("<main")[2]
        for name in readers
        for round_id in rounds
        for unit in units_seen(world, name, round_id)
        for address in (f"/assessments/{round_id}", unit_page(world, round_id, unit))
    ]
    assert any("自查自报、未挂牌，不列企业和隐患名称" in page for page in pages)
    assert not any(UNLISTED in page or "示例煤业" in page for page in pages)
    with reading(world.engine) as session:
        unnamed = sa.select(AssessmentFact.indicator).where(AssessmentFact.unnamed).distinct()
        assert {"self_reported", "double_report"} <= set(session.scalars(unnamed))


def test_units_open_their_own_sheet_only(world: World, sign_in: SignIn) -> None:
    play_march(world)
    round_id = begin(world)
    officer = sign_in("case_officer")
    assert officer.get(f"/assessments/{round_id}").status_code == 404
    step(world, round_id, "committee_officer", SHOW)
    assert officer.get(unit_page(world, round_id)).status_code == 200
    assert officer.get(unit_page(world, round_id, "county")).status_code == 404
    other = sign_in("other_officer")
    assert other.get(fact_page(world, round_id)).status_code == 404


@pytest.mark.parametrize(
    ("name", "concerned"),
    [
        ("committee_officer", True),
        ("office_head", True),
        ("leader", True),
        ("signatory", True),
        ("government_officer", True),
        ("case_officer", True),
        ("department_head", True),
        ("principal", False),
        ("group_leader", False),
        ("group_signatory", False),
        ("department_leader", False),
        ("department_signatory", False),
    ],
)
def test_the_menu_leads_to_assessments_only_whom_they_concern(
    sign_in: SignIn, name: str, concerned: bool
) -> None:
    person = sign_in(name)
    assert person.get("/assessments").status_code == (200 if concerned else 403)
    menu = re.findall(r">([^<]+)</a></li>", person.get("/home").text)
    assert ("考核" in menu) is concerned


def test_an_objection_is_raised_and_answered_on_the_page(world: World, sign_in: SignIn) -> None:
    play_march(world)
    round_id = shown(world)
    address = fact_page(world, round_id)
    unit, head = sign_in("case_officer"), sign_in("office_head")
    assert "<b>1</b> 个单位的得分待核对" in unit.get("/home").text
    assert "条异议待答复" not in head.get("/home").text
    missing = sent(unit, f"{address}/objection", {"ground": "签收在期限内", "evidence": ""})
    assert (missing.status_code, "签收在期限内" in missing.text) == (422, True)
    taken = sent(unit, f"{address}/objection", {"ground": "签收在期限内", "evidence": "回执"})
    assert taken.status_code == 303
    assert "提出异议</button>" not in unit.get(address).text
    officer = sign_in("committee_officer")
    assert "不能答复" in officer.get(address).text
    said = {"outcome": "accepted", "counts": "met", "opinion": "经核对，更正"}
    assert sent(officer, f"{address}/answer", said).status_code == 403
    assert "等待答复的异议" in head.get(f"/assessments/{round_id}").text
    assert "<b>1</b> 条异议待答复" in head.get("/home").text
    for wrong in ({"opinion": ""}, {"counts": ""}, {"counts": "not_met"}, {"outcome": ""}):
        assert sent(head, f"{address}/answer", said | wrong).status_code == 422
    assert sent(head, f"{address}/answer", said).status_code == 303
    assert "条异议待答复" not in head.get("/home").text
    page = unit.get(unit_page(world, round_id)).text
    assert "更正前" in page
    assert "经核对，更正" in unit.get(address).text
    assert sent(head, f"{address}/answer", said).status_code == 409


def test_an_objection_leads_only_those_who_may_open_its_fact(world: World, sign_in: SignIn) -> None:
    play_march(world)
    round_id = shown(world)
    address = fact_page(world, round_id)
    sent(
        sign_in("case_officer"), f"{address}/objection", {"ground": "在期限内", "evidence": "回执"}
    )
    assert f'href="{address}"' in sign_in("leader").get(f"/assessments/{round_id}").text
    with transaction(world.engine) as session:
        session.execute(sa.update(PostSector).values(sector="construction"))
    leader = sign_in("leader")
    page = leader.get(f"/assessments/{round_id}").text
    assert "在期限内" in page
    assert address not in page
    assert leader.get(address).status_code == 404


def chosen(name: str, data: bytes) -> tuple[BytesIO, str]:
    """A file as a browser sends it."""
    return BytesIO(data), name


def blank_page() -> bytes:
    """A PDF that tells of nothing but its page."""
    pdf, target = pikepdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.save(target)
    return target.getvalue()


def test_files_come_with_an_objection_and_go_to_two_sides_only(
    world: World, sign_in: SignIn
) -> None:
    play_march(world)
    round_id = shown(world)
    unit, address = sign_in("case_officer"), fact_page(world, round_id)
    said = {"ground": "签收在期限内", "evidence": "移交回执原件"}
    token = unit.get("/home").text
    uploads = [chosen("回执.pdf", blank_page()), chosen("工具.exe", b"MZ")]
    wrong = unit.send(f"{address}/objection", token, **said, uploads=uploads)
    assert (wrong.status_code, "签收在期限内" in wrong.text) == (422, True)
    kept = re.findall(r'name="uploads_received" value="(\w+)"', wrong.text)
    assert len(kept) == 1  # the good one need not be chosen again
    eleven = [chosen(f"{number}.pdf", blank_page()) for number in range(11)]
    many = unit.send(f"{address}/objection", token, **said, uploads=eleven)
    assert (many.status_code, "10" in many.text) == (422, True)
    photo = photograph()
    taken = unit.send(
        f"{address}/objection",
        token,
        **said,
        uploads_received=kept,
        uploads=[chosen("现场.jpg", photo)],
    )
    assert taken.status_code == 303
    with reading(world.engine) as session:
        (objection,) = read_round(session, round_id).objections
    receipt, picture = objection.files
    files = f"/assessments/objections/{objection.objection_id}/files"
    assert (receipt.file_name, picture.file_name) == ("回执.pdf", "现场.jpg")
    for name in ("case_officer", "committee_officer", "office_head"):
        reader = sign_in(name)
        assert "只有提出单位和安委办可以查看" in reader.get(address).text
        answer = reader.get(f"{files}/2")
        assert answer.status_code == 200
        assert answer.data != photo  # drawn anew, without place and camera
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert reader.get(f"{files}/3").status_code == 404
    leader = sign_in("leader")
    page = leader.get(address).text
    assert ("佐证文件 2 份" in page, "回执.pdf" in page) == (True, False)
    for name in ("leader", "other_officer", "government_officer"):
        assert sign_in(name).get(f"{files}/1").status_code == 404
    assert sign_in("principal").get(f"{files}/1").status_code == 403
    head = sign_in("office_head")
    original = sent(head, f"{files}/2/original", {})
    assert (original.status_code, original.data) == (200, photo)
    assert sent(head, f"{files}/1/original", {}).status_code == 404  # as it was sent
    assert sent(unit, f"{files}/2/original", {}).status_code == 403
    with reading(world.engine) as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.sequence.desc())).first()
        assert entry is not None
        assert entry.body["sha256"] == picture.original_sha256


def test_an_objection_after_the_window_is_refused_and_what_was_typed_is_kept(
    world: World, sign_in: SignIn
) -> None:
    play_march(world)
    round_id = shown(world)
    world.now += timedelta(days=8)
    unit, address = sign_in("case_officer"), fact_page(world, round_id)
    assert "异议期已于" in unit.get(address).text
    late = sent(unit, f"{address}/objection", {"ground": "迟到的事由", "evidence": "回执"})
    assert (late.status_code, "迟到的事由" in late.text) == (409, True)


def test_steps_receipts_and_refusals_on_the_page(world: World, sign_in: SignIn) -> None:
    play_march(world)
    round_id = shown(world)
    address = f"/assessments/{round_id}"
    officer = sign_in("committee_officer")
    early = sent(officer, f"{address}/steps/freeze_scores", {"outcome": "done"})
    assert (early.status_code, "异议期还没有结束" in early.text) == (409, True)
    assert sent(officer, f"{address}/steps/nonsense", {"outcome": "done"}).status_code == 404
    assert sent(officer, f"{address}/steps/freeze_scores", {"outcome": "x"}).status_code == 400
    frozen(world, round_id)
    leader = sign_in("leader")
    returned = sent(leader, f"{address}/steps/approve_ranking", {"outcome": "returned"})
    assert (returned.status_code, "请填写意见" in returned.text) == (422, True)
    assert (
        sent(leader, f"{address}/steps/approve_ranking", {"outcome": "accepted"}).status_code == 303
    )
    head = sign_in("office_head")
    assert sent(head, f"{address}/steps/publish_ranking", {"outcome": "done"}).status_code == 303
    page = head.get(address).text
    assert page.count("登记回执") == 4
    wrong = sent(head, f"{address}/copies/1", {"received_on": "", "received_by": "签收人"})
    assert (wrong.status_code, 'value="签收人"' in wrong.text) == (422, True)
    today = world.now.date().isoformat()
    right = {"received_on": today, "received_by": "签收人"}
    assert sent(head, f"{address}/copies/1", right).status_code == 303
    assert head.get(address).text.count("登记回执</button>") == 3
    assert "抄送和回执" not in sign_in("case_officer").get(address).text


def test_the_ranking_is_an_annex_of_the_bulletin_and_part_of_the_year(
    world: World, sign_in: SignIn
) -> None:
    play_march(world)
    round_id = shown(world)
    frozen(world, round_id)
    step(world, round_id, "leader", APPROVE, Outcome.ACCEPTED)
    assert annex(world) == []
    step(world, round_id, "office_head", PUBLISH)
    rows = annex(world)
    assert rows[0] == ["类别", "名次", "单位", "得分", "等次"]
    assert "示例区人民政府" in {row[2] for row in rows}
    page = sign_in("leader").get("/assessments/composite?first=2026-01&last=2026-12").text
    assert "2026-01 至 2026-02" in page
    assert unit_page(world, round_id, "county") in page
    empty = sign_in("leader").get("/assessments/composite?first=2025-01&last=2025-12").text
    assert "没有印发的考核" in empty


def test_who_has_too_few_facts_stands_unranked_with_what_could_be_scored(
    world: World, sign_in: SignIn
) -> None:
    open_march_returns(world)
    round_id = shown(world)
    why = "可计分值不足，不排名：可计 5 分，最低 25 分"
    officer = sign_in("committee_officer")
    assert why in officer.get(f"/assessments/{round_id}").text
    own = officer.get(unit_page(world, round_id)).text
    assert (why in own, "各项得分照常列出" in own, "不足 25 分的" in own) == (True, True, True)
    frozen(world, round_id)
    step(world, round_id, "leader", APPROVE, Outcome.ACCEPTED)
    step(world, round_id, "office_head", PUBLISH)
    said = "可计分值不足，不排名（可计 5 分）"
    assert annex(world)[1][1:] == ["—", "示例区人民政府", "—", said]
    composite = sign_in("leader").get("/assessments/composite?first=2026-01&last=2026-12").text
    assert "2026-03　可计分值不足" in composite


def test_a_veto_in_a_month_without_points_counts_in_the_composite(
    world: World, sign_in: SignIn
) -> None:
    open_march_returns(world)
    round_id = shown(world)
    frozen(world, round_id)
    step(world, round_id, "leader", APPROVE, Outcome.ACCEPTED)
    step(world, round_id, "office_head", PUBLISH)
    with transaction(world.engine) as session:
        session.execute(
            sa.update(AssessmentSheet)
            .where(AssessmentSheet.unit_id == world.ids["county"])
            .values(vetoed=True, grade="unqualified")
        )
        frame = world.frame(session, "leader")
        view = composite_view(frame, Month(2026, 1), Month(2026, 12))
    lines = {line.unit_id: line for group in view.groups.values() for line in group}
    county, other = lines[world.ids["county"]], lines[world.ids["second_county"]]
    assert (county.hundredths, county.vetoed, county.grade) == (None, True, Grade.UNQUALIFIED)
    assert (other.hundredths, other.vetoed, other.grade) == (None, False, None)


def test_the_composite_says_what_is_in_it_and_what_is_not(sign_in: SignIn) -> None:
    page = sign_in("leader").get("/assessments/composite").text
    for said in ("综合得分包含什么", "巡查评估在系统外进行", "系统没有登记其结果", "本地设置"):
        assert said in page


def annex(world: World) -> list[list[str]]:
    with reading(world.engine) as session:
        text = bulletin_text(world.frame(session, "committee_officer"), MARCH, "")
    found = [one for one in text.sections if "排队结果" in one["heading"]]
    return found[0]["rows"] if found else []


def test_the_months_of_a_span_are_all_counted() -> None:
    assert [str(month) for month in months_between(Month(2025, 11), Month(2026, 1))] == [
        "2025-11",
        "2025-12",
        "2026-01",
    ]
    assert months_between(Month(2026, 2), Month(2026, 1)) == []


def test_months_one_after_the_other_are_told_as_from_and_to() -> None:
    december, january, march = Month(2025, 12), Month(2026, 1), Month(2026, 3)
    assert runs_of([december, january, march]) == ((december, january), (march, march))
    assert runs_of([]) == ()


def test_an_open_objection_keeps_everybody_without_a_place(world: World, sign_in: SignIn) -> None:
    play_march(world)
    round_id = shown(world)
    page = sign_in("committee_officer").get(f"/assessments/{round_id}").text
    ranked = page.count("不排队")
    object_to(world, late_acknowledgement(world, round_id).fact_id)
    page = sign_in("committee_officer").get(f"/assessments/{round_id}").text
    assert page.count("不排队") > ranked
