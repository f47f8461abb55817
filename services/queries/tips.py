"""Tips as the offices and the custodians see them: the edited copy, and never who wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from services.models.case import SupervisionCase
from services.models.organisation import Organisation, Person
from services.models.tip import (
    IdentityRequest,
    Tip,
    TipAct,
    TipMessage,
    TipOpenStep,
    TipPicture,
    TipView,
)
from services.reference.divisions import divisions
from workflows.permissions import Actor
from workflows.tips import (
    TIP_PERMISSIONS,
    TIP_READERS,
    IdentityGround,
    TipAction,
    TipChannel,
    TipOutcome,
    TipStage,
    handles_at,
    is_custodian,
)
from workflows.vocabulary import OPERATING, OrganisationKind, Role

MOST_ROWS = 200


@dataclass(frozen=True)
class OpenStepRow:
    """A step that waits. Standing ones may be taken at any time and are no duty."""

    task_id: str
    step: TipAction
    standing: bool
    due_at: datetime | None
    rule_id: str


@dataclass(frozen=True)
class TipRow:
    """One tip in a list. Before it is registered it has neither number nor title."""

    tip_id: int
    number: str | None
    title: str
    received_on: date
    stage: TipStage
    channel: TipChannel
    named: bool
    division_name: str
    enterprise_name: str
    about_organ_name: str
    handler_name: str
    finished: bool
    steps: tuple[OpenStepRow, ...]

    @property
    def due_at(self) -> datetime | None:
        """Until when the tip has to go on; what the custodian decides beside it holds nobody up."""
        beside = TipAction.DECIDE_IDENTITY_REQUEST
        return min(
            (s.due_at for s in self.steps if s.due_at and s.step is not beside), default=None
        )


@dataclass(frozen=True)
class TipActRow:
    """A step that was taken."""

    action: TipAction
    outcome: TipOutcome
    opinion: str
    content: dict[str, Any]
    person_name: str
    at: datetime


@dataclass(frozen=True)
class TipMessageRow:
    """A message as the offices see it; an informant's only as its edited copy."""

    message_id: int
    by_informant: bool
    sent_on: date
    text: str
    person_name: str
    passed_on: bool


@dataclass(frozen=True)
class IdentityRequestRow:
    """A request to know the informant, and what became of it. `open_until`: for its asker."""

    request_id: int
    asker_id: int
    asker_name: str
    ground: IdentityGround
    reason: str
    asked_at: datetime
    granted: bool | None
    decided_by_name: str
    answer: str
    open_until: datetime | None


@dataclass(frozen=True)
class TipViewRow:
    """Who looked at the tip, and at what of it."""

    person_name: str
    kind: str
    at: datetime


@dataclass(frozen=True)
class TipPage:
    """All that the offices know of one tip."""

    row: TipRow
    place: str
    text: str
    handler_id: int | None
    answer_due_at: datetime | None
    reward_amount: int | None
    case_id: int | None
    intake_number: str
    picture_ids: tuple[int, ...]
    acts: tuple[TipActRow, ...]
    messages: tuple[TipMessageRow, ...]
    requests: tuple[IdentityRequestRow, ...]
    views: tuple[TipViewRow, ...]


@dataclass(frozen=True)
class PictureFile:
    """A picture that may be shown."""

    media_type: str
    content: bytes


def list_handled_tips(session: Session, actor: Actor) -> tuple[TipRow, ...]:
    """The tips of the actor's offices, those that wait first, the oldest of them before all."""
    return _rows(session, Tip.handler_id.in_(handles_at(actor)))


def list_all_tips(session: Session) -> tuple[TipRow, ...]:
    """Every tip, for a custodian: those not registered yet first, the oldest of them before all."""
    return _rows(session, sa.true())


def count_waiting_tips(session: Session, actor: Actor) -> int:
    """How many tips wait for a step that the actor may take; asks nothing of anybody else."""
    mine: list[sa.ColumnElement[bool]] = []
    if is_custodian(actor):
        unread = sa.exists().where(
            TipMessage.tip_id == Tip.id,
            TipMessage.by_informant.is_(True),
            TipMessage.passed_on_at.is_(None),
        )
        decisions = (TipAction.DECIDE_IDENTITY_REQUEST, TipAction.REASSIGN_TIP)
        mine += [Tip.digest.is_(None), _waits(*decisions), unread]
    for post in actor.own_posts:
        steps = [
            step for step, row in TIP_PERMISSIONS.items() if post.role in row.roles & TIP_READERS
        ]
        if steps:
            mine.append(sa.and_(Tip.handler_id == post.organisation_id, _waits(*steps)))
    if not mine:
        return 0
    return session.scalars(sa.select(sa.func.count(Tip.id)).where(sa.or_(*mine))).one()


