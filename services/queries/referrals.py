"""Referrals as their two sides see them: the sender's list, and the packages of a receiver.

What a receiver reads comes from the tables of referrals alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import CaseParty, SupervisionCase
from services.models.organisation import Organisation, Post
from services.models.referral import (
    Referral,
    ReferralAct,
    ReferralLook,
    ReferralNote,
    ReferralOpenStep,
    ReferralPackage,
)
from services.queries.scope import inside_of
from workflows.permissions import Actor
from workflows.referral import (
    HEADS,
    OF_RECEIVER,
    PROPOSERS,
    RECEIVER_ORGANS,
    RECEIVER_ROLES,
    SHARED,
    CadreLevel,
    ReceiverKind,
    ReferralAction,
    ReferralOutcome,
    ReferralRule,
    ReferralStage,
    ReferralStep,
)
from workflows.vocabulary import OrganisationKind

MOST_ROWS = 200
_DELIVERED = ReferralAction.DELIVER_REFERRAL.value
# The receiver works inside of the system; what comes back on paper the sender registers.
_HERE = (ReferralOutcome.DELIVERED_ONLINE.value, ReferralOutcome.CAME_ON_MEDIUM.value)


@dataclass(frozen=True)
class ReferralStepRow:
    """A step that waits. Standing ones may be taken at any time and are no duty."""

    task_id: str
    step: ReferralAction
    standing: bool
    due_at: datetime | None
    rule_id: str

    @property
    def by_receiver(self) -> bool:
        """Whether it is the receiver's turn, and not the sender's."""
        return self.step in OF_RECEIVER


@dataclass(frozen=True)
class ReferralRow:
    """One referral in a list of the sender's side."""

    referral_id: int
    number: str | None
    ground: str
    rule: ReferralRule | None
    about_name: str
    about_post: str
    about_organisation_name: str
    receiver_kind: ReceiverKind
    receiver_name: str
    intake_number: str
    hazard_name: str
    stage: ReferralStage
    finished: bool
    proposed_at: datetime
    steps: tuple[ReferralStepRow, ...]


@dataclass(frozen=True)
class ReferralActRow:
    """A step that was taken."""

    action: ReferralAction
    outcome: ReferralOutcome
    opinion: str
    content: dict[str, Any]
    person_name: str
    organisation_name: str
    at: datetime


@dataclass(frozen=True)
class PackageRow:
    """What was sealed, without its bytes."""

    letter: dict[str, Any]
    sha256: str
    size: int
    sealed_at: datetime


@dataclass(frozen=True)
class ReferralPage:
    """All that the sender's side knows of one referral."""

    row: ReferralRow
    case_id: int
    sender_name: str
    about_organisation_id: int
    receiver_id: int | None
    cadre_level: CadreLevel | None
    facts: str
    measures: str
    package: PackageRow | None
    acts: tuple[ReferralActRow, ...]
    looks: tuple["LookRow", ...]


@dataclass(frozen=True)
class ReceivedRow:
    """One package in a receiver's inbox."""

    referral_id: int
    letter: dict[str, Any]
    stage: ReferralStage
    finished: bool
    delivered_at: datetime
    steps: tuple[ReferralStepRow, ...]


@dataclass(frozen=True)
class NoteRow:
    """A receiver's own note."""

    person_name: str
    text: str
    at: datetime


@dataclass(frozen=True)
class LookRow:
    """Who looked at the package, and at what of it."""

    person_name: str
    kind: str
    at: datetime


@dataclass(frozen=True)
class ReceivedPage:
    """All that a receiver reads of one referral."""

    row: ReceivedRow
    package: PackageRow
    acts: tuple[ReferralActRow, ...]
    notes: tuple[NoteRow, ...]
    looks: tuple[LookRow, ...]


@dataclass(frozen=True)
class ReceiverRow:
    """An organ that a referral may go to. `level` None: unknown."""

    kind: ReceiverKind
    organisation_id: int
    name: str
    level: str | None
    has_post: bool

    @property
    def key(self) -> str:
        """Its value in a form."""
        return f"{self.kind}:{self.organisation_id}"


@dataclass(frozen=True)
class CaseOfReferral:
    """The case that a referral would rest on, and the organisations that have to do with it."""

    case_id: int
    intake_number: str
    hazard_name: str
    organisations: tuple[tuple[int, str], ...]


