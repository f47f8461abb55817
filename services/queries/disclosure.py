"""Publications as the office sees them: what is owed, what is under way, what the public reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.clock import local_date
from services.errors import RecordNotFoundError
from services.models.case import Act, Attachment, SupervisionCase
from services.models.disclosure import Publication, PublicationStep
from services.models.organisation import Organisation, Person
from services.models.public import PublicCase, PublicEntry
from services.models.succession import Substitution
from services.office import Office
from services.queries.calendar import current_calendar
from services.queries.concerns import has_act
from services.queries.months import Month
from services.queries.scope import visible_to
from workflows.deadlines import DeadlineRule, compute, last_day
from workflows.disclosure import (
    ROLES,
    DisclosureStep,
    PublicationKind,
    PublicationState,
    StepRecord,
    involved_before,
)
from workflows.permissions import Actor
from workflows.vocabulary import Action, CaseEnding, Outcome

MOST = 200
_PRINCIPAL = aliased(Person)
# Each kind and the rule by which it is late. Of progress the profile asks monthly; no rule counts.
RULES: Mapping[PublicationKind, str] = {
    PublicationKind.LISTING: "publish_listing",
    PublicationKind.RESULT: "publish_delisting",
    PublicationKind.CORRECTION: "disclose_information",
    PublicationKind.TAKEDOWN: "disclose_information",
}
_SIGNED = (Action.SIGN_LISTING,)
_EXTENDED = (Action.DECIDE_EXTENSION, Action.RECORD_EXTERNAL_EXTENSION)
WITHOUT_DELISTING = (CaseEnding.WITHDRAWN, CaseEnding.MERGED, CaseEnding.LISTING_REVOKED)


@dataclass(frozen=True)
class Owed:
    """Something that has to be published: since when, by when, under which rule (or monthly)."""

    case_id: int
    kind: PublicationKind
    hazard_name: str
    case_number: str
    party_name: str
    since: date
    due_on: date
    rule: DeadlineRule | None


@dataclass(frozen=True)
class PublicationRow:
    """One publication as listed."""

    publication_id: int
    kind: PublicationKind
    case_id: int | None
    case_number: str
    title: str
    state: PublicationState
    waiting_step: DisclosureStep | None
    due_on: date | None
    made_at: datetime
    ended_at: datetime | None
    mine: bool

    @property
    def is_late(self) -> bool:
        """Published after its limit."""
        ended, due = self.ended_at, self.due_on
        return ended is not None and due is not None and local_date(ended) > due


@dataclass(frozen=True)
class TakenStep:
    """One step as it was taken."""

    step: DisclosureStep
    outcome: Outcome
    person_name: str
    principal_name: str
    opinion: str
    checked: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class PublicationPage:
    """One publication with its frozen copy, the copy before it, and its steps."""

    row: PublicationRow
    office_id: int
    office_name: str
    content: Mapping[str, Any]
    steps: tuple[TakenStep, ...]


@dataclass(frozen=True)
class PictureChoice:
    """A picture of the case's evidence that may be shown."""

    attachment_id: int
    action: Action
    at: datetime
    file_name: str


def offices_of(actor: Actor, *steps: DisclosureStep) -> frozenset[int]:
    """Where the actor takes one of these steps; without any named, where of any."""
    roles = {role for step in steps or DisclosureStep for role in ROLES[step]}
    return frozenset(post.organisation_id for post in actor.posts if post.role in roles)


