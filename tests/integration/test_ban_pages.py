"""The pages of the register of bans, and how ways to a principal's post are stopped on screen."""

import io

import pytest

from services.database import reading, transaction
from services.models.administration import EnterpriseRegistration
from services.models.ban import Ban
from services.models.organisation import Organisation
from tests.builders import World
from tests.integration import test_departures as departures
from tests.integration import test_registration as registrations
from tests.integration.test_assessment_pages import SignIn, app, sent, sign_in
from tests.integration.test_bans import NAME, NUMBER, ban, change, enter, proposed
from tests.integration.test_succession_pages import picture
from workflows.administration import ChangeKind, RegistrationState

__all__ = ["app", "sign_in"]


@pytest.fixture
def office(world: World) -> World:
    return registrations.with_sectors(world)


def filled(world: World, **changes: str) -> dict[str, str]:
    values = {
        "nonce": "f" * 32,
        "name": NAME,
        "kind": "five_years",
        "ground": "dismissal",
        "counted_from": "2024-02-29",
        "organ": "示例集团",
        "document_number": "处分决定示例〔2024〕1号",
        "document_on": "2024-02-28",
        "identity_number": NUMBER,
    }
    return {**values, **changes}


def test_an_entry_is_made_confirmed_and_revoked_on_its_pages(world: World, sign_in: SignIn) -> None:
    officer, head = sign_in("committee_officer"), sign_in("office_head")
    assert "还没有登记" in officer.get("/bans").text
    wrong = sent(officer, "/bans/new", filled(world, identity_number="123", note="待补材料"))
    assert wrong.status_code == 422
    assert "身份证件号码应为 18 位" in wrong.text
    assert "待补材料" in wrong.text  # nothing typed is lost
    made = sent(officer, "/bans/new", filled(world))
    assert (made.status_code, made.location) == (303, "/bans/1")
    page = officer.get("/bans/1").text
    assert '至 <span class="no-wrap">2029-02-28</span> 止（含当日）' in page
    assert "须由示例市安委办另一人复核" in page
    assert NUMBER not in page
    assert "转引未核" in page
    assert "读自转载，未核对原文" in page
    own = sent(officer, "/bans/1/confirm", {})
    assert (own.status_code, "须由两人分别办理" in own.text) == (403, True)
    assert "<b>1</b> 条待您复核" in head.get("/home").text
    assert "条待您复核" not in officer.get("/home").text
    without = sent(head, "/bans/1/refuse", {})
    assert (without.status_code, "请填写理由" in without.text) == (422, True)
    assert sent(head, "/bans/1/confirm", {}).status_code == 303
    assert sent(officer, "/bans/1/propose_revocation", {"reason": "改判"}).status_code == 303
    late = sent(head, "/bans/1/refuse", {"reason": "不符"})
    assert (late.status_code, "已由他人办理" in late.text) == (409, True)
    assert sent(head, "/bans/1/confirm_revocation", {}).status_code == 303
    assert "已撤销" in head.get("/bans?state=revoked&text=负责人").text
    assert "没有符合条件的登记" in head.get("/bans?state=standing").text
    assert sent(head, "/bans/1/enter", {}).status_code == 404
    assert head.get("/bans/2").status_code == 404
    assert head.get("/bans/1/scan").status_code == 404


@pytest.mark.parametrize("name", ["principal", "system_admin", "leader", "government_officer"])
def test_the_register_is_closed_to_others(world: World, sign_in: SignIn, name: str) -> None:
    enter(world)
    visitor = sign_in(name)
    for address in ("/bans", "/bans/1", "/bans/new", "/bans/1/scan"):
        assert visitor.get(address).status_code == 403


def test_departments_read_and_do_not_enter(world: World, sign_in: SignIn) -> None:
    enter(world)
    officer = sign_in("case_officer")
    assert "登记任职限制" not in officer.get("/bans").text
    assert "复核通过，" not in officer.get("/bans/1").text
    assert officer.get("/bans/new").status_code == 403


