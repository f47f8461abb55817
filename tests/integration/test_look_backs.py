"""After delisting: checks recorded by one person and chained; alerts of the public set aside."""

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services import accounts
from services.clock import local_date
from services.database import reading, transaction
from services.errors import CaseNotFoundError, InvalidCommandError, RecordNotFoundError
from services.look_backs import (
    ALERTS_OF_A_CASE,
    AlertOverError,
    AlertsFullError,
    LookBackOverError,
    RecordCheck,
    first_changed_look_back,
    raise_alert,
    record_check,
    set_alert_aside,
)
from services.models.case import SupervisionCase
from services.models.look_back import LookBackCheck, PublicAlert
from services.queries.look_backs import count_alerts, count_due, get_look_back, list_look_backs
from tests.builders import World
from tests.integration.test_case_pages import HASH, TOKEN, SignIn, signed_in_to
from tests.public_rows import app_of, put_public, take_down
from workflows.looking_back import LookBackRefusedError, LookBackResult, LookBackState
from workflows.vocabulary import CaseEnding

HOLDS, RECURRED = LookBackResult.HOLDS, LookBackResult.RECURRED


def ended(world: World, months: int = 0) -> int:
    """A case that was delisted now, and the months after it."""
    case_id = world.register(nonce=f"ended {world.now}")
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        case.ending, case.ended_at = CaseEnding.DELISTED.value, world.now
    world.later(days=31 * months)
    return case_id


def record(
    world: World,
    case_id: int,
    result: LookBackResult = HOLDS,
    name: str = "case_officer",
    **changes: object,
) -> None:
    values: dict[str, object] = {
        "case_id": case_id,
        "months": 1,
        "done_on": local_date(world.now),
        "result": result,
        "note": "到2号采区查看，独立通风系统完好。",
    }
    command = RecordCheck(**{**values, **changes})  # type: ignore[arg-type]
    with transaction(world.engine) as session:
        record_check(world.frame(session, name), command)


def due(world: World, name: str = "case_officer") -> int:
    with reading(world.engine) as session:
        settings = world.office.profile.look_back
        return count_due(session, world.actor(name), settings, local_date(world.now))


def states(world: World, case_id: int) -> list[LookBackState]:
    with reading(world.engine) as session:
        settings = world.office.profile.look_back
        actor, today = world.actor("case_officer"), local_date(world.now)
        page = get_look_back(session, actor, case_id, settings, today)
    return [one.state for one in page.row.checks]


def alert(world: World, public_id: int, text: str = "风机又停了。") -> None:
    with transaction(world.engine) as session:
        raise_alert(session, public_id, text, world.now)


def set_aside(world: World, alert_id: int, reason: str, name: str) -> None:
    with transaction(world.engine) as session:
        set_alert_aside(world.frame(session, name), alert_id, reason)


def alerts(world: World) -> list[PublicAlert]:
    with reading(world.engine) as session:
        return list(session.scalars(sa.select(PublicAlert).order_by(PublicAlert.id)))


def test_a_check_is_due_after_a_month_and_done_once_it_is_recorded(each_world: World) -> None:
    world = each_world
    case_id = ended(world)
    assert due(world) == 0
    with reading(world.engine) as session:
        settings, today = world.office.profile.look_back, local_date(world.now)
        actor = world.actor("case_officer")
        assert list_look_backs(session, actor, settings, today)[0].case_id == case_id
    world.later(days=31)
    for name in ("case_officer", "department_head", "committee_officer", "office_head"):
        assert due(world, name) == 1
    assert due(world, "other_officer") == due(world, "principal") == 0
    record(world, case_id)
    record(world, case_id)  # sent twice
    assert due(world) == 0
    assert states(world, case_id)[0] is LookBackState.DONE
    with reading(world.engine) as session:
        assert session.scalar(sa.select(sa.func.count(LookBackCheck.id))) == 1
    with pytest.raises(LookBackOverError):
        record(world, case_id, RECURRED, "second_officer")