def list_owed(session: Session, actor: Actor, office: Office, today: date) -> tuple[Owed, ...]:
    """What this actor's offices have to publish now and nobody has begun, soonest first."""
    offices = offices_of(actor, DisclosureStep.PREPARE)
    under_way = sa.exists().where(
        Publication.case_id == SupervisionCase.id,
        Publication.state == PublicationState.UNDER_WAY.value,
    )
    rows = session.execute(
        sa.select(SupervisionCase, PublicCase)
        .outerjoin(PublicCase, PublicCase.case_id == SupervisionCase.id)
        .where(
            SupervisionCase.listing_office_id.in_(offices),
            SupervisionCase.case_number.is_not(None),
            has_act(Action.SIGN_LISTING, Act.outcome == Outcome.ACCEPTED.value),
            visible_to(actor),
            ~under_way,
            sa.or_(PublicCase.id.is_(None), PublicCase.taken_down_at.is_(None)),
            sa.or_(PublicCase.id.is_(None), PublicCase.delisted_on.is_(None)),
        )
        .order_by(SupervisionCase.id)
        .limit(MOST)
    ).all()
    if not rows:
        return ()
    case_ids = [case.id for case, _ in rows]
    listed = _newest(session, case_ids, _SIGNED, Outcome.ACCEPTED)
    moved = _newest(session, case_ids, _EXTENDED, Outcome.ACCEPTED)
    told = _told_on(session, case_ids)
    calendar = current_calendar(session, office)
    owed = []
    for case, shown in rows:
        limit_moved = moved.get(case.id, case.changed_at)
        found = _owed(case, shown, listed[case.id], limit_moved, told.get(case.id), today)
        if found is None:
            continue
        kind, since = found
        rule = office.profile.rules[RULES[kind]] if kind in RULES else None
        due_on = (
            last_day(compute(rule, since, calendar).due_at) if rule else Month.of(today).last_on
        )
        owed.append(
            Owed(
                case.id,
                kind,
                case.hazard_name,
                case.case_number or "",
                case.responsible_party.name,
                local_date(since),
                due_on,
                rule,
            )
        )
    return tuple(sorted(owed, key=lambda one: (one.due_on, one.case_id)))


def _owed(
    case: SupervisionCase,
    shown: PublicCase | None,
    listed_at: datetime,
    limit_moved_at: datetime,
    told_on: date | None,
    today: date,
) -> tuple[PublicationKind, datetime] | None:
    ended = case.ended_at
    if shown is None:
        gone = ended is not None and case.ending in WITHOUT_DELISTING
        return None if gone else (PublicationKind.LISTING, listed_at)
    if ended is not None:
        if case.ending == CaseEnding.DELISTED:
            return PublicationKind.RESULT, ended
        return PublicationKind.TAKEDOWN, ended  # what was published no longer holds
    if shown.limit_on != case.rectification_limit_on and shown.limit_on is not None:
        return PublicationKind.CORRECTION, limit_moved_at
    if told_on is not None and Month.of(told_on) < Month.of(today):
        return PublicationKind.PROGRESS, Month.of(today).begins_at
    return None


def _newest(
    session: Session, case_ids: list[int], actions: Sequence[Action], outcome: Outcome
) -> dict[int, datetime]:
    """When each case saw the latest of these acts that decided so."""
    rows = session.execute(
        sa.select(Act.case_id, sa.func.max(Act.at).label("at"))
        .where(
            Act.case_id.in_(case_ids),
            Act.action.in_(actions),
            Act.outcome == outcome.value,
        )
        .group_by(Act.case_id)
    )
    return {row.case_id: row.at for row in rows}


def _told_on(session: Session, case_ids: list[int]) -> dict[int, date]:
    """When the public was told something of each case last."""
    rows = session.execute(
        sa.select(PublicCase.case_id, sa.func.max(PublicEntry.at))
        .join(PublicEntry, PublicEntry.public_case_id == PublicCase.id)
        .where(PublicCase.case_id.in_(case_ids))
        .group_by(PublicCase.case_id)
    )
    return {case_id: local_date(at) for case_id, at in rows}


def list_publications(
    session: Session, actor: Actor, state: PublicationState, limit: int = MOST
) -> tuple[PublicationRow, ...]:
    """Publications of the actor's offices in this state; those under way soonest due first."""
    order = (
        (Publication.due_on.is_(None), Publication.due_on, Publication.id)
        if state is PublicationState.UNDER_WAY
        else (Publication.ended_at.desc(), Publication.id.desc())
    )
    rows = session.execute(
        _rows()
        .where(Publication.office_id.in_(offices_of(actor)), Publication.state == state.value)
        .order_by(*order)
        .limit(limit)
    )
    return tuple(_row(actor, *row) for row in rows)


def waiting_count(actor: Actor) -> sa.ColumnElement[int]:
    """How many publications wait for a step of the actor's posts, to be selected."""
    reached = [
        sa.and_(
            Publication.waiting_step == step.value,
            Publication.office_id.in_(offices_of(actor, step)),
        )
        for step in DisclosureStep
        if offices_of(actor, step)
    ]
    if not reached:
        return sa.literal(0)
    return sa.select(sa.func.count(Publication.id)).where(sa.or_(*reached)).scalar_subquery()


