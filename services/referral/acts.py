"""The steps of a referral that its two sides take, one function each."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.frame import (
    MOST_CHARACTERS,
    Frame,
    require,
    require_not_in_future,
)
from services.models.case import SupervisionCase
from services.models.organisation import Organisation, Person, Post
from services.models.referral import Referral, ReferralAct, ReferralCarriage, ReferralPackage
from services.office import Office
from services.queries.referrals import ReceiverRow, find_case, list_receivers
from services.queries.standing_in import held_on
from services.reference.referral_grounds import referral_grounds
from services.referral.numbers import draw_id, draw_number
from services.referral.step import (
    OpenedReferral,
    ReferralCommand,
    open_referral_step,
    put_on_record,
    standing_of,
)
from workflows.permissions import PostRecord
from workflows.referral import (
    BY_CADRE_LEVEL,
    PROPOSERS,
    CadreLevel,
    ReceiverKind,
    ReferralAction,
    ReferralOutcome,
    ReferralRefusedError,
    ReferralRule,
    ReferralStage,
    Route,
    is_concerned,
)

LONGEST_NAME, LONGEST_POST = 60, 100


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who is referred to whom, and why. `receiver` as `ReceiverRow.key` has it."""

    ground: str = ""
    receiver: str = ""
    about_name: str = ""
    about_post: str = ""
    cadre_level: str = ""
    facts: str = ""
    measures: str = ""


@dataclass(frozen=True, kw_only=True)
class ProposeReferral(Subject):
    """A referral of one person, upon one case. `nonce`: the number of the form."""

    case_number: str
    about_organisation_id: int | None
    nonce: str


@dataclass(frozen=True, kw_only=True)
class DecideReferral(ReferralCommand):
    """The decision; with the `subject` where a rule proposed, which names nobody."""

    subject: Subject | None = None


@dataclass(frozen=True, kw_only=True)
class DeliverReferral(ReferralCommand):
    """Outside of the system: the way, who carried it, on which day, where the receipt lies."""

    route: str = ""
    carrier: str = ""
    delivered_on: date | None = None
    receipt_place: str = ""


@dataclass(frozen=True, kw_only=True)
class AcknowledgeReferral(ReferralCommand):
    """The receipt; passed on: to whom (`ReceiverRow.key`)."""

    passed_to: str = ""


@dataclass(frozen=True)
class RuleFinding:
    """What a rule found in a case: upon what (`key`, once), against whom, for whose head."""

    rule: ReferralRule
    key: str
    case_id: int
    ground: str
    sender_id: int
    about_organisation_id: int
    receiver_kind: ReceiverKind
    facts: str
    about_name: str = ""
    about_post: str = ""
    about_person_id: int | None = None


def propose_referral(frame: Frame, command: ProposeReferral) -> int:
    """Propose to refer one person; returns the referral. The same form sent twice makes one.

    ReferralRefusedError, InvalidCommandError.
    """
    session = frame.session
    require(command, "case_number", "about_organisation_id")
    lock_until_commit(session, f"referral form {command.nonce}")
    known = session.scalar(
        sa.select(Referral.id).where(
            Referral.nonce == command.nonce, Referral.proposer_id == frame.actor.person_id
        )
    )
    if known is not None:
        return known
    case = find_case(session, frame.actor, command.case_number.strip())
    if case is None:
        raise InvalidCommandError({"case_number": "no_such_case"})
    about_id = command.about_organisation_id
    if about_id is None or about_id not in dict(case.organisations):
        raise InvalidCommandError({"about_organisation_id": "choice"})
    post = _proposing_post(frame, session.get_one(SupervisionCase, case.case_id))
    referral = Referral(
        id=draw_id(session),
        case_id=case.case_id,
        ground=command.ground,
        nonce=command.nonce,
        sender_id=post.organisation_id,
        proposer_id=frame.actor.person_id,
        receiver_kind="",
        about_organisation_id=about_id,
        facts="",
        stage=ReferralStage.PROPOSED.value,
        proposed_at=frame.now,
    )
    _fill(frame, referral, command)
    if is_concerned(frame.actor, standing_of(session, referral)):
        raise ReferralRefusedError(reason="concerned")
    _refuse_second(session, referral, Referral.proposer_id == frame.actor.person_id)
    session.add(referral)
    session.flush()
    content = _subject_content(command) | {"about_organisation_id": about_id}
    act = _first_act(frame.now, referral, content, frame.actor.name, post)
    act.organisation_name = session.get_one(Organisation, post.organisation_id).name
    act.person_id = frame.actor.person_id
    put_on_record(session, frame.office, referral, act, "")
    return referral.id