def test_a_registration_is_stopped_compared_and_confirmed(office: World, sign_in: SignIn) -> None:
    number, asked = ban(office), registrations.register(office)
    officer = sign_in("case_officer")
    address = f"/registrations/{asked}"
    assert f"/bans/comparisons/registration/{asked}" in officer.get(address).text
    decision = {
        "decision": "confirm",
        "principal_username": "new.principal",
        "officer_username": "new.officer",
        "reason": "已对照营业执照原件",
    }
    stopped = sent(officer, f"{address}/decision", decision)
    assert stopped.status_code == 403
    for told in (
        "与任职限制登记中的人员同名",
        "示例区人民法院示例刑初〔2024〕1号",
        "五年限制，至 ",
        "第九十四条第三款（读自转载，未核对原文）",
        f"/bans/comparisons/registration/{asked}",
        "已对照营业执照原件",  # what was typed
    ):
        assert told in stopped.text
    with reading(office.engine) as session:
        row = session.get_one(EnterpriseRegistration, asked)
        assert row.state == RegistrationState.PENDING
    comparison = f"/bans/comparisons/registration/{asked}"
    page = officer.get(comparison).text
    assert f"核对同名人员：{NAME}" in page
    assert "示例新建煤业" in page
    assert "待核对" in page
    for values, problem in (
        ({"likeness": "different"}, "请填写核对情况"),
        ({"compared": "已核对"}, "请按“经核对不是同一人”或者“是同一人”提交"),
        ({"likeness": "different", "compared": "已核对", "identity_number": "1"}, "18 位"),
    ):
        wrong = sent(officer, f"{comparison}/{number}", values)
        assert (wrong.status_code, problem in wrong.text) == (422, True)
    found = {"likeness": "different", "compared": "出生年份不同，籍贯不同"}
    assert sent(officer, f"{comparison}/{number}", found).status_code == 303
    after = officer.get(comparison).text
    assert "没有登记拦截此人" in after
    assert "出生年份不同，籍贯不同" in after
    assert sent(officer, f"{address}/decision", decision).status_code == 303
    assert "出生年份不同，籍贯不同" in officer.get(f"/bans/{number}").text


def test_the_same_person_is_told_so_everywhere(office: World, sign_in: SignIn) -> None:
    number = ban(office, "principal")
    head, officer = sign_in("office_head"), sign_in("case_officer")
    person = office.person_ids["principal"]
    comparison = f"/bans/comparisons/person/{person}"
    assert comparison in head.get("/bans").text
    found = {"likeness": "same", "compared": "身份证件一致"}
    assert sent(officer, f"{comparison}/{number}", found).status_code == 303
    assert "是同一人，应当更换" in head.get("/bans").text
    assert "是同一人，不能担任" in officer.get(comparison).text
    assert sign_in("other_officer").get(comparison).status_code == 404
    assert sign_in("principal").get(comparison).status_code == 403
    assert officer.get("/bans/comparisons/case/1").status_code == 404


def test_the_administrators_are_stopped_and_compare(office: World, sign_in: SignIn) -> None:
    number = ban(office)
    asked = proposed(office, change(office, ChangeKind.ADD_PERSON))
    admin = sign_in("security_admin")
    page = admin.get(f"/administration/changes/{asked}").text
    values = {"decision": "confirm", "opinion": "同意"}
    stopped = admin.send(f"/administration/changes/{asked}/decision", page, **values)
    assert (stopped.status_code, "核对同名人员" in stopped.text) == (403, True)
    comparison = f"/bans/comparisons/proposal/{asked}"
    page = admin.get(comparison).text
    assert '/bans"' not in page  # the register itself is not theirs
    found = {"likeness": "different", "compared": "不是同一人，出生年份不同"}
    assert admin.send(f"{comparison}/{number}", page, **found).status_code == 303
    page = admin.get(comparison).text
    assert f"/administration/changes/{asked}" in page
    again = admin.send(f"/administration/changes/{asked}/decision", page, **values)
    assert again.status_code == 303


def test_the_supervised_side_is_told_nothing_of_the_entry(office: World, sign_in: SignIn) -> None:
    number = departures.prepare(office, "principal", {"enterprise_principal": "safety_officer"})
    ban(office, "safety_officer")
    with transaction(office.engine) as session:
        session.get_one(Organisation, office.ids["mine"]).name = "示例煤业"
    head = sign_in("group_head")
    stopped = sent(head, f"/administration/departures/{number}/confirm", {})
    assert stopped.status_code == 403
    assert "须先由监管部门核对" in stopped.text
    for hidden in ("人民法院", "示例刑初", "五年限制", "/bans"):
        assert hidden not in stopped.text


def test_the_scan_is_kept_and_given_to_readers(world: World, sign_in: SignIn) -> None:
    officer = sign_in("committee_officer")
    values = {**filled(world), "scan": (io.BytesIO(picture()), "处分决定.png")}
    made = officer.send("/bans/new", officer.get("/home").text, **values)
    assert made.status_code == 303
    scan = sign_in("case_officer").get("/bans/1/scan")
    assert scan.status_code == 200
    assert scan.headers["Content-Disposition"].startswith("attachment")
    with reading(world.engine) as session:
        assert session.get_one(Ban, 1).scan_file_name == "处分决定.png"
