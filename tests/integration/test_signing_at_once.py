"""Two who sign at once, or sign against another deed: one winner, one number, one document."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from services.audit import first_broken_link
from services.database import reading
from services.errors import InvalidCommandError
from services.models.case import Act, SupervisionCase
from services.models.document import Document, NumberEntry
from services.models.process import outbox
from tests.builders import World
from tests.random_world import add_people_of_many_posts
from workflows.errors import RuleError
from workflows.vocabulary import Action, CaseEnding, DocumentKind, Outcome

NOTICE = DocumentKind.LISTING_NOTICE


def ready_to_sign(world: World) -> int:
    add_people_of_many_posts(world)
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    world.do("office_head", case_id, Action.REVIEW_DRAFT)
    world.do("leader", case_id, Action.COUNTERSIGN_LISTING)
    return case_id


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """What each of them was told: `done`, or the code of the refusal."""
    start, told = Barrier(len(deeds)), [""] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        start.wait()
        try:
            deed()
        except (RuleError, InvalidCommandError) as error:
            told[place] = error.code
        else:
            told[place] = "done"

    threads = [Thread(target=run, args=item) for item in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def signed(world: World, case_id: int) -> tuple[int, int, int, int]:
    """Acts of signing, numbers taken, numbered notices, and requests for issued pages."""
    with reading(world.engine) as session:
        assert first_broken_link(session) is None
        acts = session.scalars(
            sa.select(sa.func.count(Act.id)).where(
                Act.case_id == case_id, Act.action == Action.SIGN_LISTING
            )
        ).one()
        numbers = session.scalars(
            sa.select(sa.func.count(NumberEntry.id)).where(NumberEntry.series == NOTICE)
        ).one()
        notices = session.scalars(
            sa.select(sa.func.count(Document.id)).where(
                Document.case_id == case_id,
                Document.kind == NOTICE,
                Document.number.is_not(None),
            )
        ).one()
        asked = session.scalars(
            sa.select(sa.func.count(outbox.c.id)).where(
                outbox.c.idempotency_key.startswith("render_issued:"),
                outbox.c.done_at.is_(None),
            )
        ).one()
    return acts, numbers, notices, asked


@pytest.mark.parametrize("_again", range(3))
def test_of_two_leaders_who_sign_at_once_one_signs(each_world: World, _again: int) -> None:
    world = each_world
    case_id = ready_to_sign(world)
    commands = [world.command(case_id, Action.SIGN_LISTING) for _ in range(2)]
    told = at_once(
        lambda: world.act("signatory", commands[0], Action.SIGN_LISTING),
        lambda: world.act("committee_all", commands[1], Action.SIGN_LISTING),
    )
    assert sorted(told) == ["done", "task_not_ready"]
    assert signed(world, case_id) == (1, 1, 1, 1)
    world.work()
    with reading(world.engine) as session:
        issued = session.scalars(
            sa.select(Document.issued_sha256).filter_by(case_id=case_id, kind=NOTICE)
        ).all()
    assert len([sha256 for sha256 in issued if sha256]) == 1


def test_a_double_click_signs_once(each_world: World) -> None:
    world = each_world
    case_id = ready_to_sign(world)
    command = world.command(case_id, Action.SIGN_LISTING)
    told = at_once(
        *[lambda: world.act("signatory", command, Action.SIGN_LISTING) for _ in range(2)]
    )
    assert sorted(told) == ["done", "task_not_ready"]
    assert signed(world, case_id) == (1, 1, 1, 1)


@pytest.mark.parametrize("head_start", [0, 1])
def test_a_signature_and_the_end_of_the_case_never_both_hold(
    each_world: World, head_start: int
) -> None:
    """The end has been asked for: while it is confirmed, the notice is signed."""
    world = each_world
    case_id = ready_to_sign(world)
    world.do("case_officer", case_id, Action.WITHDRAW_CASE, 0)
    sign = world.command(case_id, Action.SIGN_LISTING)
    end = world.command(case_id, Action.CONFIRM_WITHDRAWAL)
    deeds: list[Callable[[], object]] = [
        lambda: world.act("signatory", sign, Action.SIGN_LISTING),
        lambda: world.act("department_head", end, Action.CONFIRM_WITHDRAWAL),
    ]
    if head_start:
        deeds.reverse()
    told = at_once(*deeds)
    with reading(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        ended = case.ending == CaseEnding.WITHDRAWN
        listed = case.case_number is not None
    assert ended is not listed, told
    assert told.count("done") == 1
    assert signed(world, case_id)[1:] == ((1, 1, 1) if listed else (0, 0, 0))


def test_what_changed_after_it_was_read_is_not_signed(each_world: World) -> None:
    """The leader has the page open; the draft is returned and drawn up anew meanwhile."""
    world = each_world
    case_id = ready_to_sign(world)
    old = world.command(case_id, Action.SIGN_LISTING)
    world.do(
        "committee_all", case_id, Action.SIGN_LISTING, 0, outcome=Outcome.RETURNED, opinion="改。"
    )
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    world.do("office_head", case_id, Action.REVIEW_DRAFT)
    world.do("leader", case_id, Action.COUNTERSIGN_LISTING)
    assert at_once(lambda: world.act("signatory", old, Action.SIGN_LISTING)) != ["done"]
    assert signed(world, case_id)[1:] == (0, 0, 0)
    world.do("signatory", case_id, Action.SIGN_LISTING)
    assert signed(world, case_id)[1:3] == (1, 1)
