"""Tracebacks as those see them who take a step in them: for everybody else there are none."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.errors import RecordNotFoundError
from services.models.case import Act, SupervisionCase
from services.models.organisation import Person
from services.models.succession import Substitution
from services.models.traceback import (
    Disposition,
    Traceback,
    TracebackLook,
    TracebackReport,
    TracebackStepTaken,
)
from services.queries.scope import find_visible_case
from workflows.permissions import Actor
from workflows.traceback import (
    READERS,
    REPORTED_ACTS,
    DispositionKind,
    Houses,
    StepRecord,
    TracebackDecision,
    TracebackRefusedError,
    TracebackStep,
    TracebackTrigger,
    check_step,
    find_post,
    may_read,
)
from workflows.vocabulary import Outcome

MOST = 200
_PRINCIPAL = aliased(Person)


@dataclass(frozen=True)
class TracebackRow:
    """One traceback as listed. `waits_for_me`: the reader may take the step that it waits for."""

    traceback_id: int
    case_id: int
    case_number: str
    hazard_name: str
    trigger: TracebackTrigger
    ground: str
    by_rule: bool
    proposer_name: str
    proposed_at: datetime
    waiting_step: TracebackStep | None
    decision: TracebackDecision | None
    number: str
    ended_at: datetime | None
    waits_for_me: bool


@dataclass(frozen=True)
class TakenStep:
    """One step as it was taken."""

    step: TracebackStep
    outcome: Outcome
    person_name: str
    principal_name: str
    opinion: str
    at: datetime


@dataclass(frozen=True)
class DispositionRow:
    """What was done about somebody."""

    kind: DispositionKind
    subject: str
    organ_name: str
    document_number: str
    done_on: date
    note: str
    person_name: str
    at: datetime


@dataclass(frozen=True)
class ReportRow:
    """The report as it was issued. `sha256` is None while its pages are being made."""

    sha256: str | None
    signatures: tuple[Mapping[str, str], ...]
    looks: tuple["LookRow", ...]


@dataclass(frozen=True)
class LookRow:
    """Somebody took the pages of the report."""

    person_name: str
    at: datetime


@dataclass(frozen=True)
class TracebackPage:
    """One traceback with its report, its steps, and what came of it.

    `reads_case`: the reader may open the case itself, too.
    """

    row: TracebackRow
    content: Mapping[str, Any] | None
    steps: tuple[TakenStep, ...]
    dispositions: tuple[DispositionRow, ...]
    report: ReportRow | None
    refusal: str
    may_record: bool
    reads_case: bool


def houses_of(case: SupervisionCase) -> Houses:
    """Where the steps of a traceback of this case are taken."""
    return Houses(case.listing_office_id, case.listing_body_id, case.competent_department_id)


def reported_in(session: Session, case_id: int) -> frozenset[int]:
    """Who judged, accepted or signed in the case, those stood in for among them."""
    rows = session.execute(
        sa.select(Act.person_id, Substitution.principal_person_id)
        .outerjoin(Substitution, Substitution.id == Act.substitution_id)
        .where(Act.case_id == case_id, Act.action.in_([one.value for one in REPORTED_ACTS]))
    )
    return frozenset(number for row in rows for number in row if number is not None)


def read_steps(session: Session, traceback_id: int) -> tuple[StepRecord, ...]:
    """The steps taken so far, in order, as the rules see them."""
    rows = session.execute(
        sa.select(
            TracebackStepTaken.step,
            TracebackStepTaken.outcome,
            TracebackStepTaken.person_id,
            Substitution.principal_person_id,
        )
        .outerjoin(Substitution, Substitution.id == TracebackStepTaken.substitution_id)
        .where(TracebackStepTaken.traceback_id == traceback_id)
        .order_by(TracebackStepTaken.id)
    )
    return tuple(
        StepRecord(
            TracebackStep(row.step),
            Outcome(row.outcome),
            row.person_id,
            row.principal_person_id,
        )
        for row in rows
    )


def may_propose(session: Session, actor: Actor, case_id: int) -> bool:
    """Whether the actor may begin a traceback of a case that the actor sees."""
    case = find_visible_case(session, actor, case_id)
    if case is None or actor.person_id in reported_in(session, case_id):
        return False
    return find_post(actor, TracebackStep.COMPILE, houses_of(case)) is not None


def list_tracebacks(session: Session, actor: Actor) -> tuple[TracebackRow, ...]:
    """Those in which the actor takes a step, what waits for the actor first, then the newest."""
    houses = {post.organisation_id for post in actor.posts}
    rows = session.execute(
        _rows().where(_lies_in(houses)).order_by(Traceback.id.desc()).limit(MOST)
    ).all()
    found = [
        _row(session, actor, traceback, case, name)
        for traceback, case, name in rows
        if may_read(actor, houses_of(case), reported_in(session, case.id))
    ]
    return tuple(sorted(found, key=lambda row: (not row.waits_for_me, row.ended_at is not None)))


def count_waiting(session: Session, actor: Actor) -> int:
    """How many tracebacks wait for a step of the actor; asks nothing of those who take none."""
    houses = {post.organisation_id for post in actor.posts if post.role in READERS}
    if not houses:
        return 0
    rows = session.execute(_rows().where(Traceback.waiting_step.is_not(None), _lies_in(houses)))
    return sum(
        not _refusal(session, actor, traceback, case)
        for traceback, case, _ in rows.all()
        if may_read(actor, houses_of(case), reported_in(session, case.id))
    )


def _lies_in(houses: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.or_(
        SupervisionCase.listing_office_id.in_(houses),
        SupervisionCase.listing_body_id.in_(houses),
        SupervisionCase.competent_department_id.in_(houses),
    )


def get_traceback(session: Session, actor: Actor, traceback_id: int) -> TracebackPage:
    """One that the actor takes a step in; RecordNotFoundError for everybody else."""
    found = session.execute(_rows().where(Traceback.id == traceback_id)).first()
    if found is None:
        raise RecordNotFoundError
    traceback, case, name = found
    if not may_read(actor, houses_of(case), reported_in(session, case.id)):
        raise RecordNotFoundError
    compiles = find_post(actor, TracebackStep.COMPILE, houses_of(case)) is not None
    handled = traceback.decision not in (None, TracebackDecision.NONE.value)
    return TracebackPage(
        row=_row(session, actor, traceback, case, name),
        content=traceback.content,
        steps=_steps(session, traceback.id),
        dispositions=_dispositions(session, traceback.id),
        report=_report(session, traceback.id),
        refusal=_refusal(session, actor, traceback, case),
        may_record=compiles and handled,
        reads_case=find_visible_case(session, actor, case.id) is not None,
    )


def _rows() -> sa.Select[Traceback, SupervisionCase, str | None]:
    return (
        sa.select(Traceback, SupervisionCase, Person.name)
        .join(SupervisionCase, SupervisionCase.id == Traceback.case_id)
        .outerjoin(Person, Person.id == Traceback.proposed_by_id)
    )


def _row(
    session: Session, actor: Actor, traceback: Traceback, case: SupervisionCase, name: str | None
) -> TracebackRow:
    waits = traceback.waiting_step is not None
    return TracebackRow(
        traceback_id=traceback.id,
        case_id=case.id,
        case_number=case.case_number or case.intake_number,
        hazard_name=case.hazard_name,
        trigger=TracebackTrigger(traceback.trigger),
        ground=traceback.ground,
        by_rule=traceback.proposed_by_id is None,
        proposer_name=name or "",
        proposed_at=traceback.proposed_at,
        waiting_step=TracebackStep(traceback.waiting_step) if traceback.waiting_step else None,
        decision=TracebackDecision(traceback.decision) if traceback.decision else None,
        number=traceback.number or "",
        ended_at=traceback.ended_at,
        waits_for_me=waits and not _refusal(session, actor, traceback, case),
    )


def _refusal(session: Session, actor: Actor, traceback: Traceback, case: SupervisionCase) -> str:
    """Why the actor may not take the step that it waits for; empty where the actor may."""
    if traceback.waiting_step is None:
        return ""
    step, reported = TracebackStep(traceback.waiting_step), reported_in(session, case.id)
    try:
        check_step(actor, step, houses_of(case), read_steps(session, traceback.id), reported)
    except TracebackRefusedError as error:
        return str(error.detail["reason"])
    return ""


def _steps(session: Session, traceback_id: int) -> tuple[TakenStep, ...]:
    rows = session.execute(
        sa.select(TracebackStepTaken, Person.name, _PRINCIPAL.name)
        .join(Person, Person.id == TracebackStepTaken.person_id)
        .outerjoin(Substitution, Substitution.id == TracebackStepTaken.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .where(TracebackStepTaken.traceback_id == traceback_id)
        .order_by(TracebackStepTaken.id)
    )
    return tuple(
        TakenStep(
            TracebackStep(step.step),
            Outcome(step.outcome),
            name,
            principal or "",
            step.opinion,
            step.at,
        )
        for step, name, principal in rows
    )


def _report(session: Session, traceback_id: int) -> ReportRow | None:
    report = session.get(TracebackReport, traceback_id)
    if report is None:
        return None
    looks = session.execute(
        sa.select(Person.name, TracebackLook.at)
        .join(Person, Person.id == TracebackLook.person_id)
        .where(TracebackLook.traceback_id == traceback_id)
        .order_by(TracebackLook.id.desc())
        .limit(MOST)
    )
    return ReportRow(
        report.sha256,
        tuple(report.signatures or ()),
        tuple(LookRow(name, at) for name, at in looks),
    )


def _dispositions(session: Session, traceback_id: int) -> tuple[DispositionRow, ...]:
    rows = session.execute(
        sa.select(Disposition, Person.name)
        .join(Person, Person.id == Disposition.person_id)
        .where(Disposition.traceback_id == traceback_id)
        .order_by(Disposition.id)
    )
    return tuple(
        DispositionRow(
            DispositionKind(row.kind),
            row.subject,
            row.organ_name,
            row.document_number,
            row.done_on,
            row.note,
            name,
            row.at,
        )
        for row, name in rows
    )
