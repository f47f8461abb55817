"""The ledger of cases: filtered, ordered, paged, and limited to what the actor may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.database import UtcDateTime
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Organisation
from services.models.process import open_task
from services.queries.concerns import OF_THE_PARTY, Concern, Watch, is_of_concern, runs_out
from services.queries.scope import clocks_told_to, sources_seen_by, told_to, visible_to
from workflows.facts import TOLD_AS
from workflows.permissions import Actor
from workflows.vocabulary import Action, Affiliation, CaseEnding, HazardSource, Phase

_PARTY = aliased(Organisation)
_HOLDER = aliased(Organisation)


@dataclass(frozen=True)
class LedgerFilter:
    """What to look for. Empty means all; `overdue_rule` narrows to what is late by one rule.

    Whoever asks for a concern says by `watch` when and within how many days.
    """

    text: str = ""
    phase: Phase | None = None
    sector: str = ""
    division_code: str = ""
    affiliation: Affiliation | None = None
    overdue_at: datetime | None = None
    overdue_rule: str = ""
    concern: Concern | None = None
    watch: Watch | None = None


@dataclass(frozen=True)
class WaitingRow:
    """An open duty of a listed case, and the organisation that it waits for."""

    step: Action
    holder_name: str


@dataclass(frozen=True)
class LedgerRow:
    """One case as listed."""

    case_id: int
    intake_number: str
    case_number: str | None
    hazard_name: str
    party_name: str
    sector: str
    division_code: str
    source: HazardSource
    phase: Phase
    round_number: int
    ending: CaseEnding | None
    filed_at: datetime
    changed_at: datetime
    rectification_limit_on: date | None
    next_due_at: datetime | None
    waiting: tuple[WaitingRow, ...]

    @property
    def waiting_for(self) -> tuple[Action, ...]:
        """The open duties, each once."""
        return tuple(dict.fromkeys(row.step for row in self.waiting))


@dataclass(frozen=True)
class LedgerPage:
    """One page of the ledger and how many cases match in all."""

    rows: tuple[LedgerRow, ...]
    total: int


def list_ledger(
    session: Session, actor: Actor | None, wanted: LedgerFilter, limit: int, offset: int = 0
) -> LedgerPage:
    """Cases by next deadline. Without an actor: all cases, for the operator's command line."""
    total = count_ledger(session, actor, wanted)
    next_due = _next_due(actor)
    seen = sa.true() if actor is None else sources_seen_by(actor)
    rows = session.execute(
        sa.select(
            SupervisionCase,
            _PARTY.name,
            next_due.label("next_due_at"),
            source_told(seen).label("source"),
        )
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .options(sa.orm.lazyload("*"))
        .where(*_conditions(wanted, actor))
        .order_by(
            SupervisionCase.ended_at.is_not(None),
            next_due.is_(None),
            next_due,
            SupervisionCase.id.desc(),
        )
        .limit(limit)
        .offset(offset)
    ).all()
    waiting = list_waiting(session, actor, {row.SupervisionCase.id: row.name for row in rows})
    return LedgerPage(
        tuple(
            _row(row.SupervisionCase, row.name, row.source, row.next_due_at, waiting)
            for row in rows
        ),
        total,
    )


def count_ledger(session: Session, actor: Actor | None, wanted: LedgerFilter) -> int:
    """How many cases match in all."""
    return session.execute(
        sa.select(sa.func.count(SupervisionCase.id))
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .where(*_conditions(wanted, actor))
    ).scalar_one()


def list_matching_ids(
    session: Session, actor: Actor, wanted: LedgerFilter, limit: int
) -> list[int]:
    """The cases of the ledger in the order in which they were filed."""
    return list(
        session.scalars(
            sa.select(SupervisionCase.id)
            .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
            .where(*_conditions(wanted, actor))
            .order_by(SupervisionCase.id)
            .limit(limit)
        )
    )


def count_matching(
    session: Session, actor: Actor, wanted: Sequence[LedgerFilter]
) -> tuple[int, ...]:
    """How many visible cases each of these filters finds, in one question."""
    numbers = (
        sa.func.count(SupervisionCase.id).filter(sa.and_(sa.true(), *_asked(item, actor)))
        for item in wanted
    )
    row = session.execute(
        sa.select(*numbers)
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .where(visible_to(actor))
    ).one()
    return tuple(row)


def count_phases(session: Session, actor: Actor, wanted: LedgerFilter) -> Mapping[Phase, int]:
    """How many of the cases that a filter finds stand in each phase; phases without are absent."""
    rows = session.execute(
        sa.select(SupervisionCase.phase, sa.func.count(SupervisionCase.id))
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .where(*_conditions(wanted, actor))
        .group_by(SupervisionCase.phase)
    )
    return {Phase(phase): number for phase, number in rows}