def steps_taken(session: Session, referral_id: int) -> tuple[ReferralStep, ...]:
    """What was done in a referral, in order."""
    rows = session.execute(
        sa.select(ReferralAct.action, ReferralAct.outcome, ReferralAct.person_id)
        .where(ReferralAct.referral_id == referral_id)
        .order_by(ReferralAct.id)
    )
    return tuple(
        ReferralStep(ReferralAction(row.action), ReferralOutcome(row.outcome), row.person_id)
        for row in rows
    )


def chain_of(session: Session, organisation_id: int | None) -> frozenset[int]:
    """An organisation and every one below it; nobody of one that is not of this installation."""
    if organisation_id is None:
        return frozenset()
    below = (
        sa.select(Organisation.id)
        .where(Organisation.id == organisation_id)
        .cte("below", recursive=True)
    )
    child = sa.select(Organisation.id).join(below, Organisation.parent_id == below.c.id)
    return frozenset(session.scalars(sa.select(below.union(child).c.id)))


def list_sent(session: Session, actor: Actor) -> tuple[ReferralRow, ...]:
    """The referrals to whose sender's side the actor belongs, those that wait first."""
    return _sent_rows(session, sent_by(actor))


def count_waiting(session: Session, actor: Actor) -> int:
    """How many wait for a step of the sender's side; asks nothing of anybody else."""
    if not any(post.role in PROPOSERS | HEADS for post in actor.own_posts):
        return 0
    waits = sa.exists().where(
        ReferralOpenStep.referral_id == Referral.id,
        ReferralOpenStep.step.in_(
            (
                ReferralAction.DECIDE_REFERRAL,
                ReferralAction.SEAL_PACKAGE,
                ReferralAction.DELIVER_REFERRAL,
                ReferralAction.ANSWER_RECEIVER,
                ReferralAction.OBJECT_TO_FILING,
            )
        ),
    )
    found = sa.select(sa.func.count(Referral.id)).where(sent_by(actor), waits)
    return session.scalars(found).one()


def sent_by(actor: Actor) -> sa.ColumnElement[bool]:
    """True for the referrals that the actor proposed, or decides as a head outside of the chain.

    The same as `workflows.referral.is_sender`.
    """
    heads = [post.organisation_id for post in actor.own_posts if post.role in HEADS]
    officers = [post.organisation_id for post in actor.own_posts if post.role in PROPOSERS]
    houses = {post.organisation_id for post in actor.posts}
    return sa.and_(
        sa.or_(
            Referral.sender_id.in_(heads),
            sa.and_(Referral.sender_id.in_(officers), Referral.proposer_id == actor.person_id),
        ),
        Referral.about_organisation_id.not_in(_above(houses)),
        _about_another(actor),
    )


def _about_another(actor: Actor) -> sa.ColumnElement[bool]:
    """The opposite of `workflows.referral.is_reported`."""
    return sa.case(
        (Referral.about_person_id.is_(None), Referral.about_name != actor.name),
        else_=Referral.about_person_id != actor.person_id,
    )


def _above(houses: set[int]) -> sa.Select[tuple[int]]:
    """These organisations and every one above them."""
    above = (
        sa.select(Organisation.id, Organisation.parent_id)
        .where(Organisation.id.in_(houses))
        .cte("above", recursive=True)
    )
    parent = sa.select(Organisation.id, Organisation.parent_id).join(
        above, Organisation.id == above.c.parent_id
    )
    return sa.select(above.union(parent).c.id)


def get_sent_page(session: Session, referral_id: int) -> ReferralPage:
    """One referral for its sender; that it may be seen was asked before."""
    (row,) = _sent_rows(session, Referral.id == referral_id)
    referral = session.get_one(Referral, referral_id)
    sender = session.get_one(Organisation, referral.sender_id)
    # What is sent from here rests on a case and an organisation of this installation.
    assert referral.case_id is not None
    assert referral.about_organisation_id is not None
    assert referral.sender_id is not None
    return ReferralPage(
        row=row,
        case_id=referral.case_id,
        sender_name=sender.name,
        about_organisation_id=referral.about_organisation_id,
        receiver_id=referral.receiver_id,
        cadre_level=CadreLevel(referral.cadre_level) if referral.cadre_level else None,
        facts=referral.facts,
        measures=referral.measures,
        package=_package(session, referral_id),
        acts=_acts(session, referral_id, tuple(ReferralAction)),
        looks=_looks(session, referral_id, referral.sender_id),
    )


def list_received(session: Session, actor: Actor) -> tuple[ReceivedRow, ...]:
    """The packages that were delivered to the actor's office, those that wait first."""
    return _received_rows(session, received_by(actor))


