"""Listing batches: cases that one notice could list, and one person's sitting over a batch."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.assignment import StepAssignment
from services.models.case import Act, SupervisionCase
from services.models.document import Document, ListingBatch
from services.models.organisation import Organisation
from services.models.process import open_task
from services.queries.assignments import find_claims
from services.queries.duties import DutyRow, whether_they_fall_to
from services.queries.duty_groups import DutyGroup, list_group
from services.queries.scope import inside_of, visible_to
from services.queries.shown import BASIS, ON_DRAFT
from services.queries.taking_back import not_taken_back
from services.reference.profile import Profile
from workflows.permissions import Actor
from workflows.vocabulary import Action, DocumentKind

# As many as the table of one notice holds on about two pages.
MOST_CASES = 30
MOST_WAITING = 200
_PARTY, _BODY = aliased(Organisation), aliased(Organisation)
_DEPARTMENT, _TERRITORY = aliased(Organisation), aliased(Organisation)
_VOID = "void"


@dataclass(frozen=True)
class WaitingCase:
    """One case whose listing waits to be proposed."""

    case_id: int
    task_id: str
    number: str
    hazard_name: str
    place: str
    party_name: str
    department_name: str
    territory_name: str
    limit_on: date
    due_at: datetime | None


@dataclass(frozen=True)
class WaitingGroup:
    """Cases of one listing body, prepared in one office, that one notice could list."""

    body_name: str
    cases: tuple[WaitingCase, ...]


class BatchObstacle(StrEnum):
    """Why nobody can agree to the draft of a batch: it can only be returned."""

    DISSOLVED = "dissolved"
    LEFT = "left"
    NOT_ALL_HERE = "not_all_here"
    NOT_ALL_YOURS = "not_all_yours"


@dataclass(frozen=True)
class BatchCase:
    """One case of a batch. `step`: the decision on the draft for which it waits."""

    case_id: int
    document_id: int
    number: str
    hazard_name: str
    party_name: str
    limit_on: date | None
    step: Action | None
    task_id: str
    has_left: bool
    may_see: bool
    is_acted_on: bool


@dataclass(frozen=True)
class Sitting:
    """One person's decision on the draft of a batch. `shown` is the hash of what it rests on."""

    batch_id: int
    draft_sha256: str | None
    has_pages: bool
    reads_whole: bool
    cases: tuple[BatchCase, ...]
    obstacle: BatchObstacle | None
    shown: str

    @property
    def acted_on(self) -> tuple[BatchCase, ...]:
        """The cases in which the decision counts."""
        return tuple(case for case in self.cases if case.is_acted_on)

    @property
    def others(self) -> tuple[BatchCase, ...]:
        """Further cases of the batch that the person may see."""
        return tuple(case for case in self.cases if case.may_see and not case.is_acted_on)


def list_waiting_groups(session: Session, actor: Actor, today: date) -> list[WaitingGroup]:
    """Of the actor's open proposals those of one body and office, where there are at least two."""
    if not _several_wait_at(session, {post.organisation_id for post in actor.posts}):
        return []
    at_hand = {
        row.duty.case_id: row.duty
        for group in (DutyGroup.MINE, DutyGroup.SHARED)
        for row in list_group(
            session, actor, group, today, MOST_WAITING, step=Action.PROPOSE_LISTING
        )
    }
    if len(at_hand) < 2:
        return []
    rows: Sequence[Any] = session.execute(
        sa.select(
            SupervisionCase.id,
            SupervisionCase.place,
            SupervisionCase.rectification_limit_on,
            SupervisionCase.listing_body_id,
            SupervisionCase.listing_office_id,
            SupervisionCase.safety_committee_id,
            _BODY.name.label("body_name"),
            _DEPARTMENT.name.label("department_name"),
            _TERRITORY.name.label("territory_name"),
        )
        .join(_BODY, _BODY.id == SupervisionCase.listing_body_id)
        .join(_DEPARTMENT, _DEPARTMENT.id == SupervisionCase.competent_department_id)
        .join(_TERRITORY, _TERRITORY.id == SupervisionCase.territorial_government_id)
        .where(
            SupervisionCase.id.in_(list(at_hand)),
            SupervisionCase.rectification_limit_on.is_not(None),
        )
        .order_by(SupervisionCase.id)
    ).all()
    groups: dict[tuple[int, int, int | None], list[Any]] = {}
    for row in rows:
        key = (row.listing_body_id, row.listing_office_id, row.safety_committee_id)
        groups.setdefault(key, []).append(row)
    return [_group(found, at_hand) for found in groups.values() if len(found) > 1]


def _several_wait_at(session: Session, houses: Collection[int]) -> bool:
    """A cheap question before the dear one, whose duties they are: mostly none or one waits."""
    prepared_here = sa.or_(
        SupervisionCase.listing_office_id.in_(sorted(houses)),
        SupervisionCase.listing_body_id.in_(sorted(houses)),
    )
    waiting = session.execute(
        sa.select(open_task.c.case_id)
        .join(SupervisionCase, SupervisionCase.id == open_task.c.case_id)
        .where(open_task.c.step_id == Action.PROPOSE_LISTING.value, prepared_here)
        .limit(2)
    )
    return len(waiting.all()) == 2


def _group(rows: Sequence[Any], at_hand: Mapping[int, DutyRow]) -> WaitingGroup:
    cases = (
        WaitingCase(
            case_id=row.id,
            task_id=at_hand[row.id].task_id,
            number=at_hand[row.id].number,
            hazard_name=at_hand[row.id].hazard_name,
            place=row.place or "",
            party_name=at_hand[row.id].party_name,
            department_name=row.department_name,
            territory_name=row.territory_name,
            limit_on=row.rectification_limit_on,
            due_at=at_hand[row.id].due_at,
        )
        for row in rows
    )
    return WaitingGroup(rows[0].body_name, tuple(cases))