def test_who_was_not_reached_stays_due_and_a_recurrence_ends_the_checks(each_world: World) -> None:
    world = each_world
    case_id = ended(world, 1)
    record(world, case_id, LookBackResult.NOT_REACHABLE)
    assert due(world) == 1
    record(world, case_id, RECURRED, "committee_officer")
    assert due(world) == 0
    assert states(world, case_id) == [LookBackState.DONE]
    world.later(days=90)
    assert due(world) == 0
    with pytest.raises(LookBackOverError):
        record(world, case_id, months=3)


def test_only_officers_of_the_two_offices_record(world: World) -> None:
    case_id = ended(world, 1)
    with pytest.raises(LookBackRefusedError):
        record(world, case_id, name="department_head")
    for name in ("principal", "rival_principal", "other_officer"):
        with pytest.raises(CaseNotFoundError):
            record(world, case_id, name=name)
    with pytest.raises(LookBackOverError):
        record(world, case_id, months=3)  # not yet
    running = world.register(nonce="running")
    with pytest.raises(LookBackOverError):
        record(world, running)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"note": "  "}, "note"),
        ({"note": "长" * 501}, "note"),
        ({"done_on": None}, "done_on"),
        ({"done_on": date(2036, 1, 1)}, "done_on"),
        ({"done_on": date(2016, 1, 1)}, "done_on"),
    ],
)
def test_a_check_says_when_and_what(world: World, changes: dict[str, object], field: str) -> None:
    case_id = ended(world, 1)
    with pytest.raises(InvalidCommandError) as refusal:
        record(world, case_id, HOLDS, "case_officer", **changes)
    assert set(refusal.value.fields) == {field}


