"""The frame of every act: refusals leave nothing behind, and one of two wins."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from services.database import transaction
from services.errors import (
    CaseNotFoundError,
    DraftNotReadyError,
    FormSentTwiceError,
    InvalidCommandError,
    ShownChangedError,
)
from services.models.audit import AuditEntry
from services.models.case import Act
from services.models.deadline import Deadline
from services.models.document import NumberEntry
from services.models.process import open_task, outbox, process_instance, step_event
from tests.builders import World
from workflows.engine.errors import StateTamperedError
from workflows.errors import RuleError, TaskNotReadyError
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Outcome

TABLES = (
    Act.__table__,
    AuditEntry.__table__,
    Deadline.__table__,
    NumberEntry.__table__,
    open_task,
    process_instance,
    step_event,
    outbox,
)


def _rows(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [
            (str(table), *row)
            for table in TABLES
            for row in connection.execute(sa.select(table).order_by(*table.primary_key))
        ]


def test_a_refused_act_leaves_every_table_as_it_was(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    before = _rows(world.engine)
    stranger = world.command(case_id, Action.VERIFY_HAZARD)
    for name, command, error in (
        ("rival_principal", stranger, CaseNotFoundError),
        ("discipline_receiver", stranger, CaseNotFoundError),
        ("department_head", stranger, PermissionRefusedError),
        (
            "case_officer",
            world.command(case_id, Action.VERIFY_HAZARD, findings=""),
            InvalidCommandError,
        ),
        (
            "case_officer",
            world.command(case_id, Action.VERIFY_HAZARD, shown="old"),
            ShownChangedError,
        ),
        (
            "case_officer",
            world.command(case_id, Action.VERIFY_HAZARD, task_id="0" * 32),
            TaskNotReadyError,
        ),
        (
            "case_officer",
            replace(stranger, case_id=999),
            CaseNotFoundError,
        ),
    ):
        with pytest.raises(error):
            world.act(name, command, Action.VERIFY_HAZARD)
    assert _rows(world.engine) == before


def test_a_step_of_another_case_is_not_reached_through_ones_own(world: World) -> None:
    mine, other = world.register(), world.file_report()
    command = replace(world.command(mine, Action.VERIFY_HAZARD), case_id=other)
    with pytest.raises(TaskNotReadyError):
        world.act("case_officer", command, Action.VERIFY_HAZARD)


def test_a_task_cannot_be_done_as_another_action(world: World) -> None:
    case_id = world.file_report()
    command = world.command(
        case_id, Action.VERIFY_HAZARD, task_id=world.task_id(case_id, Action.SUPPLEMENT_REPORT)
    )
    with pytest.raises(TaskNotReadyError):
        world.act("case_officer", command, Action.VERIFY_HAZARD)


def test_done_twice_names_who_was_faster(world: World) -> None:
    case_id = world.file_report()
    command = world.command(case_id, Action.VERIFY_HAZARD)
    world.act("case_officer", command, Action.VERIFY_HAZARD)
    with pytest.raises(TaskNotReadyError) as refusal:
        world.act("second_officer", command, Action.VERIFY_HAZARD)
    assert refusal.value.detail["person"] == "case_officer"


def test_of_two_people_at_once_one_wins_and_one_is_told(each_world: World) -> None:
    world = each_world
    case_ids = [world.register()]
    for _ in range(4):
        world.later(minutes=1)
        case_ids.append(world.register())
    outcomes: list[str] = []
    for case_id in case_ids:
        command = world.command(case_id, Action.VERIFY_HAZARD)
        barrier = Barrier(2)

        def race(name: str, command: object = command, barrier: Barrier = barrier) -> None:
            barrier.wait()
            try:
                world.act(name, command, Action.VERIFY_HAZARD)  # type: ignore[arg-type]
            except RuleError as error:
                outcomes.append(error.code)
            else:
                outcomes.append("won")

        threads = [Thread(target=race, args=(name,)) for name in ("case_officer", "second_officer")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(outcomes) == ["task_not_ready"] * 5 + ["won"] * 5


def test_people_on_different_steps_of_one_case_do_not_disturb_each_other(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    acts = (
        ("safety_officer", Action.SUPPLEMENT_REPORT),
        ("case_officer", Action.VERIFY_HAZARD),
        ("second_officer", Action.ISSUE_RECTIFICATION_ORDER),
        ("principal", Action.RECORD_WORKFORCE_REPORT),
    )
    # What the verification rests on is decided before the supplement arrives: only it may be told.
    commands = [(name, world.command(case_id, action), action) for name, action in acts]
    errors: list[str] = []

    def act(name: str, command: object, action: Action) -> None:
        try:
            world.act(name, command, action)  # type: ignore[arg-type]
        except ShownChangedError as error:
            errors.append(error.code)

    threads = [Thread(target=act, args=item) for item in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with transaction(world.engine) as session:
        version = session.execute(sa.select(process_instance.c.version)).scalar_one()
        events = session.execute(sa.select(step_event.c.version)).scalars().all()
    assert version == len(events) == 1 + len(acts) - len(errors)
    assert sorted(events) == list(range(1, version + 1))


def test_the_same_form_sent_twice_starts_one_case(world: World) -> None:
    case_id = world.file_report(nonce="same")
    with pytest.raises(FormSentTwiceError) as refusal:
        world.file_report(nonce="same")
    assert refusal.value.detail["case_id"] == str(case_id)


def test_nobody_signs_pages_that_are_not_there_or_not_the_ones_shown(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.act(
        "committee_officer", world.command(case_id, Action.PROPOSE_LISTING), Action.PROPOSE_LISTING
    )
    with pytest.raises(DraftNotReadyError):
        world.act("office_head", world.command(case_id, Action.REVIEW_DRAFT), Action.REVIEW_DRAFT)
    world.work()
    world.do("office_head", case_id, Action.REVIEW_DRAFT)
    world.do("leader", case_id, Action.COUNTERSIGN_LISTING)
    with pytest.raises(ShownChangedError):
        world.do("signatory", case_id, Action.SIGN_LISTING, draft_sha256="0" * 64)
    world.do("signatory", case_id, Action.SIGN_LISTING)


def test_a_returned_draft_is_frozen_anew_and_the_old_one_keeps_no_number(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    world.do("office_head", case_id, Action.REVIEW_DRAFT, outcome=Outcome.RETURNED, opinion="改")
    world.to_signed(case_id)
    with transaction(world.engine) as session:
        numbers = (
            session.execute(
                sa.select(NumberEntry.text).where(NumberEntry.series == "listing_notice")
            )
            .scalars()
            .all()
        )
    assert numbers == ["朔安督〔2026〕1号"]


def test_a_tampered_state_is_never_decoded(world: World) -> None:
    case_id = world.file_report()
    with transaction(world.engine) as session:
        session.connection().execute(
            sa.update(process_instance).values(
                state=sa.select(process_instance.c.state).scalar_subquery(), version=7
            )
        )
    with pytest.raises(StateTamperedError):
        world.do("case_officer", case_id, Action.VERIFY_HAZARD)


def test_the_handled_step_is_kept_with_its_facts(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        event = session.execute(
            sa.select(step_event).where(step_event.c.step_id == Action.VERIFY_HAZARD)
        ).one()
    assert event.facts["is_major"] is True
    assert ["intake", "verify_hazard", []] in [list(item) for item in event.passed]
    assert event.digest == world.office.case_definition.digest


def test_the_same_form_sent_twice_at_once_starts_one_case(each_world: World) -> None:
    world = each_world
    barrier, outcomes = Barrier(2), list[str]()

    def send() -> None:
        barrier.wait()
        try:
            world.file_report(nonce="at once")
        except FormSentTwiceError as error:
            outcomes.append(error.code)
        else:
            outcomes.append("filed")

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["filed", "form_sent_twice"]


def test_an_older_state_put_back_with_its_version_is_refused(world: World) -> None:
    case_id = world.file_report()
    with transaction(world.engine) as session:
        older = session.execute(sa.select(process_instance)).one()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    with transaction(world.engine) as session:
        session.connection().execute(
            sa.update(process_instance).values(state=older.state, version=older.version)
        )
    with pytest.raises(StateTamperedError):
        world.do("second_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER)
