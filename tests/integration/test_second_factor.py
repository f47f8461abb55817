"""A one-time code for every signature: used up with the act, once, by its own person."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import frame as frames
from services import second_factor
from services.action_table import ACTIONS
from services.actions.endorse_monthly_progress import sign_sheet
from services.administration.devices import bind_own_device
from services.database import reading, transaction
from services.errors import ShownChangedError
from services.frame import ActOrigin, Receipt, TaskCommand, record_act
from services.models.account import SecondFactor
from services.models.administration import AdministrationEntry
from services.models.case import Act, SupervisionCase
from services.second_factor import (
    LOCKED_FOR,
    CheckedCode,
    SecondFactorError,
    begin_enrolment,
    check_code,
    code_at,
    confirm_enrolment,
    counter_at,
    enrol,
    find_device,
    find_waiting_secret,
    forget_device,
    told_next,
)
from tests.builders import World
from tests.integration.test_endorsement_sheet import line_command, listed_case, sheet
from tests.integration.test_listing_batches import batch_of, brief
from tests.integration.test_listing_batches import to_signature as batch_to_signature
from tests.integration.test_paper import confirm as confirm_paper
from tests.integration.test_paper import register as register_paper
from workflows.errors import RuleError, TaskNotReadyError
from workflows.signing import SIGNED_ACTS
from workflows.vocabulary import Action

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_SECRET = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
SIGN = Action.SIGN_LISTING


def with_devices(world: World, *names: str) -> World:
    """From now on signing asks for a code; these people have a device."""
    world.office = replace(world.office, second_factor=True)
    with transaction(world.engine) as session:
        for name in names:
            enrol(session, world.office.keys, world.person_ids[name], SECRET, world.now)
    return world


def shown(world: World, steps: int = 0, secret: str = SECRET) -> str:
    """What a device shows now, or so many steps before or after."""
    return code_at(secret, counter_at(world.now) + steps)


def check(world: World, name: str, typed: str) -> CheckedCode:
    """As a page does it: in a transaction of its own."""
    with transaction(world.engine) as session:
        person_id = world.person_ids[name]
        found = check_code(session, world.office.keys, person_id, typed, world.now)
    if isinstance(found, SecondFactorError):
        raise found
    return found


def sign(world: World, name: str, command: TaskCommand, action: Action, typed: str) -> Receipt:
    code = check(world, name, typed)
    with transaction(world.engine) as session:
        frame = replace(world.frame(session, name), code=code)
        return ACTIONS[action].carry_out(frame, command)


def reason(act: Callable[[], object]) -> str:
    with pytest.raises(SecondFactorError) as refused:
        act()
    return refused.value.detail["reason"]


def to_signature(world: World, nonce: str = "first") -> int:
    case_id = world.register(nonce=nonce)
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("committee_officer", Action.PROPOSE_LISTING),
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
    )
    return case_id


def count(world: World, action: Action) -> int:
    with reading(world.engine) as session:
        query = sa.select(sa.func.count(Act.id)).where(Act.action == action)
        return session.scalars(query).one()


def row(world: World, name: str) -> SecondFactor:
    with reading(world.engine) as session:
        found = session.scalars(
            sa.select(SecondFactor).where(SecondFactor.person_id == world.person_ids[name])
        ).one()
        session.expunge_all()
        return found


# ------------------------------------------------------------------ the code and the act


def test_a_signature_takes_a_code_and_a_code_signs_once(each_world: World) -> None:
    first, second = to_signature(each_world), to_signature(each_world, nonce="second")
    world = with_devices(each_world, "signatory")
    command = world.command(first, SIGN)
    assert reason(lambda: world.act("signatory", command, SIGN)) == "missing"
    assert count(world, SIGN) == 0
    code = shown(world)
    assert sign(world, "signatory", command, SIGN, code).case_id == first
    assert row(world, "signatory").last_counter == counter_at(world.now)
    other = world.command(second, SIGN)
    assert reason(lambda: sign(world, "signatory", other, SIGN, code)) == "used"
    earlier = shown(world, -1)
    assert reason(lambda: sign(world, "signatory", other, SIGN, earlier)) == "used"
    assert count(world, SIGN) == 1
    world.later(seconds=30)
    sign(world, "signatory", other, SIGN, shown(world))
    assert count(world, SIGN) == 2


def test_a_clock_may_be_one_step_away_and_no_more(world: World) -> None:
    with_devices(world, "signatory")
    for steps in (-1, 0, 1):
        spaced = f" {shown(world, steps)[:3]} {shown(world, steps)[3:]} "
        assert check(world, "signatory", spaced).counter == counter_at(world.now) + steps
    wide = shown(world).translate({48 + digit: 0xFF10 + digit for digit in range(10)})
    assert check(world, "signatory", wide).counter == counter_at(world.now)
    for typed in (shown(world, -2), shown(world, 2)):
        assert reason(partial(check, world, "signatory", typed)) == "wrong"


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, in its last six digits (SHA-1)."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        moment = datetime.fromtimestamp(seconds, UTC)
        assert code_at(secret, counter_at(moment)) == code


def test_a_refused_act_leaves_the_code_unused(each_world: World) -> None:
    case_id = to_signature(each_world)
    world = with_devices(each_world, "signatory")
    code, command = shown(world), world.command(case_id, SIGN)
    with pytest.raises(ShownChangedError):
        sign(world, "signatory", replace(command, shown="0" * 64), SIGN, code)
    assert row(world, "signatory").last_counter == 0
    sign(world, "signatory", command, SIGN, code)


def test_who_sends_twice_hears_that_the_step_is_done_and_not_that_the_code_is_used(
    each_world: World,
) -> None:
    case_id = to_signature(each_world)
    world = with_devices(each_world, "signatory")
    code, command = shown(world), world.command(case_id, SIGN)
    sign(world, "signatory", command, SIGN, code)
    with pytest.raises(TaskNotReadyError):
        sign(world, "signatory", command, SIGN, code)
    assert count(world, SIGN) == 1


def test_one_code_sent_for_two_cases_at_once_signs_one(each_world: World) -> None:
    cases = (to_signature(each_world), to_signature(each_world, nonce="second"))
    world = with_devices(each_world, "signatory")
    commands, code = [world.command(case_id, SIGN) for case_id in cases], shown(world)
    start, told = Barrier(2), list[str]()

    def run(command: TaskCommand) -> None:
        start.wait()
        try:
            sign(world, "signatory", command, SIGN, code)
            told.append("signed")
        except RuleError as error:
            told.append(error.detail["reason"])

    threads = [Thread(target=run, args=(command,)) for command in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["signed", "used"]
    assert count(world, SIGN) == 1


def test_five_wrong_codes_lock_the_device_for_a_quarter_of_an_hour(each_world: World) -> None:
    case_id = to_signature(each_world)
    world = with_devices(each_world, "signatory")
    for left in ("4", "3", "2", "1"):
        with pytest.raises(SecondFactorError) as wrong:
            check(world, "signatory", "000000")
        assert wrong.value.detail == {"reason": "wrong", "left": left}
    until = (world.now + LOCKED_FOR).isoformat()
    for typed in ("000000", shown(world)):  # then the right one is too late
        with pytest.raises(SecondFactorError) as locked:
            check(world, "signatory", typed)
        assert locked.value.detail["reason"] == "locked"
        assert datetime.fromisoformat(locked.value.detail["until"]) == world.now + LOCKED_FOR
        assert locked.value.detail["until"] == until
    world.later(minutes=15)
    with pytest.raises(SecondFactorError) as afresh:
        check(world, "signatory", "000000")
    assert afresh.value.detail["left"] == "4"
    sign(world, "signatory", world.command(case_id, SIGN), SIGN, shown(world))
    assert (row(world, "signatory").failures, row(world, "signatory").locked_until) == (0, None)


def test_wrong_codes_at_the_same_moment_all_count(each_world: World) -> None:
    world = with_devices(each_world, "signatory")
    start, told = Barrier(6), list[str]()

    def run() -> None:
        start.wait()
        told.append(reason(lambda: check(world, "signatory", "000000")))

    threads = [Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == ["locked", "locked", "wrong", "wrong", "wrong", "wrong"]


def test_nobody_signs_with_the_code_of_another(world: World) -> None:
    case_id = to_signature(world)
    with_devices(world, "signatory", "leader")
    code, command = check(world, "leader", shown(world)), world.command(case_id, SIGN)
    with pytest.raises(SecondFactorError) as refused, transaction(world.engine) as session:
        ACTIONS[SIGN].carry_out(replace(world.frame(session, "signatory"), code=code), command)
    assert refused.value.detail["reason"] == "missing"


def test_who_has_no_device_is_told_so(world: World) -> None:
    with_devices(world)
    assert reason(lambda: check(world, "signatory", "123456")) == "not_enrolled"


# ------------------------------------------------------------------ which acts, and by what way


@pytest.mark.parametrize("action", list(Action))
def test_every_signed_act_and_no_other_is_recorded_only_with_a_code(
    world: World, action: Action, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every act of every route is recorded by `record_act`; see also the architecture test."""

    class RecordedError(Exception):
        pass

    def stop(*_args: object, **_kwargs: object) -> Act:
        raise RecordedError

    monkeypatch.setattr(frames, "Act", stop)
    with_devices(world)
    with reading(world.engine) as session:
        frame = world.frame(session, "signatory")
        arguments = (SupervisionCase(id=1, round_number=1), action, frame.actor.posts[0])
        command = TaskCommand(case_id=1, task_id="", shown="")
        expected = SecondFactorError if action in SIGNED_ACTS else RecordedError
        with pytest.raises(expected):
            record_act(frame, *arguments, command, ActOrigin())
        off = replace(world.office, second_factor=False)
        free = (replace(frame, office=off), replace(frame, signed_on_paper=True))
        for other in free:
            with pytest.raises(RecordedError):
                record_act(other, *arguments, command, ActOrigin())