def received_by(actor: Actor) -> sa.ColumnElement[bool]:
    """True for the referrals given to the actor's office inside of the system.

    The same as `workflows.referral.is_receiver`.
    """
    mine = [
        sa.and_(Referral.receiver_kind == kind.value, Referral.receiver_id == post.organisation_id)
        for post in actor.own_posts
        for kind, role in RECEIVER_ROLES.items()
        if post.role is role
    ]
    online = sa.exists().where(
        ReferralAct.referral_id == Referral.id,
        ReferralAct.action == _DELIVERED,
        ReferralAct.outcome.in_(_HERE),
    )
    return sa.and_(sa.or_(sa.false(), *mine), online, _about_another(actor))


def get_received_page(
    session: Session, referral_id: int, organisation_id: int | None
) -> ReceivedPage:
    """One package for its receiver; that it may be seen was asked before."""
    (row,) = _received_rows(session, Referral.id == referral_id)
    package = _package(session, referral_id)
    assert package is not None
    notes = session.scalars(
        sa.select(ReferralNote)
        .where(
            ReferralNote.referral_id == referral_id,
            ReferralNote.organisation_id == organisation_id,
        )
        .order_by(ReferralNote.id)
        .limit(MOST_ROWS)
    )
    return ReceivedPage(
        row=row,
        package=package,
        acts=_acts(session, referral_id, tuple(SHARED)),
        notes=tuple(NoteRow(note.person_name, note.text, note.at) for note in notes),
        looks=_looks(session, referral_id, organisation_id),
    )


def list_receivers(session: Session) -> tuple[ReceiverRow, ...]:
    """The organs that a referral may go to; `has_post`: somebody there may receive it online."""
    roles = {role.value: kind for kind, role in RECEIVER_ROLES.items()}
    held = {
        (roles[row.role], row.organisation_id)
        for row in session.execute(
            sa.select(Post.role, Post.organisation_id).where(
                Post.role.in_(roles), Post.valid_to.is_(None)
            )
        )
    }
    organs = session.scalars(
        sa.select(Organisation)
        .where(
            sa.or_(
                Organisation.kind == OrganisationKind.DISCIPLINE_ORGAN.value,
                Organisation.id.in_([organisation_id for _, organisation_id in held]),
            ),
            Organisation.dissolved_on.is_(None),
        )
        .order_by(Organisation.kind, Organisation.id)
        .limit(500)
    ).all()
    return tuple(
        ReceiverRow(kind, organ.id, organ.name, organ.level, (kind, organ.id) in held)
        for kind, organ_kind in RECEIVER_ORGANS.items()
        for organ in organs
        if organ.kind == organ_kind
        and (kind is ReceiverKind.DISCIPLINE or (kind, organ.id) in held)
    )


def find_case(session: Session, actor: Actor, number: str) -> CaseOfReferral | None:
    """The case of this number whose inside the actor reads."""
    case = session.scalar(
        sa.select(SupervisionCase).where(
            sa.or_(SupervisionCase.intake_number == number, SupervisionCase.case_number == number),
            inside_of(actor),
        )
    )
    return _case_of(session, case) if case else None


def get_case(session: Session, case_id: int) -> CaseOfReferral:
    """The case of a referral that the actor is a party of."""
    return _case_of(session, session.get_one(SupervisionCase, case_id))


def _case_of(session: Session, case: SupervisionCase) -> CaseOfReferral:
    houses = [
        case.responsible_party_id,
        case.parent_company_id,
        *session.scalars(sa.select(CaseParty.organisation_id).where(CaseParty.case_id == case.id)),
        case.competent_department_id,
        case.territorial_government_id,
        case.listing_office_id,
    ]
    wanted = list(dict.fromkeys(house for house in houses if house is not None))
    names = {
        row.id: row.name
        for row in session.execute(
            sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
        )
    }
    organisations = tuple((house, names[house]) for house in wanted)
    return CaseOfReferral(case.id, case.intake_number, case.hazard_name, organisations)


