"""The two handovers as they stand: per receiver, one by one, and counted for a period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.clock import local_date
from services.errors import RecordNotFoundError
from services.models.case import Handover, SupervisionCase
from services.models.deadline import Deadline
from services.models.handover import HandoverLetter, HandoverNote
from services.models.organisation import Organisation, Person
from services.models.succession import Substitution
from services.queries.months import Month
from services.queries.returns import current_period, due_on_of
from services.queries.scope import visible_to
from services.reference.profile import Profile
from workflows.deadlines import SUSPENDED, Clock
from workflows.handovers import OVERSEEING, READERS, LetterKind, NoteKind, note_kind
from workflows.permissions import Actor
from workflows.vocabulary import DocumentKind, HandoverKind, OrganisationKind
from workflows.working_days import Calendar

ACKNOWLEDGE_RULE = "acknowledge_handover"
MOST = 500
_RECEIVER = aliased(Organisation)
_PARTY = aliased(Organisation)
_PRINCIPAL = aliased(Person)


@dataclass(frozen=True)
class HandoverLine:
    """One handover and its receiver today. `clock`: that of the receipt, None on paper."""

    handover_id: int
    case_id: int
    case_number: str
    hazard_name: str
    party_name: str
    receiver_id: int
    receiver_name: str
    receiver_kind: OrganisationKind
    kind: HandoverKind
    office_id: int
    handed_over_at: datetime
    acknowledged_at: datetime | None
    reported_at: datetime | None
    clock: Clock | None
    case_ended_at: datetime | None

    @property
    def due_at(self) -> datetime | None:
        """By when it is to be acknowledged; None while it is disputed whose it is."""
        if self.clock is None or self.clock.ended_as == SUSPENDED:
            return None
        return self.clock.due_at

    @property
    def case_is_over(self) -> bool:
        """Nothing is waited for any more."""
        return self.case_ended_at is not None

    @property
    def waits(self) -> bool:
        """Not acknowledged, in a case that goes on."""
        return self.acknowledged_at is None and not self.case_is_over

    @property
    def note_kind(self) -> NoteKind:
        """What the receiver reports."""
        return note_kind(self.receiver_kind)

    def days_late(self, now: datetime) -> int:
        """How many days after its limit it was acknowledged, or waits; 0: in time."""
        return self.clock.days_late(local_date(now)) if self.clock else 0


@dataclass(frozen=True)
class Letter:
    """The letter of a handover, and whom it went to. `is_set`: its pages can be opened.

    The code is blank where none was printed.
    """

    letter_id: int
    number: str
    kind: LetterKind
    receiver_name: str
    made_at: datetime
    is_set: bool
    verification_code: str


@dataclass(frozen=True)
class EnclosedDocument:
    """What a letter lists as enclosed."""

    kind: DocumentKind
    number: str


@dataclass(frozen=True)
class LetterOfCase:
    """A letter among the papers of its case. `acknowledged_at`: its receiver signed for it."""

    letter_id: int
    number: str
    kind: LetterKind
    receiver_name: str
    made_at: datetime
    sha256: str | None
    enclosed: tuple[EnclosedDocument, ...]
    has_clock: bool
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class Note:
    """What a receiver reported."""

    kind: NoteKind
    period: Month | None
    text: str
    receiver_name: str
    person_name: str
    principal_name: str
    at: datetime


@dataclass(frozen=True)
class OwedProgress:
    """A month of which a government owes its progress, and by when."""

    period: Month
    due_on: date
    reported_at: datetime | None

    def is_late(self, today: date) -> bool:
        """Past its day without a report, or reported after it."""
        told_on = local_date(self.reported_at) if self.reported_at else today
        return told_on > self.due_on


@dataclass(frozen=True)
class HandoverPage:
    """One handover with its letters and what was reported of it, newest first."""

    line: HandoverLine
    office_name: str
    letters: tuple[Letter, ...]
    notes: tuple[Note, ...]


def may_read(actor: Actor, receiver_id: int, office_id: int) -> bool:
    """Whether the actor reads this handover: at its receiver, or at the office that handed over."""
    return any(
        post.role in READERS
        and (
            post.organisation_id == receiver_id
            or (post.role in OVERSEEING and post.organisation_id == office_id)
        )
        for post in actor.posts
    )


def list_handovers(session: Session, actor: Actor) -> tuple[HandoverLine, ...]:
    """The handovers that the actor may read; those not acknowledged first, oldest first."""
    return _lines(session, _read_by(actor), visible_to(actor))


def get_handover(session: Session, actor: Actor, handover_id: int) -> HandoverPage:
    """One handover; RecordNotFoundError where the actor may not read it."""
    found = _lines(session, Handover.id == handover_id, _read_by(actor), visible_to(actor))
    if not found:
        raise RecordNotFoundError
    line = found[0]
    return HandoverPage(
        line=line,
        office_name=session.get_one(Organisation, line.office_id).name,
        letters=tuple(_letters(session, handover_id)),
        notes=tuple(_notes(session, handover_id)),
    )


def get_letter_sha256(session: Session, actor: Actor, letter_id: int) -> str:
    """The pages of a letter; RecordNotFoundError where there are none for the actor."""
    row = session.execute(
        sa.select(
            HandoverLetter.sha256, HandoverLetter.receiver_id, SupervisionCase.listing_office_id
        )
        .join(SupervisionCase, SupervisionCase.id == HandoverLetter.case_id)
        .where(HandoverLetter.id == letter_id, visible_to(actor))
    ).first()
    if row is None or row.sha256 is None:
        raise RecordNotFoundError
    if not may_read(actor, row.receiver_id, row.listing_office_id):
        raise RecordNotFoundError
    return str(row.sha256)


def list_letters(session: Session, case_id: int) -> tuple[LetterOfCase, ...]:
    """All letters of a case, oldest first, for whoever reads the inside of it."""
    rows = session.execute(
        sa.select(HandoverLetter, Organisation.name, Handover.receiver_id, Handover.acknowledged_at)
        .join(Organisation, Organisation.id == HandoverLetter.receiver_id)
        .outerjoin(Handover, Handover.id == HandoverLetter.handover_id)
        .where(HandoverLetter.case_id == case_id)
        .order_by(HandoverLetter.id)
    )
    return tuple(
        LetterOfCase(
            letter_id=letter.id,
            number=letter.number,
            kind=LetterKind(letter.kind),
            receiver_name=name,
            made_at=letter.made_at,
            sha256=letter.sha256,
            enclosed=tuple(
                EnclosedDocument(DocumentKind(one["kind"]), one["number"])
                for one in letter.enclosed or ()
            ),
            has_clock=letter.handover_id is not None,
            acknowledged_at=acknowledged_at if receiver_id == letter.receiver_id else None,
        )
        for letter, name, receiver_id, acknowledged_at in rows
    )


def list_owed_progress(
    page: HandoverPage, profile: Profile, today: date, calendar: Calendar
) -> tuple[OwedProgress, ...]:
    """The months of which a government owes its progress, the latest first.

    From the month in which it acknowledged to the one before the case ended, by the day on which
    monthly returns are due.
    """
    line = page.line
    if line.note_kind is not NoteKind.PROGRESS or line.acknowledged_at is None:
        return ()
    first = Month.of(local_date(line.acknowledged_at))
    reported = {note.period: note.at for note in page.notes if note.period}
    owed = []
    period = current_period(profile, today, calendar)
    if line.case_ended_at is not None:
        period = min(period, Month.of(local_date(line.case_ended_at)).before())
    while period >= first:
        owed.append(
            OwedProgress(period, due_on_of(profile, period, calendar), reported.get(period))
        )
        period = period.before()
    return tuple(owed)


def _read_by(actor: Actor) -> sa.ColumnElement[bool]:
    houses = sorted({post.organisation_id for post in actor.posts if post.role in READERS})
    offices = sorted({post.organisation_id for post in actor.posts if post.role in OVERSEEING})
    return sa.or_(Handover.receiver_id.in_(houses), SupervisionCase.listing_office_id.in_(offices))


def _lines(session: Session, *which: sa.ColumnElement[bool]) -> tuple[HandoverLine, ...]:
    rows = session.execute(
        sa.select(
            Handover.id.label("handover_id"),
            SupervisionCase.id.label("case_id"),
            sa.func.coalesce(SupervisionCase.case_number, SupervisionCase.intake_number).label(
                "case_number"
            ),
            SupervisionCase.hazard_name,
            _PARTY.name.label("party_name"),
            _RECEIVER.id.label("receiver_id"),
            _RECEIVER.name.label("receiver_name"),
            _RECEIVER.kind.label("receiver_kind"),
            Handover.kind.label("kind"),
            SupervisionCase.listing_office_id,
            Handover.handed_over_at,
            Handover.acknowledged_at,
            Handover.reported_at,
            SupervisionCase.ended_at,
        )
        .join(SupervisionCase, SupervisionCase.id == Handover.case_id)
        .join(_RECEIVER, _RECEIVER.id == Handover.receiver_id)
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .where(*which)
        .order_by(
            SupervisionCase.ended_at.is_not(None),
            Handover.acknowledged_at.is_not(None),
            Handover.handed_over_at,
            Handover.id,
        )
        .limit(MOST)
    ).all()
    clocks = _clocks(session, {row.case_id for row in rows})
    return tuple(
        HandoverLine(
            handover_id=row.handover_id,
            case_id=row.case_id,
            case_number=row.case_number,
            hazard_name=row.hazard_name,
            party_name=row.party_name,
            receiver_id=row.receiver_id,
            receiver_name=row.receiver_name,
            receiver_kind=OrganisationKind(row.receiver_kind),
            kind=HandoverKind(row.kind),
            office_id=row.listing_office_id,
            handed_over_at=row.handed_over_at,
            acknowledged_at=row.acknowledged_at,
            reported_at=row.reported_at,
            clock=clocks.get((row.case_id, row.receiver_id)),
            case_ended_at=row.ended_at,
        )
        for row in rows
    )


def _clocks(session: Session, case_ids: Iterable[int]) -> Mapping[tuple[int, int | None], Clock]:
    """The latest clock of the receipt of each receiver of each case."""
    rows = session.execute(
        sa.select(
            Deadline.case_id,
            Deadline.holder_id,
            Deadline.due_at,
            Deadline.ended_at,
            Deadline.ended_as,
        )
        .where(Deadline.case_id.in_(sorted(case_ids)), Deadline.rule_id == ACKNOWLEDGE_RULE)
        .order_by(Deadline.id)
    )
    return {(row.case_id, row.holder_id): Clock(*row[2:]) for row in rows}


def _letters(session: Session, handover_id: int) -> Iterable[Letter]:
    rows = session.execute(
        sa.select(HandoverLetter, Organisation.name)
        .join(Organisation, Organisation.id == HandoverLetter.receiver_id)
        .where(HandoverLetter.handover_id == handover_id)
        .order_by(HandoverLetter.id.desc())
    )
    for letter, name in rows:
        yield Letter(
            letter.id,
            letter.number,
            LetterKind(letter.kind),
            name,
            letter.made_at,
            letter.sha256 is not None,
            letter.verification_code or "",
        )


def _notes(session: Session, handover_id: int) -> Iterable[Note]:
    rows = session.execute(
        sa.select(HandoverNote, Organisation.name, Person.name, _PRINCIPAL.name)
        .join(Organisation, Organisation.id == HandoverNote.receiver_id)
        .join(Person, Person.id == HandoverNote.person_id)
        .outerjoin(Substitution, Substitution.id == HandoverNote.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .where(HandoverNote.handover_id == handover_id)
        .order_by(HandoverNote.id.desc())
        .limit(MOST)
    )
    for note, receiver, person, principal in rows:
        yield Note(
            NoteKind(note.kind),
            Month.read(note.period) if note.period else None,
            note.text,
            receiver,
            person,
            principal or "",
            note.at,
        )
