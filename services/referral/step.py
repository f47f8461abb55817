"""One step of a referral: claim, permit, record, then let the diagram go on."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.errors import InvalidCommandError
from services.frame import MOST_CHARACTERS, Frame, require, require_not_in_future
from services.models.organisation import Organisation
from services.models.referral import Referral, ReferralAct, ReferralOpenStep
from services.office import Office
from services.queries.calendar import current_calendar
from services.queries.referrals import chain_of, received_by, sent_by, steps_taken
from services.referral.wall import WALL
from services.walled import WalledStep
from workflows.deadlines import compute
from workflows.engine.runner import OpenTask
from workflows.errors import RuleError, TaskNotReadyError
from workflows.permissions import PostRecord
from workflows.referral import (
    REFERRAL_OUTCOMES,
    REFERRAL_PERMISSIONS,
    ReceiverKind,
    ReferralAction,
    ReferralOutcome,
    ReferralStanding,
    Side,
    check_referral,
    is_receiver,
    is_sender,
    referral_facts,
    stage_of,
)

A = ReferralAction
# The rule of a step, and the steps from whose last one its clock runs.
_OF_POLICE: Mapping[A, tuple[str, tuple[A, ...]]] = {
    A.DECIDE_REFERRAL: ("decide_transfer", (A.PROPOSE_REFERRAL,)),
    A.SEAL_PACKAGE: ("hand_over_to_police", (A.DECIDE_REFERRAL,)),
    A.DELIVER_REFERRAL: ("hand_over_to_police", (A.DECIDE_REFERRAL,)),
    A.ACKNOWLEDGE_REFERRAL: (
        "acknowledge_police_referral",
        (A.DELIVER_REFERRAL, A.ACKNOWLEDGE_REFERRAL),
    ),
    A.DECIDE_FILING: ("decide_police_filing", (A.ACKNOWLEDGE_REFERRAL,)),
    A.OBJECT_TO_FILING: ("object_to_filing", (A.DECIDE_FILING,)),
    A.ANSWER_FILING_OBJECTION: ("answer_filing_objection", (A.OBJECT_TO_FILING,)),
    A.REPORT_REFERRAL_OUTCOME: ("referral_feedback", (A.ACKNOWLEDGE_REFERRAL,)),
    A.ANSWER_RECEIVER: ("answer_receiver", (A.ASK_SENDER,)),
}
_OF_OTHERS: Mapping[A, tuple[str, tuple[A, ...]]] = {
    A.DECIDE_REFERRAL: ("transfer_clue", (A.PROPOSE_REFERRAL,)),
    A.SEAL_PACKAGE: ("transfer_clue", (A.PROPOSE_REFERRAL,)),
    A.DELIVER_REFERRAL: ("transfer_clue", (A.PROPOSE_REFERRAL,)),
    A.ACKNOWLEDGE_REFERRAL: ("acknowledge_clue", (A.DELIVER_REFERRAL, A.ACKNOWLEDGE_REFERRAL)),
    A.DECIDE_FILING: ("referral_feedback", (A.ACKNOWLEDGE_REFERRAL,)),
    A.REPORT_REFERRAL_OUTCOME: ("referral_feedback", (A.ACKNOWLEDGE_REFERRAL,)),
    A.ANSWER_RECEIVER: ("answer_receiver", (A.ASK_SENDER,)),
}


class ReferralNotFoundError(RuleError):
    """No such referral, or none that this actor may know of: the two look the same."""

    code = "referral_not_found"


@dataclass(frozen=True, kw_only=True)
class ReferralCommand:
    """A step to be taken. `task_id` is that of the open step.

    `paper_on`, `paper_place`: of the receiver's paper, where the sender puts it on record;
    `carried`: who said it when, and in which file it came, where it came on a medium.
    """

    referral_id: int
    task_id: str
    outcome: ReferralOutcome
    opinion: str = ""
    paper_on: date | None = None
    paper_place: str = ""
    carried: Mapping[str, str] | None = None


@dataclass(frozen=True)
class OpenedReferral:
    """A claimed step of one referral, permitted and not recorded yet."""

    frame: Frame
    action: ReferralAction
    referral: Referral
    post: PostRecord
    standing: ReferralStanding
    command: ReferralCommand

    @property
    def is_on_paper(self) -> bool:
        """Whether the sender puts a receiver's paper on record."""
        return REFERRAL_PERMISSIONS[self.action].side is Side.RECEIVER and self.standing.is_offline

    def record(self, **content: object) -> ReferralAct:
        """Put the step on record and let the diagram go on. The last call of every step."""
        frame, command = self.frame, self.command
        if command.carried is not None:
            content |= {"carried": dict(command.carried)}
        elif self.is_on_paper:
            assert command.paper_on is not None
            content |= {
                "paper_on": command.paper_on.isoformat(),
                "paper_place": command.paper_place,
            }
        organisation = frame.session.get_one(Organisation, self.post.organisation_id)
        act = ReferralAct(
            referral_id=self.referral.id,
            action=self.action.value,
            outcome=command.outcome.value,
            opinion=command.opinion,
            content=content,
            person_id=frame.actor.person_id,
            post_id=self.post.post_id,
            person_name=frame.actor.name,
            organisation_name=organisation.name,
            at=frame.now,
            nonce=secrets.token_hex(16),
        )
        put_on_record(frame.session, frame.office, self.referral, act, command.task_id)
        return act