def test_a_sheet_of_paper_has_its_two_persons_and_needs_no_code(each_world: World) -> None:
    case_id = to_signature(each_world)
    world = with_devices(each_world)
    number = register_paper(world, case_id, SIGN, "signatory", "committee_officer")
    assert confirm_paper(world, number, "office_head").receipt is not None
    assert count(world, SIGN) == 1


def test_one_code_signs_the_whole_monthly_sheet(each_world: World) -> None:
    listed_case(each_world), listed_case(each_world)
    world = with_devices(each_world, "leader")
    commands = [line_command(line) for line in sheet(world, "leader")]
    assert len(commands) == 2
    code = shown(world)

    def sit() -> int:
        checked = check(world, "leader", code)
        with transaction(world.engine) as session:
            frame = replace(world.frame(session, "leader"), code=checked)
            return len(sign_sheet(frame, commands))

    with pytest.raises(SecondFactorError), transaction(world.engine) as session:
        sign_sheet(world.frame(session, "leader"), commands)
    assert sit() == 2
    assert sit() == 0  # sent twice: passed over, not refused
    assert count(world, Action.ENDORSE_MONTHLY_PROGRESS) == 2


def test_one_code_signs_every_case_of_a_batch(each_world: World) -> None:
    cases = batch_of(each_world, 2)
    batch_to_signature(each_world, cases[0])
    world = with_devices(each_world, "signatory")
    seen = brief(world, "signatory", cases[0], SIGN)
    assert seen.draft is not None
    values = {"shown": seen.shown, "draft_sha256": seen.draft.sha256}
    command = world.command(cases[0], SIGN, 0, **values)
    assert reason(lambda: world.act("signatory", command, SIGN)) == "missing"
    sign(world, "signatory", command, SIGN, shown(world))
    assert count(world, SIGN) == 2


