"""Assessments as they stand: rounds, the table of one, a unit with the facts behind its points."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.errors import RecordNotFoundError
from services.models.assessment import (
    AssessmentCopy,
    AssessmentCorrection,
    AssessmentFact,
    AssessmentObjection,
    AssessmentRound,
    AssessmentScore,
    AssessmentSheet,
    AssessmentStepTaken,
)
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.disclosure import Publication
from services.models.monthly_return import MonthlyReturn
from services.models.organisation import Organisation, Person
from services.models.succession import Substitution
from services.queries.disclosure import offices_of
from services.queries.months import Month
from services.queries.returns import return_seen_by
from services.queries.scope import clocks_told_to, inside_of, visible_to
from services.reference.assessment import AssessmentRules
from workflows.assessment import Grade, Total, available_weight, rank
from workflows.assessment_round import (
    LEADERS,
    OFFICE,
    READERS,
    ROLES,
    UNITS,
    AssessmentStep,
    RoundState,
    RoundStep,
    reads_evidence,
)
from workflows.permissions import Actor
from workflows.vocabulary import OrganisationKind, Outcome

MOST = 120
# Under this name the step of an objection keeps what its files are: the chain commits to it.
EVIDENCE_FILES = "files"
_PRINCIPAL = aliased(Person)


@dataclass(frozen=True)
class TakenRoundStep(RoundStep):
    """One step as it was taken, for the rules and for the page."""

    person_name: str = ""
    principal_name: str = ""
    opinion: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True)
class RoundRow:
    """One round."""

    round_id: int
    office_id: int
    office_name: str
    period: Month
    as_of: datetime
    state: RoundState
    waiting_step: AssessmentStep | None
    objections_until: date | None
    made_at: datetime
    ended_at: datetime | None

    @property
    def is_shown(self) -> bool:
        """Whether the units were shown their scores."""
        return self.objections_until is not None

    @property
    def is_published(self) -> bool:
        """Whether the ranking went out."""
        return self.state is RoundState.PUBLISHED


@dataclass(frozen=True)
class WaitingRounds:
    """Rounds that wait for one's step, objections to be answered, own units' sheets to check."""

    rounds: int
    objections: int
    sheets: int


@dataclass(frozen=True)
class ScoreRow:
    """The points of one indicator on a sheet."""

    indicator: str
    weight: int
    counted: int
    met: int
    days: int
    hundredths: int | None


@dataclass(frozen=True)
class SheetRow:
    """A unit with what it scores now, and before any correction. `place`: None without one."""

    unit_id: int
    unit_name: str
    unit_kind: OrganisationKind
    revision: int
    total: Total
    first_hundredths: int | None
    scores: Mapping[str, ScoreRow]
    place: int | None = None

    @property
    def available(self) -> int:
        """What the indicators that had facts weigh together."""
        return available_weight((one.weight, one.hundredths) for one in self.scores.values())


class Withheld(StrEnum):
    """What a fact rests on that this reader may not open."""

    RETURN = "return"
    PUBLICATION = "publication"
    CHECK = "check"


@dataclass(frozen=True)
class FactRow:
    """One fact as collected and as it counts. `case_id` is None where the reader may not see it.

    `act_id`: the act that it rests on, or that ended its clock. `corrected`: by the last
    correction, counts or not, met or not, days. `withheld`: what it rests on besides and is for
    others to open.
    """

    fact_id: int
    indicator: str
    name: str
    met: bool
    days: int
    due_on: date | None
    happened_on: date | None
    unnamed: bool
    seen: bool
    case_id: int | None
    number: str
    hazard_name: str
    deadline_id: int | None
    return_id: int | None
    act_id: int | None
    document_id: int | None
    publication_id: int | None
    check_id: int | None
    withheld: tuple[Withheld, ...]
    corrected: tuple[bool, bool, int] | None
    reason: str
    objection_id: int | None


@dataclass(frozen=True)
class EvidenceFile:
    """A file of an objection: the copy that is shown, and the original, where that is another."""

    number: int
    file_name: str
    sha256: str
    size: int
    media_type: str
    original_sha256: str | None


@dataclass(frozen=True)
class ObjectionRow:
    """One objection with its ground and its answer, as far as there is one."""

    objection_id: int
    unit_id: int
    unit_name: str
    fact_id: int
    indicator: str
    fact_name: str
    is_open: bool
    steps: tuple[TakenRoundStep, ...]

    @property
    def files(self) -> tuple[EvidenceFile, ...]:
        """The evidence handed in with it."""
        return _files_of(self.steps)


@dataclass(frozen=True)
class CopyRow:
    """The ranking as sent to one receiver."""

    copy_id: int
    receiver_name: str
    sent_at: datetime
    received_on: date | None
    received_by: str


@dataclass(frozen=True)
class RoundPage:
    """A round with its rules, the latest sheets, objections, steps and copies."""

    row: RoundRow
    rules: AssessmentRules
    sheets: tuple[SheetRow, ...]
    objections: tuple[ObjectionRow, ...]
    steps: tuple[TakenRoundStep, ...]
    copies: tuple[CopyRow, ...]


def find_committee(session: Session, office_id: int) -> int | None:
    """The safety committee whose office this is: it stands above it, or is that of its division."""
    office = session.get_one(Organisation, office_id)
    if office.parent_id is not None:
        return office.parent_id
    return session.scalar(
        sa.select(Organisation.id)
        .where(
            Organisation.kind == OrganisationKind.SAFETY_COMMITTEE.value,
            Organisation.division_code == office.division_code,
            Organisation.dissolved_on.is_(None),
        )
        .order_by(Organisation.id)
        .limit(1)
    )


def reads_all(session: Session, actor: Actor, office_id: int) -> bool:
    """Whether this person reads every unit's sheet: the office, and its committee's leaders."""
    committee_id = find_committee(session, office_id)
    return any(
        (post.role in OFFICE and post.organisation_id == office_id)
        or (post.role in LEADERS and post.organisation_id == committee_id)
        for post in actor.posts
    )


def own_units(actor: Actor) -> frozenset[int]:
    """The units for which the person may read and object."""
    return frozenset(post.organisation_id for post in actor.posts if post.role in UNITS)


def find_round_id(session: Session, office_id: int, month: Month) -> int | None:
    """The round of a month that was not dropped."""
    return session.scalar(
        sa.select(AssessmentRound.id).where(
            AssessmentRound.office_id == office_id,
            AssessmentRound.period == str(month),
            AssessmentRound.state != RoundState.DROPPED.value,
        )
    )


def list_round_ids(session: Session, month: Month) -> list[int]:
    """The rounds of a month, of every office, those dropped left out."""
    return list(
        session.scalars(
            sa.select(AssessmentRound.id)
            .where(
                AssessmentRound.period == str(month),
                AssessmentRound.state != RoundState.DROPPED.value,
            )
            .order_by(AssessmentRound.id)
        )
    )


def published_rounds(session: Session, month: Month) -> list[RoundPage]:
    """The rounds of a month whose ranking was approved and sent out."""
    pages = [read_round(session, round_id) for round_id in list_round_ids(session, month)]
    return [page for page in pages if page.row.is_published]


def list_rounds(session: Session, actor: Actor) -> tuple[RoundRow, ...]:
    """The rounds that the actor may open, newest month first."""
    rows = session.execute(_rounds().order_by(AssessmentRound.period.desc()).limit(MOST))
    found = [_round(*row) for row in rows]
    return tuple(row for row in found if _may_open(session, actor, row))


def count_waiting(session: Session, actor: Actor) -> WaitingRounds:
    """What of the rounds under way waits for the actor; asks nothing of those who read none."""
    if not any(post.role in READERS for post in actor.posts):
        return WaitingRounds(0, 0, 0)
    found = session.execute(
        _rounds().where(AssessmentRound.state == RoundState.UNDER_WAY.value)
    ).all()
    rows = [row for one in found if _may_open(session, actor, row := _round(*one))]
    if not rows:
        return WaitingRounds(0, 0, 0)
    mine = [row for row in rows if _waits_for(actor, row)]
    whole = [row.round_id for row in rows if reads_all(session, actor, row.office_id)]
    answers = any(post.role in ROLES[AssessmentStep.ANSWER] for post in actor.posts)
    objections = sa.select(sa.func.count(AssessmentObjection.id)).where(
        AssessmentObjection.waiting_step == AssessmentStep.ANSWER.value,
        AssessmentObjection.round_id.in_(whole if answers else ()),
    )
    sheets = sa.select(sa.func.count(sa.distinct(AssessmentSheet.unit_id))).where(
        AssessmentSheet.unit_id.in_(own_units(actor)),
        AssessmentSheet.round_id.in_(
            row.round_id
            for row in rows
            if row.is_shown and row.waiting_step is AssessmentStep.FREEZE
        ),
    )
    return WaitingRounds(
        len(mine),
        session.execute(objections).scalar_one(),
        session.execute(sheets).scalar_one(),
    )


def _waits_for(actor: Actor, row: RoundRow) -> bool:
    return row.waiting_step is not None and any(
        post.role in ROLES[row.waiting_step] for post in actor.posts
    )


def _may_open(session: Session, actor: Actor, row: RoundRow) -> bool:
    if reads_all(session, actor, row.office_id):
        return True
    if not row.is_shown or row.state is RoundState.DROPPED:
        return False
    mine = sa.select(AssessmentSheet.id).where(
        AssessmentSheet.round_id == row.round_id, AssessmentSheet.unit_id.in_(own_units(actor))
    )
    return session.execute(mine.limit(1)).first() is not None


def get_round(session: Session, actor: Actor, round_id: int) -> RoundPage:
    """One round as far as the actor may read it: units read their own sheet until it is published.

    RecordNotFoundError for any other.
    """
    found = session.execute(_rounds().where(AssessmentRound.id == round_id)).first()
    if found is None or not _may_open(session, actor, row := _round(*found)):
        raise RecordNotFoundError
    page = read_round(session, round_id)
    if reads_all(session, actor, row.office_id):
        return page
    mine = own_units(actor)
    return RoundPage(
        row=row,
        rules=page.rules,
        sheets=page.sheets
        if row.is_published
        else tuple(sheet for sheet in page.sheets if sheet.unit_id in mine),
        objections=tuple(one for one in page.objections if one.unit_id in mine),
        steps=page.steps,
        copies=(),
    )


def read_round(session: Session, round_id: int) -> RoundPage:
    """One round, whoever asks; RecordNotFoundError."""
    found = session.execute(_rounds().where(AssessmentRound.id == round_id)).first()
    if found is None:
        raise RecordNotFoundError
    record = found[0]
    objections = _objections(session, round_id)
    return RoundPage(
        row=_round(*found),
        rules=AssessmentRules.from_record(record.rules),
        sheets=_sheets(session, round_id, {one.unit_id for one in objections if one.is_open}),
        objections=objections,
        steps=read_steps(session, round_id, None),
        copies=_copies(session, round_id),
    )


def _rounds() -> sa.Select[AssessmentRound, str]:
    return sa.select(AssessmentRound, Organisation.name).join(
        Organisation, Organisation.id == AssessmentRound.office_id
    )


def _round(record: AssessmentRound, office_name: str) -> RoundRow:
    month = Month.read(record.period)
    if month is None:
        raise RecordNotFoundError
    return RoundRow(
        round_id=record.id,
        office_id=record.office_id,
        office_name=office_name,
        period=month,
        as_of=record.as_of,
        state=RoundState(record.state),
        waiting_step=AssessmentStep(record.waiting_step) if record.waiting_step else None,
        objections_until=record.objections_until,
        made_at=record.made_at,
        ended_at=record.ended_at,
    )


def _sheets(session: Session, round_id: int, incomplete: Collection[int]) -> tuple[SheetRow, ...]:
    """The latest sheet of each unit: counties first, then departments, each ranked by itself."""
    rows = session.execute(
        sa.select(AssessmentSheet, Organisation.name, Organisation.kind)
        .join(Organisation, Organisation.id == AssessmentSheet.unit_id)
        .where(AssessmentSheet.round_id == round_id)
        .order_by(Organisation.kind.desc(), Organisation.id, AssessmentSheet.revision)
    ).all()
    scores = _scores(session, round_id)
    first = {row.AssessmentSheet.unit_id: row.AssessmentSheet for row in reversed(rows)}
    latest = {row.AssessmentSheet.unit_id: row for row in rows}
    sheets = [
        SheetRow(
            unit_id=unit_id,
            unit_name=row.name,
            unit_kind=OrganisationKind(row.kind),
            revision=row.AssessmentSheet.revision,
            total=_total(row.AssessmentSheet),
            first_hundredths=first[unit_id].hundredths,
            scores={one.indicator: one for one in scores[row.AssessmentSheet.id]},
        )
        for unit_id, row in latest.items()
    ]
    return tuple(_placed(sheets, incomplete))


def _placed(sheets: Sequence[SheetRow], incomplete: Collection[int]) -> Iterable[SheetRow]:
    for kind in dict.fromkeys(sheet.unit_kind for sheet in sheets):
        alike = [sheet for sheet in sheets if sheet.unit_kind is kind]
        places = rank([(sheet.unit_id, sheet.total) for sheet in alike], incomplete)
        for sheet in alike:
            yield replace(sheet, place=places.get(sheet.unit_id))


def _total(sheet: AssessmentSheet) -> Total:
    return Total(sheet.hundredths, Grade(sheet.grade) if sheet.grade else None, sheet.vetoed)


def _scores(session: Session, round_id: int) -> Mapping[int, list[ScoreRow]]:
    found = defaultdict[int, list[ScoreRow]](list)
    rows = session.scalars(
        sa.select(AssessmentScore)
        .join(AssessmentSheet, AssessmentSheet.id == AssessmentScore.sheet_id)
        .where(AssessmentSheet.round_id == round_id)
        .order_by(AssessmentScore.id)
    )
    for row in rows:
        found[row.sheet_id].append(
            ScoreRow(row.indicator, row.weight, row.counted, row.met, row.days, row.hundredths)
        )
    return found


def list_facts(session: Session, actor: Actor, round_id: int, unit_id: int) -> tuple[FactRow, ...]:
    """The facts behind the points of a unit. Of cases that the reader may not see: only counted."""
    seen = sa.and_(
        visible_to(actor), sa.or_(AssessmentFact.deadline_id.is_(None), clocks_told_to(actor))
    ).label("seen")
    rows = session.execute(
        sa.select(
            AssessmentFact,
            SupervisionCase.case_number,
            SupervisionCase.intake_number,
            SupervisionCase.hazard_name,
            seen,
            _ended_by().label("ended_by"),
            sa.exists()
            .where(MonthlyReturn.id == AssessmentFact.return_id, return_seen_by(actor))
            .label("return_seen"),
            sa.exists()
            .where(
                Publication.id == AssessmentFact.publication_id,
                Publication.office_id.in_(offices_of(actor)),
            )
            .label("publication_seen"),
            inside_of(actor).label("check_seen"),
            AssessmentObjection.id.label("objection_id"),
        )
        .outerjoin(SupervisionCase, SupervisionCase.id == AssessmentFact.case_id)
        .outerjoin(Deadline, Deadline.id == AssessmentFact.deadline_id)
        .outerjoin(AssessmentObjection, AssessmentObjection.fact_id == AssessmentFact.id)
        .where(AssessmentFact.round_id == round_id, AssessmentFact.unit_id == unit_id)
        .order_by(AssessmentFact.met, AssessmentFact.due_on, AssessmentFact.id)
    ).all()
    corrections = {
        row.fact_id: row
        for row in session.scalars(
            sa.select(AssessmentCorrection)
            .join(AssessmentFact, AssessmentFact.id == AssessmentCorrection.fact_id)
            .where(AssessmentFact.round_id == round_id)
            .order_by(AssessmentCorrection.id)
        )
    }
    return tuple(_fact(row, corrections.get(row.AssessmentFact.id)) for row in rows)


def _ended_by() -> sa.ScalarSelect[int | None]:
    """The act that ended the clock of a fact."""
    return (
        sa.select(sa.func.min(Act.id))
        .where(
            Act.case_id == AssessmentFact.case_id,
            Act.at == Deadline.ended_at,
            AssessmentFact.happened_on.is_not(None),
        )
        .correlate(AssessmentFact, Deadline)
        .scalar_subquery()
    )


def _withheld(row: Any) -> Iterable[Withheld]:
    fact = row.AssessmentFact
    if fact.return_id is not None and not row.return_seen:
        yield Withheld.RETURN
    if fact.publication_id is not None and not row.publication_seen:
        yield Withheld.PUBLICATION
    if fact.check_id is not None and not row.check_seen:
        yield Withheld.CHECK


def _fact(row: Any, correction: AssessmentCorrection | None) -> FactRow:
    fact, seen = row.AssessmentFact, bool(row.seen) or row.AssessmentFact.case_id is None
    told = seen and not fact.unnamed
    withheld = tuple(_withheld(row))
    return FactRow(
        fact_id=fact.id,
        indicator=fact.indicator,
        name=fact.name if seen else "",
        met=fact.met,
        days=fact.days,
        due_on=fact.due_on,
        happened_on=fact.happened_on,
        unnamed=fact.unnamed,
        seen=seen,
        case_id=fact.case_id if seen else None,
        number=(row.case_number or row.intake_number or "") if seen else "",
        hazard_name=(row.hazard_name or "") if told else "",
        deadline_id=fact.deadline_id,
        return_id=fact.return_id if Withheld.RETURN not in withheld else None,
        act_id=(fact.act_id or row.ended_by) if seen else None,
        document_id=fact.document_id if seen else None,
        publication_id=fact.publication_id
        if seen and Withheld.PUBLICATION not in withheld
        else None,
        check_id=fact.check_id if seen and Withheld.CHECK not in withheld else None,
        withheld=withheld,
        corrected=(correction.counts, correction.met, correction.days) if correction else None,
        reason=correction.reason if correction else "",
        objection_id=row.objection_id,
    )


def _objections(session: Session, round_id: int) -> tuple[ObjectionRow, ...]:
    rows = session.execute(
        sa.select(
            AssessmentObjection, Organisation.name, AssessmentFact.indicator, AssessmentFact.name
        )
        .join(Organisation, Organisation.id == AssessmentObjection.unit_id)
        .join(AssessmentFact, AssessmentFact.id == AssessmentObjection.fact_id)
        .where(AssessmentObjection.round_id == round_id)
        .order_by(AssessmentObjection.id)
    ).all()
    return tuple(
        ObjectionRow(
            objection_id=one.id,
            unit_id=one.unit_id,
            unit_name=unit,
            fact_id=one.fact_id,
            indicator=indicator,
            fact_name=name,
            is_open=one.waiting_step is not None,
            steps=read_steps(session, round_id, one.id),
        )
        for one, unit, indicator, name in rows
    )


def _files_of(steps: Sequence[TakenRoundStep]) -> tuple[EvidenceFile, ...]:
    told = steps[0].content.get(EVIDENCE_FILES, []) if steps else []
    return tuple(EvidenceFile(number, **one) for number, one in enumerate(told, start=1))


def get_evidence(session: Session, actor: Actor, objection_id: int, number: int) -> EvidenceFile:
    """A file of an objection, for the office that decides and the unit that objects.

    RecordNotFoundError for anybody else.
    """
    row = session.execute(
        sa.select(AssessmentObjection.unit_id, AssessmentRound.id, AssessmentRound.office_id)
        .join(AssessmentRound, AssessmentRound.id == AssessmentObjection.round_id)
        .where(AssessmentObjection.id == objection_id)
    ).first()
    if row is None or not reads_evidence(actor, row.office_id, row.unit_id):
        raise RecordNotFoundError
    files = _files_of(read_steps(session, row.id, objection_id))
    found = next((one for one in files if one.number == number), None)
    if found is None:
        raise RecordNotFoundError
    return found


def _copies(session: Session, round_id: int) -> tuple[CopyRow, ...]:
    rows = session.scalars(
        sa.select(AssessmentCopy)
        .where(AssessmentCopy.round_id == round_id)
        .order_by(AssessmentCopy.id)
    )
    return tuple(
        CopyRow(row.id, row.receiver_name, row.sent_at, row.received_on, row.received_by)
        for row in rows
    )


def read_steps(
    session: Session, round_id: int, objection_id: int | None
) -> tuple[TakenRoundStep, ...]:
    """The steps of a round, or of an objection in it, in order."""
    rows = session.execute(
        sa.select(
            AssessmentStepTaken,
            Person.name.label("person_name"),
            Substitution.principal_person_id,
            _PRINCIPAL.name.label("principal_name"),
        )
        .join(Person, Person.id == AssessmentStepTaken.person_id)
        .outerjoin(Substitution, Substitution.id == AssessmentStepTaken.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .where(
            AssessmentStepTaken.round_id == round_id,
            AssessmentStepTaken.objection_id == objection_id
            if objection_id
            else AssessmentStepTaken.objection_id.is_(None),
        )
        .order_by(AssessmentStepTaken.id)
    )
    return tuple(
        TakenRoundStep(
            step=AssessmentStep(row.AssessmentStepTaken.step),
            outcome=Outcome(row.AssessmentStepTaken.outcome),
            person_id=row.AssessmentStepTaken.person_id,
            principal_id=row.principal_person_id,
            person_name=row.person_name,
            principal_name=row.principal_name or "",
            opinion=row.AssessmentStepTaken.opinion,
            content=row.AssessmentStepTaken.content,
            at=row.AssessmentStepTaken.at,
        )
        for row in rows
    )
