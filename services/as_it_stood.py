"""A case as it stood on a day: read from what is only ever added, and from kept former values.

Two readings of one shape. `read_present` looks at the rows as they are. `read_as_of` looks at a
moment: acts until then, the diagram run again over them, documents, limits and what the public saw
with everything later put back. On a copy of the database made at that moment both say the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.definitions import load_definition
from services.disclosure.copy import DAYS, FIELDS
from services.disclosure.publish import KEPT_AFTER_TAKEDOWN
from services.errors import CaseNotFoundError
from services.former_values import Row, rows_at
from services.models.administration import AdministrationEntry
from services.models.case import Act, CaseCriterion, CaseParty, Handover, SupervisionCase
from services.models.deadline import Deadline, DeadlineChange
from services.models.disclosure import Publication
from services.models.document import Document, NumberEntry
from services.models.ledger_file import NationalNumberEntry
from services.models.organisation import Organisation
from services.models.paper import PaperNumber
from services.models.process import open_task, process_instance, step_event
from services.models.public import PublicCase, PublicEntry, PublicPicture
from services.queries.case_page import (
    ActRow,
    CasePage,
    CriterionRow,
    get_case_page,
    list_acts,
)
from services.queries.facts import (
    NEEDED_FOR_LISTING,
    OFFICE_DRAFTS_FOR,
    load_record,
    record_of_acts,
    visitor_count,
)
from services.queries.passage import AdvanceRow, list_advances
from services.queries.public.cases import PublicCaseRow, row_of
from services.reference.profile import Profile
from services.step import CASE, ENDINGS
from workflows.administration import ChangeKind
from workflows.deadlines import end_of_day
from workflows.engine import runner
from workflows.errors import RuleError
from workflows.facts import CaseRecord, FactValue, derive, flags_of, round_number, track_of
from workflows.permissions import Actor
from workflows.phases import Position, phase_of
from workflows.vocabulary import (
    Action,
    CaseEnding,
    CaseFlag,
    DocumentKind,
    HandoverKind,
    OrganisationKind,
    PartyKind,
    PartyRole,
    Phase,
)


class RecordUnclearError(RuleError):
    """The diagram, run again over the record, does not come to where it had come."""

    code = "record_unclear"


@dataclass(frozen=True, order=True)
class StepState:
    """One step that was open."""

    process_id: str
    action: Action
    position: int
    standing: bool
    opened_at: datetime


@dataclass(frozen=True)
class DeadlineState:
    """One limit: when it was due, and whether it still ran."""

    deadline_id: int
    rule_id: str
    name: str
    started_at: datetime
    due_at: datetime
    due_on: date
    ended_at: datetime | None
    ended_as: str | None
    holder_name: str

    def is_overdue(self, at: datetime) -> bool:
        """Whether it ran at that moment and had passed."""
        return self.ended_at is None and self.due_at < at


@dataclass(frozen=True)
class DocumentState:
    """One document: its draft, its number and its pages as far as they were there."""

    document_id: int
    kind: DocumentKind
    state: str
    number: str | None
    issued_on: date | None
    organ_name: str
    draft_sha256: str | None
    issued_sha256: str | None
    served_at: datetime | None


@dataclass(frozen=True)
class HandoverState:
    """One receiver."""

    position: int
    kind: HandoverKind
    receiver_name: str
    handed_over_at: datetime
    acknowledged_at: datetime | None
    reported_at: datetime | None


@dataclass(frozen=True)
class CaseState:
    """Everything that this version can say of a case at one moment.

    Organisations bear the names that they had then; rules are today's.
    """

    case_id: int
    intake_number: str
    case_number: str | None
    national_number: str | None
    hazard_name: str
    place: str | None
    description: str | None
    measures_taken: str | None
    found_on: date | None
    filed_at: datetime
    party_name: str
    parent_name: str | None
    department_name: str | None
    territory_name: str
    listing_body_name: str
    parties: tuple[tuple[PartyRole, str], ...]
    criterion: CriterionRow | None
    phase: Phase
    track: str
    flags: tuple[CaseFlag, ...]
    round_number: int
    ending: CaseEnding | None
    ended_at: datetime | None
    limit_on: date | None
    open_steps: tuple[StepState, ...]
    facts: Mapping[str, FactValue]
    acts: tuple[ActRow, ...]
    handovers: tuple[HandoverState, ...]
    documents: tuple[DocumentState, ...]
    deadlines: tuple[DeadlineState, ...]
    published: PublicCaseRow | None
    pictures: tuple[str, ...]


@dataclass(frozen=True)
class _Rows:
    """The rows that a reading is made of, and what follows from the diagram."""

    case: Row
    criterion: Row | None
    parties: Iterable[Row]
    handovers: Iterable[Row]
    deadlines: Iterable[Row]
    documents: Iterable[Row]
    acts: tuple[ActRow, ...]
    record: CaseRecord
    open_steps: tuple[StepState, ...]
    published: PublicCaseRow | None
    pictures: tuple[str, ...]


@dataclass
class _Replayed:
    """Where the diagram had come: open steps by task, and how the case had ended."""

    state: bytes
    opened: dict[str, tuple[runner.OpenTask, datetime]]
    ending: CaseEnding | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True)
class AsItStood:
    """A day's reading for whoever reads the inside of a case today, and the way until then."""

    page: CasePage
    moment: datetime
    state: CaseState | None
    advances: tuple[AdvanceRow, ...]