# ------------------------------------------------------------------ devices


def bind(world: World, name: str, typed: str) -> None:
    with transaction(world.engine) as session:
        bind_own_device(world.frame(session, name), typed)


def begin(world: World, name: str) -> str:
    with transaction(world.engine) as session:
        return begin_enrolment(session, world.office.keys, world.person_ids[name], world.now)


def test_a_device_counts_from_its_first_code_and_the_one_before_until_then(
    each_world: World,
) -> None:
    world = with_devices(each_world, "leader")
    secret = begin(world, "leader")
    check(world, "leader", shown(world))
    assert reason(lambda: bind(world, "leader", shown(world))) == "wrong_first"
    bind(world, "leader", shown(world, 0, secret))
    assert reason(lambda: check(world, "leader", shown(world))) == "wrong"
    used = check(world, "leader", shown(world, 0, secret))
    with transaction(world.engine) as session:
        person_id = world.person_ids["leader"]
        assert reason(lambda: second_factor.use_code(session, person_id, used)) == "used"
    assert reason(lambda: bind(world, "leader", shown(world, 0, secret))) == "not_begun"
    with reading(world.engine) as session:
        entries = session.scalars(
            sa.select(AdministrationEntry).where(AdministrationEntry.kind == "device_bound")
        ).all()
        assert [entry.person_id for entry in entries] == [world.person_ids["leader"]]