def _next_due(actor: Actor | None) -> sa.ScalarSelect[datetime]:
    return (
        sa.select(sa.func.min(Deadline.due_at, type_=UtcDateTime()))
        .where(Deadline.case_id == SupervisionCase.id, Deadline.ended_at.is_(None), _told_to(actor))
        .correlate(SupervisionCase)
        .scalar_subquery()
    )


def _told_to(actor: Actor | None) -> sa.ColumnElement[bool]:
    return sa.true() if actor is None else clocks_told_to(actor)


def _conditions(wanted: LedgerFilter, actor: Actor | None) -> list[sa.ColumnElement[bool]]:
    seen = [] if actor is None else [visible_to(actor)]
    return seen + _asked(wanted, actor)


def _asked(wanted: LedgerFilter, actor: Actor | None) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.text:
        columns = (
            SupervisionCase.hazard_name,
            SupervisionCase.intake_number,
            SupervisionCase.case_number,
            SupervisionCase.national_number,
            _PARTY.name,
        )
        conditions.append(
            sa.or_(*(column.contains(wanted.text, autoescape=True) for column in columns))
        )
    if wanted.phase is not None:
        conditions.append(SupervisionCase.phase == wanted.phase.value)
    if wanted.sector:
        conditions.append(SupervisionCase.sector == wanted.sector)
    if wanted.division_code:
        conditions.append(SupervisionCase.division_code == wanted.division_code)
    if wanted.affiliation is not None:
        conditions.append(_PARTY.affiliation == wanted.affiliation.value)
    if wanted.overdue_at is not None:
        rule = [Deadline.rule_id == wanted.overdue_rule] if wanted.overdue_rule else []
        conditions.append(runs_out(_told_to(actor), Deadline.due_at < wanted.overdue_at, *rule))
    if wanted.concern is not None and wanted.watch is not None:
        conditions.append(is_of_concern(wanted.concern, wanted.watch, _told_to(actor)))
    return conditions


def list_waiting(
    session: Session, actor: Actor | None, party_names: Mapping[int, str]
) -> dict[int, tuple[WaitingRow, ...]]:
    """Of cases, given with their parties: the open duties and at whom, soonest due first."""
    waiting: dict[int, list[WaitingRow]] = {case_id: [] for case_id in party_names}
    for row in session.execute(
        sa.select(open_task.c.case_id, open_task.c.step_id, sa.func.min(_HOLDER.name).label("name"))
        .outerjoin(Deadline, Deadline.task_id == open_task.c.task_id)
        .outerjoin(_HOLDER, _HOLDER.id == Deadline.holder_id)
        .join(SupervisionCase, SupervisionCase.id == open_task.c.case_id)
        .where(
            open_task.c.case_id.in_(party_names),
            open_task.c.standing.is_(False),
            sa.true() if actor is None else told_to(actor, open_task.c.step_id),
        )
        .group_by(open_task.c.task_id, open_task.c.case_id, open_task.c.step_id, open_task.c.due_at)
        .order_by(open_task.c.due_at.is_(None), open_task.c.due_at, open_task.c.step_id)
    ):
        item = WaitingRow(Action(row.step_id), row.name or "")
        waiting[row.case_id].append(_named(item, party_names[row.case_id]))
    return {case_id: tuple(dict.fromkeys(items)) for case_id, items in waiting.items()}


def _named(item: WaitingRow, party_name: str) -> WaitingRow:
    """A step without a deadline names no holder; those of the enterprise wait for the party."""
    return (
        item
        if item.holder_name or item.step not in OF_THE_PARTY
        else WaitingRow(item.step, party_name)
    )


def source_told(seen: sa.ColumnElement[bool]) -> sa.ColumnElement[str]:
    """The source of a case, or what it is told as to whoever may not know of a tip."""
    told = {source.value: TOLD_AS[source].value for source in HazardSource}
    return sa.case(
        (seen, SupervisionCase.source),
        else_=sa.case(told, value=SupervisionCase.source, else_=SupervisionCase.source),
    )


def _row(
    case: SupervisionCase,
    party_name: str,
    source: str,
    next_due_at: datetime | None,
    waiting: Mapping[int, tuple[WaitingRow, ...]],
) -> LedgerRow:
    return LedgerRow(
        case_id=case.id,
        intake_number=case.intake_number,
        case_number=case.case_number,
        hazard_name=case.hazard_name,
        party_name=party_name,
        sector=case.sector,
        division_code=case.division_code,
        source=HazardSource(source),
        phase=Phase(case.phase),
        round_number=case.round_number,
        ending=CaseEnding(case.ending) if case.ending else None,
        filed_at=case.filed_at,
        changed_at=case.changed_at,
        rectification_limit_on=case.rectification_limit_on,
        next_due_at=next_due_at,
        waiting=waiting[case.id],
    )