def get_as_it_stood(
    session: Session, actor: Actor, case_id: int, profile: Profile, on: date, now: datetime
) -> AsItStood:
    """The case as it stood at the end of a day, today until now.

    Raises CaseNotFoundError, RecordUnclearError. Sources that the actor is not told stay untold.
    """
    page = get_case_page(session, actor, case_id, profile)
    if not page.is_inside:
        raise CaseNotFoundError
    moment = min(end_of_day(on), now)
    state = read_as_of(session, case_id, profile, moment)
    advances = tuple(row for row in list_advances(session, page) if row.at <= moment)
    return AsItStood(page, moment, _told_to(page, state) if state else None, advances)


def _told_to(page: CasePage, state: CaseState) -> CaseState:
    told = {act.act_id: act for act in page.acts}
    acts = (
        replace(
            told[act.act_id],
            taken_back=act.taken_back,
            organisation_name=act.organisation_name,
        )
        for act in state.acts
        if act.act_id in told
    )
    kept = [f for f in state.flags if f is not CaseFlag.LIKE_ACCIDENT or f in page.flags]
    return replace(state, acts=tuple(map(_as_done, acts)), flags=tuple(kept))


def read_present(session: Session, case_id: int, profile: Profile) -> CaseState:
    """The case as its rows say now."""
    case = session.get_one(SupervisionCase, case_id)
    record = load_record(session, case, profile)
    shown = session.scalars(sa.select(PublicCase).where(PublicCase.case_id == case_id)).first()
    pictures = session.scalars(_pictures(case_id).where(PublicPicture.revoked_at.is_(None)))
    criteria = _rows(session, CaseCriterion, case_id)
    return _read(
        session,
        _Rows(
            case=_rows(session, SupervisionCase, case_id)[0],
            criterion=criteria[0] if criteria else None,
            parties=_rows(session, CaseParty, case_id),
            handovers=_rows(session, Handover, case_id),
            deadlines=_rows(session, Deadline, case_id),
            documents=_rows(session, Document, case_id),
            acts=tuple(map(_as_done, list_acts(session, case_id))),
            record=record,
            open_steps=tuple(sorted(_open_steps(session, case_id))),
            published=row_of(shown) if shown else None,
            pictures=tuple(pictures),
        ),
    )