def _waits(*steps: TipAction) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        TipOpenStep.tip_id == Tip.id,
        TipOpenStep.step.in_(steps),
        TipOpenStep.standing.is_(False),
    )


def get_tip_page(session: Session, tip_id: int) -> TipPage:
    """One tip; that it may be seen was asked before."""
    (row,) = _rows(session, Tip.id == tip_id)
    tip = session.get_one(Tip, tip_id)
    case = session.get(SupervisionCase, tip.case_id) if tip.case_id else None
    return TipPage(
        row=row,
        place=tip.place,
        text=tip.text,
        handler_id=tip.handler_id,
        answer_due_at=tip.answer_due_at if tip.answered_at is None else None,
        reward_amount=tip.reward_amount,
        case_id=tip.case_id,
        intake_number=case.intake_number if case else "",
        picture_ids=tuple(
            session.scalars(
                sa.select(TipPicture.id).where(TipPicture.tip_id == tip_id).order_by(TipPicture.id)
            )
        ),
        acts=tuple(_acts(session, tip_id)),
        messages=tuple(_messages(session, tip_id)),
        requests=tuple(_requests(session, tip_id)),
        views=tuple(_views(session, tip_id)),
    )


def find_picture(session: Session, tip_id: int, picture_id: int) -> PictureFile | None:
    """A picture of this tip that its handlers may see."""
    picture = session.get(TipPicture, picture_id)
    if picture is None or picture.tip_id != tip_id:
        return None
    return PictureFile(picture.media_type, picture.content)


@dataclass(frozen=True)
class EmployerRow:
    """An enterprise whose employees have a form of their own, by its credit code."""

    organisation_id: int
    name: str
    credit_code: str


def list_employers(session: Session, actor: Actor) -> tuple[EmployerRow, ...]:
    """The enterprises whose notice the actor may print: the own one, or those supervised."""
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name, Organisation.credit_code)
        .where(
            Organisation.kind.in_(OPERATING),
            Organisation.credit_code.is_not(None),
            Organisation.dissolved_on.is_(None),
            _reached_by(actor),
        )
        .order_by(Organisation.name)
        .limit(1000)
    )
    return tuple(EmployerRow(row.id, row.name, row.credit_code) for row in rows)


def _reached_by(actor: Actor) -> sa.ColumnElement[bool]:
    houses = {role: set[int]() for role in Role}
    for post in actor.own_posts:
        houses[post.role].add(post.organisation_id)
    if houses[Role.COMMITTEE_OFFICER] or houses[Role.COMMITTEE_OFFICE_HEAD]:
        return sa.true()
    own = houses[Role.ENTERPRISE_SAFETY_OFFICER] | houses[Role.ENTERPRISE_PRINCIPAL]
    supervising = houses[Role.CASE_OFFICER] | houses[Role.DEPARTMENT_HEAD]
    return sa.or_(Organisation.id.in_(own), Organisation.supervised_by_id.in_(supervising))


def list_handlers(session: Session, but: int | None) -> dict[int, str]:
    """The organs that a tip may be given to, without the one that it is about."""
    kinds = (OrganisationKind.DEPARTMENT, OrganisationKind.COMMITTEE_OFFICE)
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(
            Organisation.kind.in_(kinds),
            Organisation.dissolved_on.is_(None),
            Organisation.id != (but or 0),
        )
        .order_by(Organisation.kind, Organisation.id)
        .limit(500)
    )
    return {row.id: row.name for row in rows}


def find_suggested_handler(session: Session, tip_id: int) -> int | None:
    """The department that supervises the enterprise whose employees' form was used."""
    return session.scalar(
        sa.select(Organisation.supervised_by_id)
        .join(Tip, Tip.enterprise_id == Organisation.id)
        .where(Tip.id == tip_id)
    )