def _sent_rows(session: Session, condition: sa.ColumnElement[bool]) -> tuple[ReferralRow, ...]:
    about, receiver = sa.orm.aliased(Organisation), sa.orm.aliased(Organisation)
    rows = session.execute(
        sa.select(
            Referral,
            about.name.label("about_name"),
            receiver.name.label("receiver_name"),
            SupervisionCase.intake_number,
            SupervisionCase.hazard_name,
        )
        .join(about, about.id == Referral.about_organisation_id)
        .outerjoin(receiver, receiver.id == Referral.receiver_id)
        .join(SupervisionCase, SupervisionCase.id == Referral.case_id)
        .where(condition)
        .order_by(Referral.finished_at.is_not(None), Referral.proposed_at.desc(), Referral.id)
        .limit(MOST_ROWS)
    ).all()
    steps = _open_steps(session, [row.Referral.id for row in rows])
    return tuple(
        ReferralRow(
            referral_id=row.Referral.id,
            number=row.Referral.number,
            ground=row.Referral.ground,
            rule=ReferralRule(row.Referral.rule) if row.Referral.rule else None,
            about_name=row.Referral.about_name,
            about_post=row.Referral.about_post,
            about_organisation_name=row.about_name,
            receiver_kind=ReceiverKind(row.Referral.receiver_kind),
            receiver_name=row.receiver_name or "",
            intake_number=row.intake_number,
            hazard_name=row.hazard_name,
            stage=ReferralStage(row.Referral.stage),
            finished=row.Referral.finished_at is not None,
            proposed_at=row.Referral.proposed_at,
            steps=steps.get(row.Referral.id, ()),
        )
        for row in rows
    )


def _received_rows(session: Session, condition: sa.ColumnElement[bool]) -> tuple[ReceivedRow, ...]:
    delivered_at = (
        sa.select(sa.func.max(ReferralAct.at))
        .where(ReferralAct.referral_id == Referral.id, ReferralAct.action == _DELIVERED)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(
            Referral.id,
            Referral.stage,
            Referral.finished_at,
            ReferralPackage.letter,
            sa.type_coerce(delivered_at, ReferralAct.at.type).label("delivered_at"),
        )
        .join(ReferralPackage, ReferralPackage.referral_id == Referral.id)
        .where(condition)
        .order_by(Referral.finished_at.is_not(None), sa.desc("delivered_at"), Referral.id)
        .limit(MOST_ROWS)
    ).all()
    steps = _open_steps(session, [row.id for row in rows])
    return tuple(
        ReceivedRow(
            referral_id=row.id,
            letter=row.letter,
            stage=ReferralStage(row.stage),
            finished=row.finished_at is not None,
            delivered_at=row.delivered_at,
            steps=steps.get(row.id, ()),
        )
        for row in rows
    )


def _open_steps(
    session: Session, referral_ids: Sequence[int]
) -> dict[int, tuple[ReferralStepRow, ...]]:
    found: dict[int, tuple[ReferralStepRow, ...]] = {}
    for step in session.scalars(
        sa.select(ReferralOpenStep)
        .where(ReferralOpenStep.referral_id.in_(referral_ids))
        .order_by(ReferralOpenStep.standing, ReferralOpenStep.due_at, ReferralOpenStep.task_id)
    ):
        row = ReferralStepRow(
            step.task_id, ReferralAction(step.step), step.standing, step.due_at, step.rule_id
        )
        found[step.referral_id] = (*found.get(step.referral_id, ()), row)
    return found


def _package(session: Session, referral_id: int) -> PackageRow | None:
    package = session.get(ReferralPackage, referral_id)
    if package is None:
        return None
    return PackageRow(package.letter, package.sha256, package.size, package.sealed_at)


def _looks(session: Session, referral_id: int, organisation_id: int | None) -> tuple[LookRow, ...]:
    """Those of one office alone: neither side learns how often the other looks."""
    rows = session.scalars(
        sa.select(ReferralLook)
        .where(
            ReferralLook.referral_id == referral_id,
            ReferralLook.organisation_id == organisation_id,
        )
        .order_by(ReferralLook.id.desc())
        .limit(MOST_ROWS)
    )
    return tuple(LookRow(look.person_name, look.kind, look.at) for look in rows)


def _acts(
    session: Session, referral_id: int, shown: Sequence[ReferralAction]
) -> tuple[ReferralActRow, ...]:
    rows = session.scalars(
        sa.select(ReferralAct)
        .where(ReferralAct.referral_id == referral_id, ReferralAct.action.in_(shown))
        .order_by(ReferralAct.id)
        .limit(MOST_ROWS)
    )
    return tuple(
        ReferralActRow(
            ReferralAction(act.action),
            ReferralOutcome(act.outcome),
            act.opinion,
            act.content,
            act.person_name,
            act.organisation_name,
            act.at,
        )
        for act in rows
    )