def read_as_of(session: Session, case_id: int, profile: Profile, at: datetime) -> CaseState | None:
    """The case as it stood at a moment; None before it was filed.

    Raises RecordUnclearError where the record does not lead to where the case had come.
    """
    case = rows_at(session, case_id, SupervisionCase, at)[case_id]
    if case["filed_at"] > at:
        return None
    way = _replay(session, case_id, at)
    case |= {
        "case_number": _number_at(session, case["case_number"], at),
        "national_number": _national_number_at(session, case_id, case["national_number"], at),
        "ending": way.ending.value if way.ending else None,
        "ended_at": way.ended_at,
    }
    open_steps = tuple(sorted(_step_state(task, since) for task, since in way.opened.values()))
    positions = [Position(step.process_id, step.action) for step in open_steps]
    case["phase"] = phase_of(positions, way.ending).value
    criterion = next(iter(rows_at(session, case_id, CaseCriterion, at).values()), None)
    if criterion is not None and (criterion["confirmed_at"] or at) > at:
        criterion |= {"confirmed_at": None, "confirmed_by_id": None}
    handovers = _handovers_at(session, case_id, at)
    record = _record_at(session, case, criterion, handovers, open_steps, profile, at)
    case |= {
        "round_number": round_number(record.acts),
        "track": track_of(record),
        "flags": [flag.value for flag in flags_of(record)],
    }
    return _read(
        session,
        _Rows(
            case=case,
            criterion=criterion,
            parties=rows_at(session, case_id, CaseParty, at).values(),
            handovers=handovers,
            deadlines=_deadlines_at(session, case_id, at),
            documents=_documents_at(session, case_id, at),
            acts=tuple(_acts_at(session, case_id, at)),
            record=record,
            open_steps=open_steps,
            published=_published_at(session, case_id, at),
            pictures=_pictures_at(session, case_id, at),
        ),
        at,
    )


def _read(session: Session, rows: _Rows, at: datetime | None = None) -> CaseState:
    """Both readings end here; that of the present without a moment."""
    case, names = rows.case, _Names(session, at)
    return CaseState(
        case_id=case["id"],
        intake_number=case["intake_number"],
        case_number=case["case_number"],
        national_number=case["national_number"],
        hazard_name=case["hazard_name"],
        place=case["place"],
        description=case["description"],
        measures_taken=case["measures_taken"],
        found_on=case["found_on"],
        filed_at=case["filed_at"],
        party_name=names.of(case["responsible_party_id"]),
        parent_name=names.find(case["parent_company_id"]),
        department_name=names.find(case["competent_department_id"]),
        territory_name=names.of(case["territorial_government_id"]),
        listing_body_name=names.of(case["listing_body_id"]),
        parties=tuple((PartyRole(row["role"]), row["name"]) for row in rows.parties),
        criterion=_criterion(rows.criterion),
        phase=Phase(case["phase"]),
        track=case["track"],
        flags=tuple(map(CaseFlag, case["flags"])),
        round_number=case["round_number"],
        ending=CaseEnding(case["ending"]) if case["ending"] else None,
        ended_at=case["ended_at"],
        limit_on=case["rectification_limit_on"],
        open_steps=rows.open_steps,
        facts=derive(rows.record),
        acts=tuple(_named_then(act, names) for act in rows.acts),
        handovers=tuple(
            HandoverState(
                row["position"],
                HandoverKind(row["kind"]),
                names.of(row["receiver_id"]),
                row["handed_over_at"],
                row["acknowledged_at"],
                row["reported_at"],
            )
            for row in rows.handovers
        ),
        documents=tuple(
            DocumentState(
                row["id"],
                DocumentKind(row["kind"]),
                row["state"],
                row["number"],
                row["issued_on"],
                names.of(row["organ_id"]),
                row["draft_sha256"],
                row["issued_sha256"],
                row["served_at"],
            )
            for row in rows.documents
        ),
        deadlines=tuple(
            DeadlineState(
                row["id"],
                row["rule_id"],
                row["name"],
                row["started_at"],
                row["due_at"],
                row["due_on"],
                row["ended_at"],
                row["ended_as"],
                names.find(row["holder_id"]) or "",
            )
            for row in rows.deadlines
        ),
        published=rows.published,
        pictures=rows.pictures,
    )


