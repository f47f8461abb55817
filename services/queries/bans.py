"""The register of bans: its entries, their history, and principals of the same name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.errors import RecordNotFoundError
from services.models.administration import AdministrationProposal, EnterpriseRegistration
from services.models.ban import Ban, BanComparison, BanStepTaken
from services.models.organisation import Organisation, Person, Post
from services.models.succession import Substitution
from services.queries.principals import (
    Candidate,
    list_candidates,
    of_proposal,
    of_registration,
)
from services.queries.registration import get_own_registration
from workflows.administration import ChangeKind
from workflows.bans import (
    AWAITING,
    COMPARERS,
    FOLLOWS,
    IN_FORCE,
    KEEPERS,
    OF_DEPARTMENTS,
    BanGround,
    BanKind,
    BanRefusedError,
    BanState,
    BanStep,
    Bar,
    Likeness,
    SubjectKind,
    check_step,
    first_that_stands,
    name_key,
)
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Role

PAGE = 50
_PRINCIPAL = aliased(Person)
# The first of the two persons, by the step of the second.
_FIRST_OF = {
    BanStep.CONFIRM: BanStep.ENTER,
    BanStep.REFUSE: BanStep.ENTER,
    BanStep.CONFIRM_REVOCATION: BanStep.PROPOSE_REVOCATION,
    BanStep.REFUSE_REVOCATION: BanStep.PROPOSE_REVOCATION,
}


class BanFilter(StrEnum):
    """Which entries are listed."""

    WAITING = "waiting"
    STANDING = "standing"
    ENDED = "ended"
    REVOKED = "revoked"
    REFUSED = "refused"


@dataclass(frozen=True)
class BanRow:
    """One entry as it is listed. `has_ended`: its last day is over."""

    ban_id: int
    name: str
    bar: Bar
    ground: BanGround
    organ: str
    document_number: str
    document_on: date
    note: str
    identity_tail: str
    identity_hash: str
    state: BanState
    office_id: int
    has_ended: bool
    scan_file_name: str


@dataclass(frozen=True)
class BanPage:
    """Some entries, and how many there are in all."""

    rows: tuple[BanRow, ...]
    total: int


@dataclass(frozen=True)
class StepLine:
    """One step of an entry's history."""

    step: BanStep
    reason: str
    person_name: str
    principal_name: str
    post_title: str
    organisation_name: str
    at: datetime


@dataclass(frozen=True)
class ComparisonLine:
    """Somebody was compared with an entry."""

    ban_id: int
    subjects: tuple[tuple[SubjectKind, int], ...]
    name: str
    units: str
    likeness: Likeness
    compared: str
    identity_hash: str
    identity_tail: str
    person_name: str
    principal_name: str
    at: datetime


@dataclass(frozen=True)
class Hit:
    """An entry that stops a principal. `is_same`: they were found to be one person."""

    candidate: Candidate
    ban: BanRow
    is_same: bool


@dataclass(frozen=True)
class BanDetails:
    """One entry with its history, what the reader may do, and whom it concerns here."""

    row: BanRow
    office_name: str
    steps: tuple[StepLine, ...]
    comparisons: tuple[ComparisonLine, ...]
    hits: tuple[Hit, ...]
    may_take: tuple[BanStep, ...]
    is_own: bool


@dataclass(frozen=True)
class BanScan:
    """The scan of the document."""

    sha256: str
    media_type: str
    file_name: str


def list_bans(
    session: Session, text: str, chosen: BanFilter | None, today: date, offset: int
) -> BanPage:
    """Entries by name, what waits for its second person first, then the newest."""
    conditions = [] if chosen is None else [_filtered(chosen, today)]
    if key := name_key(text):
        conditions.append(Ban.name_key.contains(key, autoescape=True))
    total = session.scalars(sa.select(sa.func.count(Ban.id)).where(*conditions)).one()
    rows = session.scalars(
        sa.select(Ban)
        .where(*conditions)
        .order_by(Ban.state.not_in(AWAITING), Ban.id.desc())
        .limit(PAGE)
        .offset(offset)
    )
    return BanPage(tuple(ban_row(row, today) for row in rows), total)


def get_ban(session: Session, actor: Actor, ban_id: int, today: date) -> BanDetails:
    """One entry; RecordNotFoundError. Who may open the register is for its pages to say."""
    row = session.get(Ban, ban_id)
    if row is None:
        raise RecordNotFoundError
    steps = steps_of(session, ban_id)
    state = BanState(row.state)
    possible = [step for before, step in FOLLOWS if before is state]
    stopped = any(_refusal(session, actor, row, step) == "own_entry" for step in possible)
    return BanDetails(
        row=ban_row(row, today),
        office_name=session.get_one(Organisation, row.office_id).name,
        steps=steps,
        comparisons=tuple(line for line in list_comparisons(session) if line.ban_id == ban_id),
        hits=tuple(hit for hit in list_hits(session, actor, today) if hit.ban.ban_id == ban_id),
        may_take=tuple(step for step in possible if _refusal(session, actor, row, step) is None),
        is_own=stopped,
    )