def find_about_organ(session: Session, tip_id: int) -> int | None:
    """The organ that a tip is about, if it is about one."""
    return session.scalar(sa.select(Tip.about_organ_id).where(Tip.id == tip_id))


def _rows(session: Session, condition: sa.ColumnElement[bool]) -> tuple[TipRow, ...]:
    tips = session.scalars(
        sa.select(Tip)
        .where(condition)
        .order_by(
            Tip.finished_on.is_not(None),
            Tip.number.is_not(None),
            sa.case((Tip.finished_on.is_(None), Tip.id), else_=-Tip.id),
        )
        .limit(MOST_ROWS)
        .options(
            joinedload(Tip.enterprise),
            joinedload(Tip.about_organ),
            joinedload(Tip.handler),
        )
    ).all()
    steps = _open_steps(session, [tip.id for tip in tips])
    return tuple(_row(tip, tuple(steps.get(tip.id, ()))) for tip in tips)


def _row(tip: Tip, steps: tuple[OpenStepRow, ...]) -> TipRow:
    division = divisions().get(tip.division_code)
    return TipRow(
        tip_id=tip.id,
        number=tip.number,
        title=tip.title,
        received_on=tip.received_on,
        stage=TipStage(tip.stage),
        channel=TipChannel(tip.channel),
        named=tip.named,
        division_name=division.name if division else "",
        enterprise_name=tip.enterprise.name if tip.enterprise else "",
        about_organ_name=tip.about_organ.name if tip.about_organ else "",
        handler_name=tip.handler.name if tip.handler else "",
        finished=tip.finished_on is not None,
        steps=steps,
    )


def _open_steps(session: Session, tip_ids: Sequence[int]) -> dict[int, list[OpenStepRow]]:
    found: dict[int, list[OpenStepRow]] = {}
    for step in session.scalars(
        sa.select(TipOpenStep)
        .where(TipOpenStep.tip_id.in_(tip_ids))
        .order_by(TipOpenStep.standing, TipOpenStep.due_at, TipOpenStep.task_id)
    ):
        row = OpenStepRow(
            step.task_id, TipAction(step.step), step.standing, step.due_at, step.rule_id
        )
        found.setdefault(step.tip_id, []).append(row)
    return found


def _acts(session: Session, tip_id: int) -> list[TipActRow]:
    rows = session.scalars(
        sa.select(TipAct).where(TipAct.tip_id == tip_id).order_by(TipAct.id).limit(MOST_ROWS)
    )
    return [
        TipActRow(
            TipAction(act.action),
            TipOutcome(act.outcome),
            act.opinion,
            act.content,
            act.person.name,
            act.at,
        )
        for act in rows
    ]


def _messages(session: Session, tip_id: int) -> list[TipMessageRow]:
    rows = session.execute(
        sa.select(TipMessage, Person.name)
        .outerjoin(Person, Person.id == TipMessage.person_id)
        .where(TipMessage.tip_id == tip_id)
        .order_by(TipMessage.id)
        .limit(MOST_ROWS)
    )
    return [
        TipMessageRow(
            message.id,
            message.by_informant,
            message.sent_on,
            message.text,
            name or "",
            message.passed_on_at is not None,
        )
        for message, name in rows
    ]


def _requests(session: Session, tip_id: int) -> list[IdentityRequestRow]:
    rows = session.scalars(
        sa.select(IdentityRequest)
        .where(IdentityRequest.tip_id == tip_id)
        .order_by(IdentityRequest.id)
        .limit(MOST_ROWS)
    )
    return [
        IdentityRequestRow(
            row.id,
            row.asker_id,
            row.asker.name,
            IdentityGround(row.ground),
            row.reason,
            row.asked_at,
            row.granted,
            row.decided_by.name if row.decided_by else "",
            row.answer,
            row.ends_at if row.sealed is not None else None,
        )
        for row in rows
    ]


def _views(session: Session, tip_id: int) -> list[TipViewRow]:
    rows = session.scalars(
        sa.select(TipView)
        .where(TipView.tip_id == tip_id)
        .order_by(TipView.id.desc())
        .limit(MOST_ROWS)
    )
    return [TipViewRow(row.person.name, row.kind, row.at) for row in rows]