def test_a_code_of_the_old_device_signs_nothing_once_it_is_replaced(each_world: World) -> None:
    case_id = to_signature(each_world)
    world = with_devices(each_world, "signatory")
    code = check(world, "signatory", shown(world, 1))
    world.later(seconds=1)
    bind(world, "signatory", shown(world, -1, begin(world, "signatory")))
    command = world.command(case_id, SIGN)
    with pytest.raises(SecondFactorError), transaction(world.engine) as session:
        ACTIONS[SIGN].carry_out(replace(world.frame(session, "signatory"), code=code), command)


def test_a_device_that_waits_too_long_has_to_begin_again(world: World) -> None:
    secret = begin(world, "leader")
    person_id = world.person_ids["leader"]

    def waiting(session: Session) -> str | None:
        return find_waiting_secret(session, world.office.keys, person_id, world.now)

    with reading(world.engine) as session:
        assert waiting(session) == secret
        assert find_device(session, person_id) is None
    world.later(minutes=15, seconds=1)
    with reading(world.engine) as session:
        assert waiting(session) is None
    typed = shown(world, 0, secret)
    with pytest.raises(SecondFactorError) as over, transaction(world.engine) as session:
        confirm_enrolment(session, world.office.keys, person_id, typed, world.now)
    assert over.value.detail["reason"] == "not_begun"


def test_a_forgotten_device_signs_nothing(world: World) -> None:
    with_devices(world, "leader")
    with transaction(world.engine) as session:
        assert forget_device(session, world.person_ids["leader"])
        assert not forget_device(session, world.person_ids["leader"])
    assert reason(lambda: check(world, "leader", shown(world))) == "not_enrolled"


def test_secrets_are_sealed_bound_to_their_person_and_in_no_repr_or_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with_devices(world, "leader", "signatory")
    secret = begin(world, "leader")
    stored = row(world, "leader")
    assert stored.secret is not None
    assert stored.waiting_secret is not None
    for text in (SECRET.encode(), secret.encode()):
        assert text not in stored.secret + stored.waiting_secret
    assert SECRET not in repr(stored) + repr(vars(stored)) + caplog.text
    with transaction(world.engine) as session:
        session.execute(
            sa.update(SecondFactor)
            .where(SecondFactor.person_id == world.person_ids["signatory"])
            .values(secret=stored.secret)
        )
    # Another's row opens nothing.
    assert reason(lambda: check(world, "signatory", shown(world))) == "damaged"


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 60])
def test_a_damaged_secret_refuses_the_code_and_counts_nothing(world: World, damage: bytes) -> None:
    with_devices(world, "leader")
    begin(world, "leader")
    person_id = world.person_ids["leader"]
    with transaction(world.engine) as session:
        session.execute(sa.update(SecondFactor).values(secret=damage, waiting_secret=damage))
    for _ in range(second_factor.MOST_FAILURES + 1):
        assert reason(lambda: check(world, "leader", shown(world))) == "damaged"
    assert row(world, "leader").failures == 0
    with reading(world.engine) as session:
        keys = world.office.keys
        assert told_next(session, keys, person_id, SECRET, world.now) is None
        assert find_waiting_secret(session, keys, person_id, world.now) is None
    assert reason(lambda: bind(world, "leader", shown(world))) == "not_begun"
    with transaction(world.engine) as session:
        assert forget_device(session, person_id)
    secret = begin(world, "leader")
    bind(world, "leader", shown(world, 0, secret))
    world.later(minutes=1)
    check(world, "leader", shown(world, 0, secret))


def test_what_a_known_device_tells_next_can_still_sign(world: World) -> None:
    with_devices(world, "leader")

    def told(secret: str = SECRET) -> str | None:
        with reading(world.engine) as session:
            person_id = world.person_ids["leader"]
            return told_next(session, world.office.keys, person_id, secret, world.now)

    def use(typed: str) -> None:
        code = check(world, "leader", typed)
        with transaction(world.engine) as session:
            second_factor.use_code(session, world.person_ids["leader"], code)

    assert told(OTHER_SECRET) is None
    for steps in (0, 1):
        code = told()
        assert code == shown(world, steps)
        use(code)
    assert told() == ""
    world.now += timedelta(seconds=30)
    assert told() == shown(world, 1)