def get_scan(session: Session, ban_id: int) -> BanScan:
    """The scan of an entry's document; RecordNotFoundError where there is none."""
    row = session.get(Ban, ban_id)
    if row is None or row.scan_sha256 is None:
        raise RecordNotFoundError
    return BanScan(row.scan_sha256, row.scan_media_type or "", row.scan_file_name or "")


def first_persons(session: Session, ban_id: int, step: BanStep) -> tuple[int | None, ...]:
    """Who took the step that this one is the second to, and in whose place; empty for a first."""
    first = _FIRST_OF.get(step)
    if first is None:
        return ()
    row = session.execute(
        sa.select(BanStepTaken.person_id, Substitution.principal_person_id)
        .outerjoin(Substitution, Substitution.id == BanStepTaken.substitution_id)
        .where(BanStepTaken.ban_id == ban_id, BanStepTaken.step == first)
        .order_by(BanStepTaken.id.desc())
        .limit(1)
    ).one()
    return tuple(row)


def steps_of(session: Session, ban_id: int) -> tuple[StepLine, ...]:
    """The history of an entry, oldest first."""
    rows = session.execute(
        sa.select(BanStepTaken, Person.name, _PRINCIPAL.name, Post, Organisation.name)
        .join(Person, Person.id == BanStepTaken.person_id)
        .join(Post, Post.id == BanStepTaken.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .outerjoin(Substitution, Substitution.id == BanStepTaken.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .where(BanStepTaken.ban_id == ban_id)
        .order_by(BanStepTaken.id)
    )
    return tuple(
        StepLine(BanStep(row.step), row.reason, name, stood_in or "", post.title, house, row.at)
        for row, name, stood_in, post, house in rows
    )


def waiting_count(actor: Actor) -> sa.ScalarSelect[int]:
    """How many entries wait for the actor as the second person."""
    offices = sorted({post.organisation_id for post in actor.posts if post.role in KEEPERS})
    newest = (
        sa.select(BanStepTaken.person_id)
        .where(BanStepTaken.ban_id == Ban.id)
        .order_by(BanStepTaken.id.desc())
        .limit(1)
        .correlate(Ban)
        .scalar_subquery()
    )
    return (
        sa.select(sa.func.count(Ban.id))
        .where(Ban.state.in_(AWAITING), Ban.office_id.in_(offices), newest != actor.person_id)
        .scalar_subquery()
    )


def find_hits(session: Session, candidates: Iterable[Candidate]) -> tuple[Hit, ...]:
    """Entries that stop these principals: of the same name or identity number, standing on the
    day that they begin, within reach of the unit's trade, and not found to be another person's.
    """
    asked = tuple(candidates)
    bans = session.scalars(
        sa.select(Ban).where(Ban.state.in_([state.value for state in IN_FORCE])).order_by(Ban.id)
    ).all()
    if not asked or not bans:
        return ()
    known: dict[tuple[SubjectKind, int], list[ComparisonLine]] = {}
    for line in list_comparisons(session):
        for subject in line.subjects:
            known.setdefault(subject, []).append(line)
    found = []
    for candidate in asked:
        lines = known.get((candidate.subject, candidate.subject_id), [])
        for ban in bans:
            row = ban_row(ban, candidate.begins)
            hit = None if row.has_ended else _hit(candidate, row, ban.name_key, lines)
            if hit is not None:
                found.append(hit)
    return tuple(found)


def list_hits(session: Session, actor: Actor, today: date) -> tuple[Hit, ...]:
    """Principals here whom an entry stops, as far as the actor is to compare them."""
    hits = find_hits(session, list_candidates(session, today))
    return tuple(hit for hit in dict.fromkeys(hits) if find_comparing_post(actor, hit.candidate))


def hits_of(
    session: Session, actor: Actor, subject: SubjectKind, subject_id: int, today: date
) -> tuple[tuple[Candidate, ...], tuple[Hit, ...]]:
    """Where somebody is or would be principal, and which entries stop that; RecordNotFoundError
    for whom the actor is not to compare.
    """
    candidates = tuple(
        candidate
        for candidate in dict.fromkeys(list_candidates(session, today))
        if (candidate.subject, candidate.subject_id) == (subject, subject_id)
        and find_comparing_post(actor, candidate)
    )
    if not candidates:
        raise RecordNotFoundError
    return candidates, find_hits(session, candidates)


def stops_of_registration(
    session: Session, actor: Actor, registration_id: int, today: date
) -> tuple[Hit, ...]:
    """Which entries stop the principal of a registration that the actor decides on."""
    row = get_own_registration(session, actor, registration_id)
    return find_hits(session, of_registration(session, row, today))


def stops_of_proposal(session: Session, proposal_id: int, today: date) -> tuple[Hit, ...]:
    """Which entries stop what the administrators propose."""
    row = session.get(AdministrationProposal, proposal_id)
    if row is None:
        raise RecordNotFoundError
    return find_hits(session, of_proposal(session, row, today))


def find_comparing_post(actor: Actor, candidate: Candidate) -> PostRecord | None:
    """The post by which the actor compares a principal with an entry: the office anybody, a
    department those whom it supervises, the security administrator whom administrators enter.
    """
    if (candidate.subject, candidate.subject_id) == (SubjectKind.PERSON, actor.person_id):
        return None
    of_administrators = candidate.subject is not SubjectKind.REGISTRATION
    return next(
        (
            post
            for post in actor.posts
            if post.role in KEEPERS
            or (post.role in OF_DEPARTMENTS and post.organisation_id == candidate.house_id)
            or (post.role is Role.SECURITY_ADMIN and of_administrators)
        ),
        None,
    )


def may_read(actor: Actor) -> bool:
    """Whether the actor is told which entry stops somebody: never the supervised side."""
    return any(post.role in COMPARERS for post in actor.posts)


def list_comparisons(session: Session) -> tuple[ComparisonLine, ...]:
    """Every comparison, oldest first. What came with a registration or a proposal is also known
    by the person whom it brought.
    """
    rows = session.execute(
        sa.select(
            BanComparison,
            Person.name,
            _PRINCIPAL.name,
            EnterpriseRegistration.principal_id,
            AdministrationProposal.person_id,
        )
        .join(Person, Person.id == BanComparison.person_id)
        .outerjoin(Substitution, Substitution.id == BanComparison.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .outerjoin(
            EnterpriseRegistration, EnterpriseRegistration.id == BanComparison.registration_id
        )
        .outerjoin(
            AdministrationProposal,
            sa.and_(
                AdministrationProposal.id == BanComparison.proposal_id,
                AdministrationProposal.kind == ChangeKind.ADD_PERSON.value,
            ),
        )
        .order_by(BanComparison.id)
    )
    return tuple(
        _comparison(row, name, stood_in or "", brought) for row, name, stood_in, *brought in rows
    )


def ban_row(row: Ban, today: date) -> BanRow:
    """An entry as it stands on a day."""
    bar = Bar(BanKind(row.kind), row.counted_from, row.sector)
    return BanRow(
        ban_id=row.id,
        name=row.name,
        bar=bar,
        ground=BanGround(row.ground),
        organ=row.organ,
        document_number=row.document_number,
        document_on=row.document_on,
        note=row.note,
        identity_tail=row.identity_tail or "",
        identity_hash=row.identity_hash or "",
        state=BanState(row.state),
        office_id=row.office_id,
        has_ended=not bar.stands_on(today),
        scan_file_name=row.scan_file_name or "",
    )


def _refusal(session: Session, actor: Actor, row: Ban, step: BanStep) -> str | None:
    try:
        check_step(actor, row.office_id, first_persons(session, row.id, step))
    except BanRefusedError as error:
        return error.detail["reason"]
    return None


def _hit(
    candidate: Candidate, ban: BanRow, key: str, lines: Sequence[ComparisonLine]
) -> Hit | None:
    number = next((line.identity_hash for line in reversed(lines) if line.identity_hash), "")
    if number and ban.identity_hash:
        if number != ban.identity_hash:
            return None
        is_same = True
    elif name_key(candidate.name) != key:
        return None
    else:
        of_ban = [line.likeness for line in lines if line.ban_id == ban.ban_id]
        if of_ban and of_ban[-1] is Likeness.DIFFERENT:
            return None
        is_same = bool(of_ban)
    return Hit(candidate, ban, is_same) if ban.bar.reaches(candidate.sector) else None


def _filtered(chosen: BanFilter, today: date) -> sa.ColumnElement[bool]:
    ended = sa.and_(
        Ban.kind == BanKind.FIVE_YEARS.value, Ban.counted_from < first_that_stands(today)
    )
    match chosen:
        case BanFilter.WAITING:
            return Ban.state.in_(AWAITING)
        case BanFilter.STANDING:
            return sa.and_(Ban.state.in_(IN_FORCE), ~ended)
        case BanFilter.ENDED:
            return sa.and_(Ban.state.in_(IN_FORCE), ended)
        case BanFilter.REVOKED:
            return Ban.state == BanState.REVOKED.value
        case BanFilter.REFUSED:
            return Ban.state == BanState.REFUSED.value


def _comparison(
    row: BanComparison, name: str, stood_in: str, brought: Sequence[int | None]
) -> ComparisonLine:
    persons = {row.principal_id, *brought} - {None}
    subjects: Mapping[SubjectKind, int | None] = {
        SubjectKind.REGISTRATION: row.registration_id,
        SubjectKind.PROPOSAL: row.proposal_id,
    }
    return ComparisonLine(
        ban_id=row.ban_id,
        subjects=(
            *((SubjectKind.PERSON, number) for number in persons if number),
            *((kind, number) for kind, number in subjects.items() if number),
        ),
        name=row.name,
        units=row.units,
        likeness=Likeness(row.likeness),
        compared=row.compared,
        identity_hash=row.identity_hash or "",
        identity_tail=row.identity_tail or "",
        person_name=name,
        principal_name=stood_in,
        at=row.at,
    )