def find_batch_id(session: Session, case_id: int) -> int | None:
    """The batch of the draft that waits for a decision; None where the case has one of its own."""
    return session.execute(
        sa.select(Document.batch_id)
        .where(
            Document.case_id == case_id,
            Document.kind == DocumentKind.LISTING_NOTICE,
            Document.state == "draft",
        )
        .order_by(Document.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def find_sitting(
    session: Session, actor: Actor, case_id: int, action: Action, today: date, profile: Profile
) -> Sitting | None:
    """What a decision from this case's page is about; None where the draft is of one case only."""
    batch_id = find_batch_id(session, case_id)
    if batch_id is None:
        return None
    batch = session.get_one(ListingBatch, batch_id, populate_existing=True)
    rows = _batch_rows(session, actor, batch_id)
    mine = _may_be_acted_on(session, actor, rows, action, today, profile)
    cases = tuple(_batch_case(row, is_acted_on=row.case_id in mine) for row in rows)
    return Sitting(
        batch_id=batch_id,
        draft_sha256=batch.draft_sha256,
        has_pages=bool(batch.draft_sha256)
        and all(row.draft_sha256 for row in rows if row.case_id in mine),
        reads_whole=all(row.inside for row in rows),
        cases=cases,
        obstacle=_obstacle(batch, cases, action),
        shown=_shown(session, batch, sorted(mine), action),
    )


def _batch_rows(session: Session, actor: Actor, batch_id: int) -> Sequence[sa.Row[Any]]:
    return session.execute(
        sa.select(
            Document.id.label("document_id"),
            Document.case_id,
            Document.state,
            Document.draft_sha256,
            SupervisionCase.intake_number,
            SupervisionCase.hazard_name,
            SupervisionCase.rectification_limit_on,
            SupervisionCase.ending,
            _PARTY.name.label("party_name"),
            open_task.c.step_id,
            open_task.c.task_id,
            visible_to(actor).label("visible"),
            inside_of(actor).label("inside"),
        )
        .join(SupervisionCase, SupervisionCase.id == Document.case_id)
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .outerjoin(
            open_task,
            sa.and_(
                open_task.c.case_id == Document.case_id, open_task.c.step_id.in_(sorted(ON_DRAFT))
            ),
        )
        .where(Document.batch_id == batch_id)
        .order_by(Document.case_id)
    ).all()


def _may_be_acted_on(
    session: Session,
    actor: Actor,
    rows: Sequence[sa.Row[Any]],
    action: Action,
    today: date,
    profile: Profile,
) -> frozenset[int]:
    """The cases in which the step is open, falls to the actor, and is held by nobody else."""
    here = {row.task_id: row.case_id for row in rows if row.step_id == action and _is_in(row)}
    fall = whether_they_fall_to(session, actor, list(here))
    assigned = session.scalars(
        sa.select(StepAssignment.task_id).where(StepAssignment.task_id.in_(list(here))).distinct()
    ).all()
    for task_id in assigned:
        claim = find_claims(session, actor, here[task_id], today, profile).get(task_id)
        if claim is not None and not claim.is_mine:
            fall = {**fall, task_id: False}
    return frozenset(case_id for task_id, case_id in here.items() if fall.get(task_id))


def _is_in(row: sa.Row[Any]) -> bool:
    return row.state != _VOID and row.ending is None and row.step_id is not None


def _batch_case(row: sa.Row[Any], *, is_acted_on: bool) -> BatchCase:
    return BatchCase(
        case_id=row.case_id,
        document_id=row.document_id,
        number=row.intake_number,
        hazard_name=row.hazard_name,
        party_name=row.party_name,
        limit_on=row.rectification_limit_on,
        step=Action(row.step_id) if row.step_id else None,
        task_id=row.task_id or "",
        has_left=not _is_in(row),
        may_see=row.visible,
        is_acted_on=is_acted_on,
    )


def _obstacle(
    batch: ListingBatch, cases: Sequence[BatchCase], action: Action
) -> BatchObstacle | None:
    """A signature is for the whole notice; reviews and countersignatures are for one's cases."""
    if batch.dissolved_at is not None:
        return BatchObstacle.DISSOLVED
    if any(case.has_left for case in cases):
        return BatchObstacle.LEFT
    if action is not Action.SIGN_LISTING:
        return None
    if any(case.step is not action for case in cases):
        return BatchObstacle.NOT_ALL_HERE
    if not all(case.is_acted_on for case in cases):
        return BatchObstacle.NOT_ALL_YOURS
    return None


def _shown(session: Session, batch: ListingBatch, acted_on: Sequence[int], action: Action) -> str:
    """Hash over the draft, the cases acted on, and the acts in them that the decision rests on."""
    rests_on = session.execute(
        sa.select(Act.case_id, Act.action, sa.func.max(Act.id).label("act_id"))
        .where(Act.case_id.in_(acted_on), Act.action.in_(sorted(BASIS[action])), not_taken_back())
        .group_by(Act.case_id, Act.action)
        .order_by(Act.case_id, Act.action)
    )
    parts = [action.value, f"batch:{batch.id}", f"draft:{batch.draft_sha256 or ''}"]
    parts += [f"case:{case_id}" for case_id in acted_on]
    parts += [f"{row.case_id}:{row.action}:{row.act_id}" for row in rests_on]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