class _Names:
    """Names of organisations as they were at a moment: a later change keeps what was before it."""

    def __init__(self, session: Session, at: datetime | None) -> None:
        self._session = session
        self._former = _former_names(session, at) if at is not None else {}

    def of(self, organisation_id: int) -> str:
        former = self._former.get(organisation_id)
        return former or self._session.get_one(Organisation, organisation_id).name

    def find(self, organisation_id: int | None) -> str | None:
        return self.of(organisation_id) if organisation_id is not None else None


def _former_names(session: Session, at: datetime) -> Mapping[int, str]:
    """Of those that were changed after the moment: their names before the first change since."""
    later = session.execute(
        sa.select(AdministrationEntry.organisation_id, AdministrationEntry.before)
        .where(
            AdministrationEntry.change == ChangeKind.EDIT_ORGANISATION.value,
            AdministrationEntry.at > at,
        )
        .order_by(AdministrationEntry.id.desc())
    )
    return {
        organisation_id: before["name"]
        for organisation_id, before in later
        if organisation_id is not None and before.get("name")
    }


def _named_then(act: ActRow, names: "_Names") -> ActRow:
    return replace(act, organisation_name=names.find(act.organisation_id) or act.organisation_name)


def _criterion(row: Row | None) -> CriterionRow | None:
    if row is None:
        return None
    return CriterionRow(
        row["document"],
        row["document_number"],
        row["article"],
        row["wording"],
        row["verified"],
        row["confirmed_by_id"] is not None,
    )


def _rows(session: Session, table: Any, case_id: int) -> list[Row]:
    columns = table.__table__.columns
    of_case = columns["id"] if table is SupervisionCase else columns["case_id"]
    query = sa.select(table.__table__).where(of_case == case_id).order_by(columns["id"])
    return [dict(row) for row in session.connection().execute(query).mappings()]


def _open_steps(session: Session, case_id: int) -> Iterator[StepState]:
    query = sa.select(open_task).where(open_task.c.case_id == case_id)
    for row in session.connection().execute(query):
        yield StepState(
            row.process_id, Action(row.step_id), row.position, row.standing, row.opened_at
        )


def _step_state(task: runner.OpenTask, since: datetime) -> StepState:
    position = task.instance_path[-1] if task.instance_path else 0
    return StepState(task.process_id, Action(task.step_id), position, task.standing, since)


def _replay(session: Session, case_id: int, at: datetime) -> _Replayed:
    """Run the diagram again over the events until then, each under the facts kept with it."""
    events = session.connection().execute(
        sa.select(step_event, Act.takes_back_id)
        .join(process_instance, process_instance.c.id == step_event.c.instance_id)
        .join(Act, Act.id == step_event.c.act_id)
        .where(
            process_instance.c.subject_kind == CASE,
            process_instance.c.subject_id == case_id,
            step_event.c.at <= at,
        )
        .order_by(step_event.c.version)
    )
    before: dict[int, _Replayed] = {}
    way: _Replayed | None = None
    for event in events:
        if event.takes_back_id is not None:
            way = before[event.takes_back_id]
            continue
        way = way or _begin(session, event)
        before[event.act_id] = replace(way, opened=dict(way.opened))
        _follow(session, way, event)
    if way is None:
        raise RecordUnclearError(case=str(case_id))
    return way


def _begin(session: Session, event: Any) -> _Replayed:
    begun = runner.start(load_definition(session, event.digest), event.facts)
    return _Replayed(begun.state, {task.task_id: (task, event.at) for task in begun.opened})