def unpublished_count(actor: Actor) -> sa.ColumnElement[int]:
    """How many cases listed by the actor's offices the public has not been told of."""
    offices = offices_of(actor, DisclosureStep.PREPARE)
    if not offices:
        return sa.literal(0)
    begun = sa.exists().where(
        Publication.case_id == SupervisionCase.id,
        Publication.state != PublicationState.DROPPED.value,
    )
    waiting = sa.select(sa.func.count(SupervisionCase.id)).where(
        SupervisionCase.listing_office_id.in_(offices),
        SupervisionCase.case_number.is_not(None),
        sa.or_(
            SupervisionCase.ending.is_(None),
            SupervisionCase.ending == CaseEnding.DELISTED.value,
        ),
        ~begun,
    )
    return waiting.scalar_subquery()


def get_publication(session: Session, actor: Actor, publication_id: int) -> PublicationPage:
    """One publication of the actor's offices; RecordNotFoundError for any other."""
    found = session.execute(
        _rows().where(
            Publication.id == publication_id, Publication.office_id.in_(offices_of(actor))
        )
    ).first()
    if found is None:
        raise RecordNotFoundError
    publication = found[0]
    return PublicationPage(
        row=_row(actor, *found),
        office_id=publication.office_id,
        office_name=session.get_one(Organisation, publication.office_id).name,
        content=publication.content,
        steps=tuple(_steps(session, publication_id)),
    )


def read_steps(session: Session, publication_id: int) -> tuple[StepRecord, ...]:
    """The steps taken so far, in order, as the rules see them."""
    rows = session.execute(
        sa.select(
            PublicationStep.step,
            PublicationStep.outcome,
            PublicationStep.person_id,
            Substitution.principal_person_id,
        )
        .outerjoin(Substitution, Substitution.id == PublicationStep.substitution_id)
        .where(PublicationStep.publication_id == publication_id)
        .order_by(PublicationStep.id)
    )
    return tuple(
        StepRecord(
            DisclosureStep(row.step),
            Outcome(row.outcome),
            row.person_id,
            row.principal_person_id,
        )
        for row in rows
    )


def took_part(session: Session, actor: Actor, row: PublicationRow, step: DisclosureStep) -> bool:
    """Whether another step was this person's, so that this one is not."""
    return actor.person_id in involved_before(step, read_steps(session, row.publication_id))


def due_on_of(
    session: Session,
    actor: Actor,
    office: Office,
    case_id: int,
    kind: PublicationKind,
    today: date,
) -> date | None:
    """By when this is owed, where it is."""
    owed = list_owed(session, actor, office, today)
    return next((one.due_on for one in owed if (one.case_id, one.kind) == (case_id, kind)), None)


def list_pictures(session: Session, case_id: int) -> tuple[PictureChoice, ...]:
    """The newest pictures of the case's evidence."""
    rows = session.execute(
        sa.select(Attachment.id, Act.action, Attachment.at, Attachment.file_name)
        .join(Act, Act.id == Attachment.act_id)
        .where(Attachment.case_id == case_id, Attachment.media_type.startswith("image/"))
        .order_by(Attachment.id.desc())
        .limit(24)
    )
    return tuple(PictureChoice(row.id, Action(row.action), row.at, row.file_name) for row in rows)


def _rows() -> sa.Select[Publication, str | None, str]:
    return sa.select(
        Publication, SupervisionCase.case_number, SupervisionCase.hazard_name
    ).outerjoin(SupervisionCase, SupervisionCase.id == Publication.case_id)


def _row(
    actor: Actor, publication: Publication, number: str | None, title: str | None
) -> PublicationRow:
    step = DisclosureStep(publication.waiting_step) if publication.waiting_step else None
    return PublicationRow(
        publication_id=publication.id,
        kind=PublicationKind(publication.kind),
        case_id=publication.case_id,
        case_number=number or "",
        title=title or publication.period or "",
        state=PublicationState(publication.state),
        waiting_step=step,
        due_on=publication.due_on,
        made_at=publication.made_at,
        ended_at=publication.ended_at,
        mine=step is not None and publication.office_id in offices_of(actor, step),
    )


def _steps(session: Session, publication_id: int) -> Iterator[TakenStep]:
    rows = session.execute(
        sa.select(PublicationStep, Person.name, _PRINCIPAL.name)
        .join(Person, Person.id == PublicationStep.person_id)
        .outerjoin(Substitution, Substitution.id == PublicationStep.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .where(PublicationStep.publication_id == publication_id)
        .order_by(PublicationStep.id)
    )
    for step, name, principal in rows:
        yield TakenStep(
            DisclosureStep(step.step),
            Outcome(step.outcome),
            name,
            principal or "",
            step.opinion,
            tuple(step.content["checked"]),
            step.at,
        )
