"""The cases of the ledger with all that its sheet says of them, within what the actor may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import Act, CaseCriterion, SupervisionCase
from services.models.document import Document
from services.models.organisation import Organisation
from services.queries.ledger import (
    LedgerFilter,
    WaitingRow,
    count_ledger,
    list_matching_ids,
    list_waiting,
    source_told,
)
from services.queries.scope import sources_seen_by, submissions_seen_by
from workflows.permissions import Actor
from workflows.vocabulary import Action, CaseEnding, DocumentKind, HazardSource, Phase

MOST_CASES = 5_000
_BATCH = 500
_VOID = "void"


@dataclass(frozen=True)
class SheetCriterion:
    """The clause by which a hazard was judged."""

    clause_key: str | None
    document: str
    document_number: str
    article: str
    wording: str


@dataclass(frozen=True)
class SheetDocument:
    """A notice under its number. One without a number is a draft, and not in the sheet."""

    number: str
    issued_on: date | None


@dataclass(frozen=True)
class Progress:
    """The last report of progress."""

    percent: int | None
    text: str
    at: datetime


@dataclass(frozen=True)
class SheetCase:
    """One case as a row of the sheet."""

    case_id: int
    intake_number: str
    case_number: str | None
    national_number: str | None
    import_key: str | None
    hazard_name: str
    division_code: str
    sector: str
    party_name: str
    credit_code: str | None
    place: str | None
    description: str | None
    measures_taken: str | None
    criterion: SheetCriterion | None
    found_on: date | None
    source: HazardSource
    listing_body: str
    listing: SheetDocument | None
    rectification_limit_on: date | None
    rectification_lead: str
    territory: str
    department: str
    phase: Phase
    ending: CaseEnding | None
    ended_at: datetime | None
    round_number: int
    waiting: tuple[WaitingRow, ...]
    progress: Progress | None
    delisting: SheetDocument | None


@dataclass(frozen=True)
class LedgerSheet:
    """The cases, and how many match: more than are there when the limit was reached."""

    cases: tuple[SheetCase, ...]
    total: int


def get_ledger_sheet(session: Session, actor: Actor, wanted: LedgerFilter) -> LedgerSheet:
    """All matching cases up to the limit, in the order in which they were filed."""
    total = count_ledger(session, actor, wanted)
    ids = list_matching_ids(session, actor, wanted, MOST_CASES)
    cases = [row for some in _batches(ids) for row in _rows(session, actor, some)]
    return LedgerSheet(tuple(cases), total)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _rows(session: Session, actor: Actor, ids: Sequence[int]) -> Iterator[SheetCase]:
    cases = session.execute(
        sa.select(
            SupervisionCase,
            CaseCriterion,
            Organisation.name,
            Organisation.credit_code,
            source_told(sources_seen_by(actor)).label("source"),
            submissions_seen_by(actor).label("submissions_seen"),
        )
        .join(Organisation, Organisation.id == SupervisionCase.responsible_party_id)
        .outerjoin(CaseCriterion, CaseCriterion.case_id == SupervisionCase.id)
        .options(sa.orm.lazyload("*"))
        .where(SupervisionCase.id.in_(ids))
        .order_by(SupervisionCase.id)
    ).all()
    names = _organ_names(session, [row.SupervisionCase for row in cases])
    acts = _last_acts(session, ids)
    notices = _notices(session, ids)
    waiting = list_waiting(session, actor, {row.SupervisionCase.id: row.name for row in cases})
    for row in cases:
        case: SupervisionCase = row.SupervisionCase
        said = acts if row.submissions_seen else {}
        report = said.get((case.id, Action.REPORT_PROGRESS))
        supplement = said.get((case.id, Action.SUPPLEMENT_REPORT))
        yield SheetCase(
            case_id=case.id,
            intake_number=case.intake_number,
            case_number=case.case_number,
            national_number=case.national_number,
            import_key=case.import_key,
            hazard_name=case.hazard_name,
            division_code=case.division_code,
            sector=case.sector,
            party_name=row.name,
            credit_code=row.credit_code,
            place=case.place,
            description=case.description,
            measures_taken=case.measures_taken,
            criterion=_criterion(row.CaseCriterion),
            found_on=case.found_on,
            source=HazardSource(row.source),
            listing_body=names[case.listing_body_id],
            listing=notices.get((case.id, DocumentKind.LISTING_NOTICE)),
            rectification_limit_on=case.rectification_limit_on,
            rectification_lead=str(_said(supplement, "rectification_lead") or ""),
            territory=names[case.territorial_government_id],
            department=names.get(case.competent_department_id or 0, ""),
            phase=Phase(case.phase),
            ending=CaseEnding(case.ending) if case.ending else None,
            ended_at=case.ended_at,
            round_number=case.round_number,
            waiting=waiting[case.id],
            progress=_progress(report),
            delisting=notices.get((case.id, DocumentKind.DELISTING_NOTICE)),
        )


def _organ_names(session: Session, cases: Sequence[SupervisionCase]) -> dict[int, str]:
    ids = {
        organ_id
        for case in cases
        for organ_id in (
            case.listing_body_id,
            case.territorial_government_id,
            case.competent_department_id,
        )
    }
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids - {None}))
    )
    return {row.id: row.name for row in rows}


def _last_acts(session: Session, ids: Sequence[int]) -> dict[tuple[int, Action], Act]:
    """Of each case the last supplement and the last report of progress."""
    wanted = (Action.SUPPLEMENT_REPORT, Action.REPORT_PROGRESS)
    last = (
        sa.select(sa.func.max(Act.id))
        .where(Act.case_id.in_(ids), Act.action.in_(wanted))
        .group_by(Act.case_id, Act.action)
    )
    acts = session.scalars(sa.select(Act).options(sa.orm.lazyload("*")).where(Act.id.in_(last)))
    return {(act.case_id, Action(act.action)): act for act in acts}


def _notices(session: Session, ids: Sequence[int]) -> dict[tuple[int, DocumentKind], SheetDocument]:
    wanted = (DocumentKind.LISTING_NOTICE, DocumentKind.DELISTING_NOTICE)
    rows = session.execute(
        sa.select(Document.case_id, Document.kind, Document.number, Document.issued_on)
        .where(
            Document.case_id.in_(ids),
            Document.kind.in_(wanted),
            Document.number.is_not(None),
            Document.state != _VOID,
        )
        .order_by(Document.id)
    )
    return {
        (row.case_id, DocumentKind(row.kind)): SheetDocument(row.number, row.issued_on)
        for row in rows
    }


def _criterion(criterion: CaseCriterion | None) -> SheetCriterion | None:
    if criterion is None:
        return None
    return SheetCriterion(
        criterion.clause_key,
        criterion.document,
        criterion.document_number,
        criterion.article,
        criterion.wording,
    )


def _progress(report: Act | None) -> Progress | None:
    if report is None:
        return None
    return Progress(_said(report, "percent"), str(_said(report, "progress") or ""), report.at)


def _said(act: Act | None, name: str) -> Any:
    return act.content.get(name) if act is not None else None