def open_referral_step(
    frame: Frame, action: ReferralAction, command: ReferralCommand
) -> OpenedReferral:
    """Claim the referral, then check that the step is open and permitted.

    ReferralNotFoundError, TaskNotReadyError, ReferralRefusedError, InvalidCommandError.
    """
    session = frame.session
    party = sa.or_(sent_by(frame.actor), received_by(frame.actor))
    _find(session, command.referral_id, party)
    referral = WALL.claim(session, command.referral_id)
    if referral is None:
        raise ReferralNotFoundError
    standing = standing_of(session, referral)
    # Between the two it may have been passed on to another organ.
    if not (is_sender(frame.actor, standing) or is_receiver(frame.actor, standing)):
        raise ReferralNotFoundError
    step = session.get(ReferralOpenStep, command.task_id)
    if step is None or step.referral_id != referral.id or step.step != action:
        raise TaskNotReadyError
    post = check_referral(frame.actor, action, standing)
    if command.outcome not in REFERRAL_OUTCOMES[action]:
        raise InvalidCommandError({"outcome": "choice"})
    if len(command.opinion) > MOST_CHARACTERS:
        raise InvalidCommandError({"opinion": f"too_long:{MOST_CHARACTERS}"})
    opened = OpenedReferral(frame, action, referral, post, standing, command)
    if opened.is_on_paper and command.carried is None:
        require(command, "paper_on", "paper_place")
        require_not_in_future(frame, command, "paper_on")
    return opened


def put_on_record(
    session: Session, office: Office, referral: Referral, act: ReferralAct, task_id: str
) -> None:
    """One act, what the diagram opens after it, and the link of the chain."""
    session.add(act)
    session.flush()
    taken = steps_taken(session, referral.id)
    kind = ReceiverKind(referral.receiver_kind)
    facts = referral_facts(kind, taken)
    step = WalledStep(office.referral_definition, act.action, task_id, facts)
    advance = WALL.advance(session, office.keys, referral, step, act.at)
    referral.finished_at = act.at if advance.finished else None
    referral.stage = stage_of(taken, finished=advance.finished).value
    session.add_all(_open_step(session, office, referral, task, act.at) for task in advance.opened)
    session.flush()
    who = {"person_id": act.person_id, "post_id": act.post_id}
    WALL.append_act(session, referral.id, act, **who)


def standing_of(session: Session, referral: Referral) -> ReferralStanding:
    """Who refers what to whom, and what was done."""
    return ReferralStanding(
        sender_id=referral.sender_id,
        receiver_kind=ReceiverKind(referral.receiver_kind),
        receiver_id=referral.receiver_id,
        proposer_id=referral.proposer_id,
        about_person_id=referral.about_person_id,
        chain=chain_of(session, referral.about_organisation_id),
        taken=steps_taken(session, referral.id),
        about_name=referral.about_name,
    )


def get_sent(frame: Frame, referral_id: int) -> tuple[Referral, ReferralStanding]:
    """A referral to whose sender's side the actor belongs; ReferralNotFoundError."""
    referral = _find(frame.session, referral_id, sent_by(frame.actor))
    return referral, standing_of(frame.session, referral)


def get_received(frame: Frame, referral_id: int) -> tuple[Referral, ReferralStanding]:
    """A referral that was delivered to the actor's office; ReferralNotFoundError."""
    referral = _find(frame.session, referral_id, received_by(frame.actor))
    return referral, standing_of(frame.session, referral)


def _find(session: Session, referral_id: int, mine: sa.ColumnElement[bool]) -> Referral:
    """By one question for everybody: how much is asked tells nobody whether there is one."""
    found = session.scalar(sa.select(Referral).where(Referral.id == referral_id, mine))
    if found is None:
        raise ReferralNotFoundError
    return found


def _open_step(
    session: Session, office: Office, referral: Referral, task: OpenTask, now: datetime
) -> ReferralOpenStep:
    police = referral.receiver_kind == ReceiverKind.POLICE
    clock = (_OF_POLICE if police else _OF_OTHERS).get(ReferralAction(task.step_id))
    due_at = None
    if clock is not None:
        rule = office.profile.rules[clock[0]]
        started = _last_at(session, referral.id, clock[1]) or now
        due_at = compute(rule, started, current_calendar(session, office)).due_at
    return ReferralOpenStep(
        task_id=task.task_id,
        referral_id=referral.id,
        step=task.step_id,
        standing=task.standing,
        due_at=due_at,
        rule_id=clock[0] if clock else "",
    )


def _last_at(
    session: Session, referral_id: int, actions: tuple[ReferralAction, ...]
) -> datetime | None:
    return session.scalar(
        sa.select(sa.func.max(ReferralAct.at)).where(
            ReferralAct.referral_id == referral_id, ReferralAct.action.in_(actions)
        )
    )