def _follow(session: Session, way: _Replayed, event: Any) -> None:
    """Take the step that the event took; it must pass the very elements that it passed then."""
    process_id, step_id, path = event.passed[0]
    place = (process_id, step_id, tuple(path))
    found = [
        task_id
        for task_id, (task, _) in way.opened.items()
        if (task.process_id, task.step_id, task.instance_path) == place
    ]
    if not found:
        raise RecordUnclearError(act=str(event.act_id))
    definition = load_definition(session, event.digest)
    advance = runner.complete(definition, way.state, found[0], event.facts)
    passed = [[p.process_id, p.element_id, list(p.instance_path)] for p in advance.passed]
    if passed != event.passed:
        raise RecordUnclearError(act=str(event.act_id))
    way.state = advance.state
    for task_id in advance.closed:
        way.opened.pop(task_id)
    way.opened |= {task.task_id: (task, event.at) for task in advance.opened}
    ended = (ENDINGS[p.element_id] for p in advance.passed if p.element_id in ENDINGS)
    if way.ending is None and (ending := next(ended, None)) is not None:
        way.ending, way.ended_at = ending, event.at


def _acts_at(session: Session, case_id: int, at: datetime) -> Iterator[ActRow]:
    for act in list_acts(session, case_id):
        if act.at <= at:
            later = act.taken_back is not None and act.taken_back.at > at
            yield _as_done(replace(act, taken_back=None) if later else act)


def _as_done(act: ActRow) -> ActRow:
    """Without what other acts say of it: versions of its files, its confirmation on paper."""
    files = tuple(replace(file, version=None) for file in act.files)
    return replace(act, files=files, paper=None)


def _record_at(
    session: Session,
    case: Row,
    criterion: Row | None,
    handovers: list[Row],
    open_steps: tuple[StepState, ...],
    profile: Profile,
    at: datetime,
) -> CaseRecord:
    """The record of today with what has changed since put back."""
    present = session.get_one(SupervisionCase, case["id"])
    acts, taken_back = record_of_acts(session, present.id, Act.at <= at)
    body = session.get_one(Organisation, case["listing_body_id"])
    party = session.get_one(Organisation, case["responsible_party_id"])
    return replace(
        load_record(session, present, profile),
        has_parent_company=case["parent_company_id"] is not None,
        acts=acts,
        taken_back=taken_back,
        receiver_count=len(handovers),
        receivers_reported=sum(row["reported_at"] is not None for row in handovers),
        visitor_count=visitor_count(
            case["territorial_government_id"], case["responsible_party_id"]
        ),
        criterion_on_record=criterion is not None,
        criterion_confirmed=criterion is not None
        and (criterion["verified"] or criterion["confirmed_by_id"] is not None),
        missing_fields=tuple(name for name in NEEDED_FOR_LISTING if not case[name]),
        party_kind=PartyKind(case["party_kind"]),
        office_drafts_listing=body.kind in OFFICE_DRAFTS_FOR,
        party_is_sole_trader=party.kind == OrganisationKind.SOLE_TRADER,
        service_open=any(step.action is Action.SERVE_ON_NEW_PARTY for step in open_steps),
    )


def _number_at(session: Session, number: str | None, at: datetime) -> str | None:
    """A case has one number for good: from the moment when it was given."""
    given = sa.union_all(
        sa.select(NumberEntry.given_at).where(NumberEntry.text == number),
        sa.select(PaperNumber.recorded_at).where(PaperNumber.text == number),
    )
    moments = session.scalars(given).all()
    return number if any(moment <= at for moment in moments) else None


def _national_number_at(
    session: Session, case_id: int, number: str | None, at: datetime
) -> str | None:
    """What the next change after that moment found."""
    change = session.scalars(
        sa.select(NationalNumberEntry)
        .where(NationalNumberEntry.case_id == case_id, NationalNumberEntry.at > at)
        .order_by(NationalNumberEntry.id)
        .limit(1)
    ).first()
    return change.old_number if change is not None else number