def test_two_at_once_record_one_check(each_world: World) -> None:
    world = each_world
    case_id = ended(world, 1)
    outcomes: list[str] = []

    def run(name: str, result: LookBackResult) -> None:
        try:
            record(world, case_id, result, name)
            outcomes.append("recorded")
        except LookBackOverError:
            outcomes.append("over")

    threads = [
        threading.Thread(target=run, args=pair)
        for pair in (("case_officer", HOLDS), ("committee_officer", RECURRED))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["over", "recorded"]


def test_an_alert_keeps_words_and_day_and_is_set_aside_once(each_world: World) -> None:
    world = each_world
    public_id = put_public(world)
    alert(world, public_id)
    alert(world, public_id)  # sent twice
    alert(world, public_id, "")
    kept = alerts(world)
    assert [one.text for one in kept] == ["风机又停了。", ""]
    assert {column.name for column in sa.inspect(PublicAlert).columns} == {
        *("id", "case_id", "text", "received_on", "nonce"),
        *("set_aside_at", "set_aside_by_id", "set_aside_post_id", "reason"),
    }
    with reading(world.engine) as session:
        assert count_alerts(session, world.actor("committee_officer")) == 2
        assert count_alerts(session, world.actor("principal")) == 0
    with pytest.raises(LookBackRefusedError):  # it waits for the office that listed
        set_aside(world, kept[0].id, "已核实。", "case_officer")
    with pytest.raises(CaseNotFoundError):
        set_aside(world, kept[0].id, "已核实。", "principal")
    with pytest.raises(InvalidCommandError):
        set_aside(world, kept[0].id, " ", "committee_officer")
    set_aside(world, kept[0].id, "当日到场核实，风机正常。", "committee_officer")
    set_aside(world, kept[0].id, "当日到场核实，风机正常。", "committee_officer")  # sent twice
    with pytest.raises(AlertOverError):
        set_aside(world, kept[0].id, "改口。", "committee_officer")
    with reading(world.engine) as session:
        assert count_alerts(session, world.actor("committee_officer")) == 1


def test_alerts_are_refused_beyond_the_bound_and_with_a_way_to_reach(each_world: World) -> None:
    world = each_world
    public_id, other = put_public(world), put_public(world)
    with pytest.raises(InvalidCommandError) as refusal:
        alert(world, public_id, "请打13800138000找我")
    assert refusal.value.fields == {"text": "way_to_reach"}
    for number in range(ALERTS_OF_A_CASE):
        alert(world, public_id, f"第{number}次")
    with pytest.raises(AlertsFullError):
        alert(world, public_id, "再一次")
    alert(world, other)  # a flood about one leaves the others open
    world.later(days=1)
    alert(world, public_id, "再一次")
    take_down(world, public_id)
    with pytest.raises(RecordNotFoundError):
        alert(world, public_id, "撤下后")


def test_the_chain_tells_what_was_changed_afterwards(world: World) -> None:
    case_id, public_id = ended(world, 1), put_public(world)
    record(world, case_id)
    alert(world, public_id)
    set_aside(world, 1, "已核实。", "committee_officer")
    with reading(world.engine) as session:
        assert first_changed_look_back(session) is None
    with transaction(world.engine) as session:
        session.get_one(PublicAlert, 1).reason = "没有核实。"
        session.flush()
        assert first_changed_look_back(session) == "public_alert 1"
        session.get_one(LookBackCheck, 1).result = RECURRED.value
        session.flush()
        assert first_changed_look_back(session) == "lookback_check 1"


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    with transaction(world.engine) as session:
        for name in ("case_officer", "principal", "committee_officer"):
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app = app_of(world, tmp_path)

    def client(name: str) -> FlaskClient:
        return signed_in_to(app, name) if name else app.test_client()

    return client


def token_of(page: str) -> str:
    found = TOKEN.search(page)
    assert found is not None
    return found[1]


def test_an_officer_records_on_the_page_and_is_led_to_a_new_case(
    world: World, sign_in: SignIn
) -> None:
    case_id = ended(world, 1)
    client, address = sign_in("case_officer"), f"/lookbacks/{case_id}"
    assert "件摘牌事项到期待核查" in client.get("/home").text
    assert address in client.get("/lookbacks").text
    assert "本地设置" in client.get("/lookbacks").text
    page = client.get(address).text
    sent = {"csrf_token": token_of(page), "months": "1", "note": "皮带巷风机停用。"}
    refused = client.post(address, data=sent)
    assert refused.status_code == 422
    assert "皮带巷风机停用。" in refused.text
    sent |= {"result": "recurred", "done_on": str(local_date(world.now) - timedelta(days=1))}
    assert client.post(address, data=sent).status_code == 303
    assert "登记新的隐患" in client.get(address).text
    assert "件摘牌事项到期待核查" not in client.get("/home").text
    assert sign_in("principal").get(address).status_code == 404
    assert sign_in("principal").get("/lookbacks").status_code == 403


def test_the_public_says_that_it_is_not_put_right_without_an_account(
    world: World, sign_in: SignIn
) -> None:
    public_id = put_public(world)
    visitor, address = sign_in(""), f"/public/cases/{public_id}/alert"
    assert address in visitor.get(f"/public/cases/{public_id}").text
    page = visitor.get(address).text
    sent = {"csrf_token": token_of(page), "text": "电话 13800138000"}
    refused = visitor.post(address, data=sent)
    assert (refused.status_code, "没有提交" in refused.text) == (422, True)
    assert "已经收到" in visitor.post(address, data={**sent, "text": "风机又停了。"}).text
    assert "风机又停了" not in visitor.get(f"/public/cases/{public_id}").text
    case_id = alerts(world)[0].case_id
    inside = sign_in("committee_officer")
    assert "公众反映未整改到位" in inside.get(f"/cases/{case_id}").text
    assert "公众反映未整改到位" not in sign_in("principal").get(f"/cases/{case_id}").text
    shown = inside.get(f"/lookbacks/{case_id}").text
    assert "风机又停了。" in shown
    where = f"/lookbacks/{case_id}/alerts/1"
    blank = inside.post(where, data={"csrf_token": token_of(shown), "reason": ""})
    assert blank.status_code == 422
    done = inside.post(where, data={"csrf_token": token_of(shown), "reason": "到场核实正常。"})
    assert done.status_code == 303
    assert "到场核实正常。" in inside.get(f"/lookbacks/{case_id}").text
    take_down(world, public_id)
    assert visitor.get(address).status_code == 404