def propose_by_rule(session: Session, office: Office, found: RuleFinding, now: datetime) -> bool:
    """Put what a rule found before the sender's head; False when it was proposed before."""
    lock_until_commit(session, f"referral rule {found.key}")
    if session.scalar(sa.select(Referral.id).where(Referral.rule_key == found.key)) is not None:
        return False
    referral = Referral(
        id=draw_id(session),
        case_id=found.case_id,
        ground=found.ground,
        rule=found.rule.value,
        rule_key=found.key,
        sender_id=found.sender_id,
        receiver_kind=found.receiver_kind.value,
        about_organisation_id=found.about_organisation_id,
        about_person_id=found.about_person_id,
        about_name=found.about_name,
        about_post=found.about_post,
        facts=found.facts,
        stage=ReferralStage.PROPOSED.value,
        proposed_at=now,
    )
    session.add(referral)
    session.flush()
    content = {"rule": found.rule.value, "key": found.key, "facts": found.facts}
    put_on_record(session, office, referral, _first_act(now, referral, content), "")
    return True


def decide_referral(frame: Frame, command: DecideReferral) -> None:
    """Approve, and give the number; or refuse, and keep the reason."""
    opened = open_referral_step(frame, ReferralAction.DECIDE_REFERRAL, command)
    referral = opened.referral
    if command.outcome is ReferralOutcome.REFUSED:
        require(command, "opinion")
        opened.record()
        return
    content: dict[str, object] = {}
    if referral.rule is not None:
        subject = command.subject or Subject()
        _fill(frame, referral, subject)
        content = _subject_content(subject)
    approved = sa.and_(Referral.sender_id == referral.sender_id, Referral.number.is_not(None))
    _refuse_second(frame.session, referral, approved)
    referral.number = draw_number(frame.session, frame.office, frame.today.year)
    opened.record(**content, number=referral.number)


def deliver_referral(frame: Frame, command: DeliverReferral) -> None:
    """Into the receiver's inbox; or by confidential post or a courier, put on record."""
    opened = open_referral_step(frame, ReferralAction.DELIVER_REFERRAL, command)
    if command.outcome is ReferralOutcome.DELIVERED_ONLINE:
        # What was written on a medium goes that way: nobody is to receive it twice.
        if frame.session.get(ReferralCarriage, opened.referral.id) is not None:
            raise InvalidCommandError({"route": "on_medium"})
        if not _receiver_of(frame.session, opened.referral).has_post:
            raise InvalidCommandError({"route": "nobody_receives_online"})
        opened.record()
        return
    require(command, "route", "carrier", "delivered_on", "receipt_place")
    require_not_in_future(frame, command, "delivered_on")
    if command.route not in set(Route):
        raise InvalidCommandError({"route": "choice"})
    assert command.delivered_on is not None
    opened.record(
        route=command.route,
        carrier=command.carrier,
        delivered_on=command.delivered_on.isoformat(),
        receipt_place=command.receipt_place,
    )


def acknowledge_referral(frame: Frame, command: AcknowledgeReferral) -> None:
    """Sign for it; pass it on to the organ that is competent; or return it with a reason."""
    opened = open_referral_step(frame, ReferralAction.ACKNOWLEDGE_REFERRAL, command)
    if command.outcome is ReferralOutcome.ACKNOWLEDGED:
        opened.record()
        return
    require(command, "opinion")
    if command.outcome is ReferralOutcome.RETURNED:
        opened.record()
        return
    require(command, "passed_to")
    receiver = _chosen(frame.session, command.passed_to, "passed_to")
    referral = opened.referral
    if (receiver.kind, receiver.organisation_id) == (referral.receiver_kind, referral.receiver_id):
        raise InvalidCommandError({"passed_to": "choice"})
    if _is_about(frame.session, referral, receiver):
        raise InvalidCommandError({"passed_to": "receiver_concerned"})
    if not opened.is_on_paper and not receiver.has_post:
        raise InvalidCommandError({"passed_to": "nobody_receives_online"})
    content = {"passed_to": receiver.name, "passed_to_id": receiver.organisation_id}
    referral.receiver_kind = receiver.kind.value
    referral.receiver_id = receiver.organisation_id
    opened.record(**content, receiver_kind=receiver.kind.value)


def _is_about(session: Session, referral: Referral, receiver: ReceiverRow) -> bool:
    """Whether whoever is reported works there; what came on a medium names it in its letter."""
    if referral.about_organisation_id is not None:
        return referral.about_organisation_id == receiver.organisation_id
    letter = session.get_one(ReferralPackage, referral.id).letter
    return bool(letter["about_organisation"] == receiver.name)


def say_and_record(action: ReferralAction) -> Callable[[Frame, ReferralCommand], None]:
    """A step whose words are all that it brings; `_SILENT` outcomes need none."""

    def take(frame: Frame, command: ReferralCommand) -> None:
        opened: OpenedReferral = open_referral_step(frame, action, command)
        if command.outcome not in _SILENT:
            require(command, "opinion")
        opened.record()

    return take


_SILENT = frozenset({ReferralOutcome.FILED, ReferralOutcome.NO_OBJECTION})