def _handovers_at(session: Session, case_id: int, at: datetime) -> list[Row]:
    """Receivers as they were: one that gave way later is the receiver still."""
    former = {
        row.id: row.former
        for row in session.scalars(sa.select(Handover).where(Handover.case_id == case_id))
    }
    found = []
    for row in rows_at(session, case_id, Handover, at).values():
        gave_way = next((one for one in former[row["id"]] if one.left_at > at), None)
        if gave_way is not None and row["handed_over_at"] > at:
            row |= {
                "receiver_id": gave_way.receiver_id,
                "handed_over_at": gave_way.handed_over_at,
            }
        if row["handed_over_at"] <= at:
            found.append(_until(row, at, "acknowledged_at", "reported_at"))
    return found


def _deadlines_at(session: Session, case_id: int, at: datetime) -> Iterator[Row]:
    """Limits that had begun, due as they were before they were moved later."""
    changes: dict[int, DeadlineChange] = {}
    for change in session.scalars(
        sa.select(DeadlineChange)
        .join(Deadline, Deadline.id == DeadlineChange.deadline_id)
        .where(Deadline.case_id == case_id, DeadlineChange.at > at)
        .order_by(DeadlineChange.id)
    ):
        changes.setdefault(change.deadline_id, change)
    for row in rows_at(session, case_id, Deadline, at).values():
        if row["started_at"] > at:
            continue
        if (moved := changes.get(row["id"])) is not None:
            row |= {"due_at": moved.former_due_at, "due_on": moved.former_due_on}
        if row["ended_at"] is not None and row["ended_at"] > at:
            row |= {"ended_at": None, "ended_as": None}
        yield row


def _documents_at(session: Session, case_id: int, at: datetime) -> Iterator[Row]:
    for row in rows_at(session, case_id, Document, at).values():
        if row["made_at"] <= at:
            yield _until(row, at, "served_at")


def _until(row: Row, at: datetime, *moments: str) -> Row:
    """What had not happened yet is empty."""
    return row | {name: None for name in moments if row[name] is not None and row[name] > at}


def _published_at(session: Session, case_id: int, at: datetime) -> PublicCaseRow | None:
    """The public page as the last publication until then had left it."""
    rows = session.execute(
        sa.select(PublicEntry, Publication.content, PublicCase.id)
        .join(Publication, Publication.id == PublicEntry.publication_id)
        .join(PublicCase, PublicCase.id == PublicEntry.public_case_id)
        .where(PublicCase.case_id == case_id, PublicEntry.at <= at)
        .order_by(PublicEntry.id)
    ).all()
    values: dict[str, Any] = {}
    for entry, content, public_id in rows:
        values |= {"id": public_id, "case_id": case_id, "changed_at": entry.at}
        values.setdefault("published_at", entry.at)
        if entry.kind == "takedown":
            gone = dict.fromkeys(set(FIELDS) - set(KEPT_AFTER_TAKEDOWN))
            values |= {**gone, "taken_down_at": entry.at}
        else:
            values |= {**_copied(content["copy"]), "taken_down_at": None}
    return row_of(PublicCase(**values)) if values else None


def _copied(copy: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(copy[name]) if name in DAYS and copy.get(name) else copy.get(name)
        for name in FIELDS
    }


def _pictures(case_id: int) -> sa.Select[str]:
    return (
        sa.select(PublicPicture.caption)
        .join(PublicCase, PublicCase.id == PublicPicture.public_case_id)
        .where(PublicCase.case_id == case_id)
        .order_by(PublicPicture.id)
    )


def _pictures_at(session: Session, case_id: int, at: datetime) -> tuple[str, ...]:
    there = (
        _pictures(case_id)
        .join(PublicEntry, PublicEntry.publication_id == PublicPicture.publication_id)
        .where(
            PublicEntry.at <= at,
            sa.or_(PublicPicture.revoked_at.is_(None), PublicPicture.revoked_at > at),
        )
    )
    return tuple(session.scalars(there))
