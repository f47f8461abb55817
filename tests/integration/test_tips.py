"""A tip from somebody unknown: received, registered, verified, answered, rewarded."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.organisation import Person, Post
from services.models.tip import SealedItem, Tip, TipAct, TipAuditEntry, TipMessage
from services.queries.tips import list_all_tips
from services.tips import acts, custodians
from services.tips.conversation import (
    ReceiptUnknownError,
    find_status,
    pass_on_message,
    read_message,
    write_as_informant,
    write_as_office,
)
from services.tips.desk import read_tip
from services.tips.identity import open_identity
from services.tips.receiving import Subject, SuperiorChannelError, receive_tip
from services.tips.sealing import NoCustodianError, SealBrokenError
from services.tips.step import TipCommand, TipNotFoundError
from services.tips.wall import WALL
from tests.builders import World
from tests.tips import NAME, PHONE, PHRASE, Tips, tips_in
from workflows.errors import RuleError, TaskNotReadyError
from workflows.tips import TipAction, TipChannel, TipOutcome, TipRefusedError, TipStage


@pytest.fixture
def tips(world: World) -> Tips:
    return tips_in(world)


@pytest.fixture
def each_tips(each_world: World) -> Tips:
    return tips_in(each_world)


def test_a_tip_goes_its_whole_way_to_a_reward_without_a_name(each_tips: Tips) -> None:
    tips = each_tips
    receipt = tips.send()
    assert len(receipt) == 20
    tip_id = tips.last_tip()
    assert tips.status(receipt).stage is TipStage.RECEIVED
    tips.register(tip_id)
    assert tips.open_steps(tip_id) == {TipAction.VERIFY_TIP, TipAction.REQUEST_IDENTITY}
    tips.to_answered(tip_id)
    assert tips.status(receipt).payment_code is None
    tips.take("case_officer", tip_id, TipAction.PROPOSE_REWARD, TipOutcome.PROPOSED, grade="second")
    tips.take("department_head", tip_id, TipAction.APPROVE_REWARD, TipOutcome.APPROVED)
    page = tips.status(receipt)
    assert (page.stage, page.reward_amount) == (TipStage.ANSWERED, 5000)
    assert page.payment_code is not None
    assert page.messages[-1].text == "经核查属实，已责令整改。"
    with pytest.raises(InvalidCommandError) as wrong:
        tips.take(
            "second_officer",
            tip_id,
            TipAction.PAY_REWARD,
            TipOutcome.PAID,
            payment_code="1111 2222 3333",
        )
    assert wrong.value.fields == {"payment_code": "payment_code_wrong"}
    tips.take(
        "second_officer",
        tip_id,
        TipAction.PAY_REWARD,
        TipOutcome.PAID,
        payment_code=page.payment_code,
    )
    assert tips.open_steps(tip_id) == set()
    assert not tips.status(receipt).may_write
    with transaction(tips.world.engine) as session:
        assert WALL.find_fault(session) is None
        assert WALL.first_changed_act(session) is None


def test_a_tip_that_is_not_so_is_answered_and_ends(tips: Tips) -> None:
    receipt = tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    tips.to_answered(tip_id, TipOutcome.NOT_PROVEN)
    assert tips.open_steps(tip_id) == set()
    assert tips.status(receipt).stage is TipStage.ANSWERED


def test_a_finding_that_is_sent_back_is_verified_again(tips: Tips) -> None:
    tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    tips.take("case_officer", tip_id, TipAction.VERIFY_TIP, TipOutcome.PROVEN)
    tips.take("department_head", tip_id, TipAction.SIGN_TIP_FINDING, TipOutcome.SENT_BACK)
    assert TipAction.VERIFY_TIP in tips.open_steps(tip_id)


def test_a_tip_not_taken_tells_the_informant_why(tips: Tips) -> None:
    receipt = tips.send()
    reason = "反映事项不属于安全生产范围，请向有关部门反映。"
    tips.register(tips.last_tip(), outcome=TipOutcome.NOT_TAKEN, answer=reason)
    page = tips.status(receipt)
    assert page.stage is TipStage.NOT_TAKEN
    assert [message.text for message in page.messages] == [reason]
    assert not page.may_write


@pytest.mark.parametrize(
    ("name", "action", "outcome", "reason"),
    [
        ("other_officer", TipAction.VERIFY_TIP, TipOutcome.PROVEN, None),
        ("safety_officer", TipAction.VERIFY_TIP, TipOutcome.PROVEN, None),
        ("department_head", TipAction.VERIFY_TIP, TipOutcome.PROVEN, "post"),
        ("custodian", TipAction.VERIFY_TIP, TipOutcome.PROVEN, "post"),
        ("committee_officer", TipAction.REQUEST_IDENTITY, TipOutcome.REQUESTED, None),
        ("department_head", TipAction.REQUEST_IDENTITY, TipOutcome.REQUESTED, "post"),
        ("system_admin", TipAction.VERIFY_TIP, TipOutcome.PROVEN, None),
    ],
)
def test_whoever_does_not_handle_a_tip_knows_nothing_of_it(
    tips: Tips, name: str, action: TipAction, outcome: TipOutcome, reason: str | None
) -> None:
    tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    with pytest.raises(TipRefusedError if reason else TipNotFoundError) as refused:
        tips.take(name, tip_id, action, outcome)
    assert refused.value.detail.get("reason") == reason


def test_a_step_is_taken_once_and_only_while_it_is_open(tips: Tips) -> None:
    tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    with pytest.raises(TaskNotReadyError):
        tips.register(tip_id)
    task_id = tips.task_id(tip_id, TipAction.VERIFY_TIP)
    tips.take("case_officer", tip_id, TipAction.VERIFY_TIP, TipOutcome.PROVEN)
    tips.task_id = lambda *_: task_id  # type: ignore[method-assign]  # the page of before
    with pytest.raises(TaskNotReadyError):
        tips.take("second_officer", tip_id, TipAction.VERIFY_TIP, TipOutcome.NOT_PROVEN)


@pytest.mark.parametrize("typed", ["139 1234 5678", "139-1234-5678", "１３９１２３４５６７８"])
def test_a_number_typed_with_blanks_is_found_in_the_edited_copy(tips: Tips, typed: str) -> None:
    tips.send(contact_name="路人 甲乙", contact_phone=typed)
    copy = {"title": f"据{NAME}反映", "place": f"电话{PHONE}", "text": "电话：139-1234 5678"}
    with pytest.raises(InvalidCommandError) as refused:
        tips.register(tips.last_tip(), **copy)
    assert refused.value.fields == dict.fromkeys(copy, "identity_in_copy")


@pytest.mark.parametrize("field", ["title", "place", "text"])
@pytest.mark.parametrize("mark", [NAME, PHONE, "139 1234 5678"])
def test_an_edited_copy_with_the_informants_name_or_number_is_refused(
    tips: Tips, field: str, mark: str
) -> None:
    tips.send()
    with pytest.raises(InvalidCommandError) as refused:
        tips.register(tips.last_tip(), **{field: f"据{mark}反映"})
    assert refused.value.fields == {field: "identity_in_copy"}


def test_a_second_sending_of_one_form_gives_the_same_receipt_and_one_tip(each_tips: Tips) -> None:
    first = each_tips.send()
    each_tips.number -= 1
    assert each_tips.send() == first
    with transaction(each_tips.world.engine) as session:
        assert session.scalars(sa.select(sa.func.count(Tip.id))).one() == 1


def test_one_form_sent_with_other_words_is_another_tip(each_tips: Tips) -> None:
    first = each_tips.send()
    each_tips.number -= 1
    second = each_tips.send(what="顶板又有响声，跟班的人没有撤。")
    assert second != first
    assert each_tips.status(first).receipt != each_tips.status(second).receipt
    for text in ("换了一根支柱。", "又换了一根支柱。", "又换了一根支柱。"):
        with transaction(each_tips.world.engine) as session:
            page = find_status(session, each_tips.world.office, first, each_tips.world.now)
            write_as_informant(
                session, each_tips.world.office, page, text, "e" * 32, each_tips.world.now
            )
    assert len(each_tips.status(first).messages) == 2


def test_a_flood_pushes_no_older_tip_off_the_desk(
    tips: Tips, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.queries.tips.MOST_ROWS", 2)
    for _ in range(4):
        tips.send(pictures=())
    with transaction(tips.world.engine) as session:
        assert [row.tip_id for row in list_all_tips(session)] == [1, 2]
    for tip_id in (1, 2):
        tips.register(tip_id, outcome=TipOutcome.NOT_TAKEN, answer="不属于安全生产范围。")
    with transaction(tips.world.engine) as session:
        assert [row.tip_id for row in list_all_tips(session)] == [3, 4]


def while_the_first_is_under_way(
    world: World, first: Callable[[Session], object], second: Callable[[Session], object]
) -> list[Exception]:
    """The second begins before the first has ended; what went wrong with it."""
    wrong: list[Exception] = []

    def run() -> None:
        try:
            with transaction(world.engine) as session:
                second(session)
        except Exception as error:  # noqa: BLE001  a fault of any kind is to be seen
            wrong.append(error)

    other = Thread(target=run)
    with transaction(world.engine) as session:
        first(session)
        other.start()
        time.sleep(0.5)
    other.join(30)
    return wrong


def test_a_form_pressed_twice_is_taken_once_and_answered_twice(each_tips: Tips) -> None:
    world, office, now = each_tips.world, each_tips.world.office, each_tips.world.now
    each_tips.send()
    sent = each_tips.sent()

    def send(session: Session) -> None:
        receive_tip(session, office, sent, now)

    assert while_the_first_is_under_way(world, send, send) == []
    page = each_tips.status(sent.receipt)

    def write(session: Session) -> None:
        write_as_informant(session, office, page, "又换了一个塑料袋。", "c" * 32, now)

    def ask(session: Session) -> None:
        write_as_office(world.frame(session, "case_officer"), page.tip_id, "哪一个？", "d" * 32)

    assert while_the_first_is_under_way(world, write, write) == []
    each_tips.register(page.tip_id)
    assert while_the_first_is_under_way(world, ask, ask) == []
    assert len(each_tips.status(sent.receipt).messages) == 2


def test_a_custodian_who_presses_twice_has_one_key(each_world: World) -> None:
    tips = Tips(each_world)
    tips.add_custodian()

    codes: list[str] = []

    def make(session: Session) -> None:
        codes.append(custodians.make_key(each_world.frame(session, "custodian"), PHRASE))

    assert while_the_first_is_under_way(each_world, make, make) == []
    assert codes[0] == codes[1]
    with transaction(each_world.engine) as session:
        frame = each_world.frame(session, "custodian")
        with pytest.raises(custodians.KeyExistsError):
            custodians.make_key(frame, "另外一句很长的口令短语，别人不知道")


def test_of_two_first_custodians_at_once_one_waits_for_the_other(each_world: World) -> None:
    tips = Tips(each_world)
    tips.add_custodian()
    tips.add_custodian("second_custodian")

    def make(name: str) -> Callable[[Session], object]:
        return lambda session: custodians.make_key(each_world.frame(session, name), PHRASE)

    assert not while_the_first_is_under_way(each_world, make("custodian"), make("second_custodian"))
    with transaction(each_world.engine) as session:
        assert len(custodians.list_waiting_keys(session)) == 1


def test_a_tip_that_comes_while_the_key_is_handed_over_is_read_by_both(each_tips: Tips) -> None:
    world, office, sent = each_tips.world, each_tips.world.office, each_tips.sent()
    each_tips.add_custodian("second_custodian")
    each_tips.make_key("second_custodian")
    token = each_tips.open_vault()

    def hand_over(session: Session) -> None:
        frame = world.frame(session, "custodian")
        (waiting,) = custodians.list_waiting_keys(session)
        custodians.hand_over(frame, custodians.get_vault(frame, token), waiting.id)

    def send(session: Session) -> None:
        receive_tip(session, office, sent, world.now)

    assert while_the_first_is_under_way(world, hand_over, send) == []
    tip_id, token = each_tips.last_tip(), each_tips.open_vault("second_custodian")
    with transaction(world.engine) as session:
        vault = custodians.get_vault(world.frame(session, "second_custodian"), token)
        assert read_tip(session, vault, tip_id).what == sent.what


def test_without_a_custodian_nothing_is_taken(world: World) -> None:
    with pytest.raises(NoCustodianError):
        Tips(world).send()
    with transaction(world.engine) as session:
        assert session.scalars(sa.select(sa.func.count(Tip.id))).one() == 0


@pytest.mark.parametrize("about", [None, "department"])
def test_a_tip_about_an_organ_leaves_no_byte_where_the_profile_is_strict(
    tips: Tips, about: str | None
) -> None:
    organ = tips.world.ids[about] if about else None
    with pytest.raises(SuperiorChannelError):
        tips.send(subject=Subject.ORGAN, about_organ_id=organ)
    with transaction(tips.world.engine) as session:
        assert session.scalars(sa.select(sa.func.count(Tip.id))).one() == 0


def test_a_name_needs_a_number_and_a_number_a_name(tips: Tips) -> None:
    with pytest.raises(InvalidCommandError) as no_number:
        tips.send(contact_phone="")
    with pytest.raises(InvalidCommandError) as no_name:
        tips.send(contact_name="")
    assert no_number.value.fields == {"contact_phone": "required"}
    assert no_name.value.fields == {"contact_name": "required"}
    tips.send(contact_name="", contact_phone="", channel=TipChannel.EMPLOYEE)


def unread(session: Session) -> list[TipMessage]:
    waits = sa.and_(TipMessage.by_informant.is_(True), TipMessage.passed_on_at.is_(None))
    return list(session.scalars(sa.select(TipMessage).where(waits)))


def test_messages_pass_both_ways_and_only_the_custodian_reads_the_informants(
    each_tips: Tips,
) -> None:
    tips, world = each_tips, each_tips.world
    receipt = tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    with transaction(world.engine) as session:
        write_as_office(world.frame(session, "case_officer"), tip_id, "是哪一班？", "a" * 32)
    page = tips.status(receipt)
    assert [message.text for message in page.messages] == ["是哪一班？"]
    for _ in range(2):
        with transaction(world.engine) as session:
            write_as_informant(session, world.office, page, "夜班，我在场", "b" * 32, world.now)
    vault = tips.vault(tips.open_vault())
    with transaction(world.engine) as session:
        (message,) = unread(session)
        assert read_message(session, vault, message) == "夜班，我在场"
        pass_on_message(world.frame(session, "custodian"), message, "夜班。")
    with transaction(world.engine) as session:
        assert unread(session) == []
    assert [message.text for message in tips.status(receipt).messages] == ["是哪一班？", ""]


def test_an_identity_is_opened_to_its_asker_alone_and_for_a_day(each_tips: Tips) -> None:
    tips, world = each_tips, each_tips.world
    tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    tips.take("case_officer", tip_id, TipAction.REQUEST_IDENTITY, TipOutcome.REQUESTED)
    code = tips.decide_identity(tip_id, TipOutcome.GRANTED)
    with transaction(world.engine) as session:
        frame = world.frame(session, "case_officer")
        assert open_identity(frame, tip_id, 1, code.lower()) == {"name": NAME, "phone": PHONE}
        assert open_identity(frame, tip_id, 1, "WRONGWRONGWRONG2") == {}
    for name in ("second_officer", "custodian", "other_officer"):
        with transaction(world.engine) as session, pytest.raises(RuleError) as refused:
            open_identity(world.frame(session, name), tip_id, 1, code)
        assert refused.value.code in {"record_not_found", "tip_not_found"}
    world.now += timedelta(hours=24)
    with transaction(world.engine) as session, pytest.raises(RuleError) as over:
        open_identity(world.frame(session, "case_officer"), tip_id, 1, code)
    assert over.value.code == "record_not_found"


def test_a_refused_request_opens_nothing_and_says_why(tips: Tips) -> None:
    tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    tips.take("case_officer", tip_id, TipAction.REQUEST_IDENTITY, TipOutcome.REQUESTED)
    assert tips.decide_identity(tip_id, TipOutcome.REFUSED) == ""
    assert TipAction.REQUEST_IDENTITY in tips.open_steps(tip_id)


def test_nobody_asks_for_the_identity_of_an_anonymous_informant(tips: Tips) -> None:
    tips.send(contact_name="", contact_phone="")
    tip_id = tips.last_tip()
    tips.register(tip_id)
    with pytest.raises(InvalidCommandError):
        tips.take("case_officer", tip_id, TipAction.REQUEST_IDENTITY, TipOutcome.REQUESTED)


def test_a_wrong_code_is_nobodys(tips: Tips) -> None:
    receipt = tips.send()
    for typed in ("", "1234", receipt[:-1] + str((int(receipt[-1]) + 1) % 10), "举" * 20):
        with transaction(tips.world.engine) as session, pytest.raises(ReceiptUnknownError):
            find_status(session, tips.world.office, typed, tips.world.now)
    spaced = " ".join(receipt[place : place + 4] for place in range(0, 20, 4))
    assert tips.status(spaced).receipt == receipt


def test_a_second_custodian_reads_older_tips_only_after_a_handing_over(each_tips: Tips) -> None:
    tips, world = each_tips, each_tips.world
    tips.send()
    tips.add_custodian("deputy")
    tips.make_key("deputy", "另外一句足够长的口令文字")
    assert tips_open(tips, "deputy") is None
    vault = tips.vault(tips.open_vault())
    with transaction(world.engine) as session:
        (waiting,) = custodians.list_waiting_keys(session)
        shared = custodians.hand_over(world.frame(session, "custodian"), vault, waiting.id)
        assert shared == session.scalars(sa.select(sa.func.count(SealedItem.id))).one()
    assert tips_open(tips, "deputy") is not None


def test_a_custodian_left_without_a_handing_over_begins_with_what_comes(each_tips: Tips) -> None:
    tips, world = each_tips, each_tips.world
    tips.send()
    tips.add_custodian("deputy")
    tips.make_key("deputy", "另外一句足够长的口令文字")
    with transaction(world.engine) as session:
        leaver = sa.select(Person.id).where(Person.name == "custodian").scalar_subquery()
        ended = sa.update(Post).where(Post.person_id == leaver)
        session.execute(ended.values(valid_to=world.now.date() - timedelta(days=1)))
    with pytest.raises(NoCustodianError):
        tips.send()
    assert tips_open(tips, "deputy") is not None
    tips.send()
    newest = tips.last_tip()
    vault = tips.vault(tips.open_vault("deputy", "另外一句足够长的口令文字"), "deputy")
    with transaction(world.engine) as session:
        assert read_tip(session, vault, newest).identity["phone"] == PHONE
        with pytest.raises(SealBrokenError):
            read_tip(session, vault, 1)


def tips_open(tips: Tips, name: str) -> object:
    token = tips.open_vault(name, "另外一句足够长的口令文字")
    with transaction(tips.world.engine) as session:
        return custodians.find_vault(tips.world.frame(session, name), token)


def test_the_recovery_code_opens_the_key_and_a_new_phrase_replaces_the_old(world: World) -> None:
    tips = Tips(world)
    tips.add_custodian()
    code = tips.make_key()
    with transaction(world.engine) as session:
        frame = world.frame(session, "custodian")
        custodians.change_phrase(
            frame, custodians.unlock(frame, code.lower()), "新的一句足够长的口令文字"
        )
    with pytest.raises(custodians.WrongPhraseError):
        tips.open_vault(phrase=PHRASE)
    tips.open_vault(phrase="新的一句足够长的口令文字")


def test_a_changed_word_of_an_act_is_found(tips: Tips) -> None:
    tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    with transaction(tips.world.engine) as session:
        session.execute(sa.update(TipAct).values(content={"title": "别的"}))
        assert WALL.first_changed_act(session) == 1
    with transaction(tips.world.engine) as session:
        session.execute(sa.update(TipAuditEntry).values(body={"tip_id": 9}))
        assert WALL.find_fault(session) is not None


def test_a_tip_given_to_the_wrong_office_goes_to_another_and_out_of_sight(each_tips: Tips) -> None:
    tips, world = each_tips, each_tips.world
    tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    reason = "该企业由住建部门监管。"
    tips.take("case_officer", tip_id, TipAction.VERIFY_TIP, TipOutcome.NOT_OURS, reason)
    assert TipAction.REASSIGN_TIP in tips.open_steps(tip_id)
    command = acts.ReassignTip(
        tip_id=tip_id,
        task_id=tips.task_id(tip_id, TipAction.REASSIGN_TIP),
        outcome=TipOutcome.REASSIGNED,
        handler_id=world.ids["other_department"],
    )
    with transaction(world.engine) as session:
        acts.reassign_tip(world.frame(session, "custodian"), command)
    with pytest.raises(TipNotFoundError):
        tips.take("case_officer", tip_id, TipAction.VERIFY_TIP, TipOutcome.PROVEN)
    tips.take("other_officer", tip_id, TipAction.VERIFY_TIP, TipOutcome.PROVEN)


def test_of_two_who_take_a_step_at_once_one_wins(each_tips: Tips) -> None:
    tips, world = each_tips, each_tips.world
    tips.send()
    tip_id = tips.last_tip()
    tips.register(tip_id)
    task_id = tips.task_id(tip_id, TipAction.VERIFY_TIP)

    def take(name: str) -> str:
        command = TipCommand(
            tip_id=tip_id, task_id=task_id, outcome=TipOutcome.PROVEN, opinion="已核查。"
        )
        try:
            with transaction(world.engine) as session:
                acts.verify_tip(world.frame(session, name), command)
        except TaskNotReadyError:
            return "late"
        return "done"

    with ThreadPoolExecutor(max_workers=2) as both:
        assert sorted(both.map(take, ["case_officer", "second_officer"])) == ["done", "late"]
    with transaction(world.engine) as session:
        assert WALL.find_fault(session) is None


def test_numbers_follow_one_another_although_tips_are_registered_at_once(each_tips: Tips) -> None:
    tips, world = each_tips, each_tips.world
    for _ in range(4):
        tips.send(pictures=())
    token = tips.open_vault()

    def register(tip_id: int) -> None:
        with transaction(world.engine) as session:
            frame = world.frame(session, "custodian")
            command = acts.RegisterTip(
                tip_id=tip_id, outcome=TipOutcome.NOT_TAKEN, answer="不属于安全生产范围。"
            )
            acts.register_tip(frame, custodians.get_vault(frame, token), command)

    with ThreadPoolExecutor(max_workers=4) as crowd:
        list(crowd.map(register, range(1, 5)))
    with transaction(world.engine) as session:
        numbers = sorted(str(number) for number in session.scalars(sa.select(Tip.number)))
    assert numbers == [f"朔举〔2026〕{number}号" for number in range(1, 5)]