def _proposing_post(frame: Frame, case: SupervisionCase) -> PostRecord:
    """The own post of an officer at an office that has to do with the case."""
    houses = (case.competent_department_id, case.listing_office_id)
    for post in frame.actor.own_posts:
        if post.role in PROPOSERS and post.organisation_id in houses:
            return post
    raise ReferralRefusedError(reason="post")


def _first_act(
    now: datetime,
    referral: Referral,
    content: Mapping[str, Any],
    person_name: str = "",
    post: PostRecord | None = None,
) -> ReferralAct:
    return ReferralAct(
        referral_id=referral.id,
        action=ReferralAction.PROPOSE_REFERRAL.value,
        outcome=ReferralOutcome.PROPOSED.value,
        opinion="",
        content=dict(content),
        post_id=post.post_id if post else None,
        person_name=person_name,
        organisation_name="",
        at=now,
        nonce=secrets.token_hex(16),
    )


def _fill(frame: Frame, referral: Referral, subject: Subject) -> None:
    """Put who is referred to whom into the referral; InvalidCommandError where it does not fit."""
    session = frame.session
    require(subject, "ground", "receiver", "about_name", "about_post", "cadre_level", "facts")
    _refuse_too_long(subject)
    ground = referral_grounds().grounds.get(subject.ground)
    if ground is None:
        raise InvalidCommandError({"ground": "choice"})
    if subject.cadre_level not in set(CadreLevel):
        raise InvalidCommandError({"cadre_level": "choice"})
    receiver = _chosen(session, subject.receiver, "receiver")
    if receiver.kind not in ground.receivers:
        raise InvalidCommandError({"receiver": "ground_goes_elsewhere"})
    sender = session.get_one(Organisation, referral.sender_id)
    if receiver.kind in BY_CADRE_LEVEL and receiver.level != subject.cadre_level:
        raise InvalidCommandError({"receiver": "not_by_cadre_level"})
    if receiver.kind not in BY_CADRE_LEVEL and receiver.level != sender.level:
        raise InvalidCommandError({"receiver": "not_same_level"})
    if receiver.organisation_id == referral.about_organisation_id:
        raise InvalidCommandError({"receiver": "receiver_concerned"})
    referral.ground = ground.key
    referral.receiver_kind, referral.receiver_id = receiver.kind.value, receiver.organisation_id
    referral.about_name = subject.about_name.strip()
    referral.about_post = subject.about_post.strip()
    referral.about_person_id = _find_person(frame, referral)
    referral.cadre_level = subject.cadre_level
    referral.facts, referral.measures = subject.facts, subject.measures


def _refuse_too_long(subject: Subject) -> None:
    most = {
        "about_name": LONGEST_NAME,
        "about_post": LONGEST_POST,
        "facts": MOST_CHARACTERS,
        "measures": MOST_CHARACTERS,
    }
    long = {name: count for name, count in most.items() if len(getattr(subject, name)) > count}
    if long:
        raise InvalidCommandError({name: f"too_long:{count}" for name, count in long.items()})


def _subject_content(subject: Subject) -> dict[str, Any]:
    return {
        "ground": subject.ground,
        "grounds_version": referral_grounds().version,
        "receiver": subject.receiver,
        "about_name": subject.about_name,
        "about_post": subject.about_post,
        "cadre_level": subject.cadre_level,
        "facts": subject.facts,
        "measures": subject.measures,
    }


def _find_person(frame: Frame, referral: Referral) -> int | None:
    """Whoever is known by this name at this organisation: may never learn of the referral."""
    return frame.session.scalar(
        sa.select(Person.id)
        .join(Post, Post.person_id == Person.id)
        .where(
            Person.name == referral.about_name,
            Post.organisation_id == referral.about_organisation_id,
            held_on(frame.today),
        )
        .order_by(Person.id)
        .limit(1)
    )


def _refuse_second(session: Session, referral: Referral, known: sa.ColumnElement[bool]) -> None:
    """One person, one referral: among those that the actor knows of, so that none is betrayed."""
    again = session.scalar(
        sa.select(Referral.id).where(
            known,
            Referral.id != (referral.id or 0),
            Referral.case_id == referral.case_id,
            Referral.ground == referral.ground,
            Referral.about_organisation_id == referral.about_organisation_id,
            Referral.about_name == referral.about_name,
            Referral.receiver_id == referral.receiver_id,
            Referral.stage.not_in((ReferralStage.REFUSED.value, ReferralStage.RETURNED.value)),
        )
    )
    if again is not None:
        raise InvalidCommandError({"about_name": "referred_already"})


def _chosen(session: Session, key: str, field: str) -> ReceiverRow:
    for row in list_receivers(session):
        if row.key == key:
            return row
    raise InvalidCommandError({field: "choice"})


def _receiver_of(session: Session, referral: Referral) -> ReceiverRow:
    return _chosen(session, f"{referral.receiver_kind}:{referral.receiver_id}", "route")
