"""The demonstration's assessment: one month, with one objection answered, ranked and sent out."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.assessment.objections import AnswerObjection, answer_objection, object_to_fact
from services.assessment.rounds import (
    RoundStepCommand,
    begin_round,
    record_receipt,
    take_round_step,
)
from services.clock import LOCAL_ZONE
from services.database import transaction
from services.demonstration.pictures import picture
from services.demonstration.play import Play, actor_of
from services.frame import Frame
from services.models.account import Account
from services.models.assessment import AssessmentCopy, AssessmentFact
from services.models.organisation import Organisation, Post
from services.queries.months import Month
from services.queries.people import get_organisation_by_key
from services.reference.tables import read_toml
from workflows.assessment_round import AssessmentStep
from workflows.vocabulary import OrganisationKind, Outcome, Role
from workflows.working_days import is_working_day

FILE = Path(__file__).parent / "assessments.toml"
OFFICER, HEAD, LEADER = "committee", "office.head", "signatory"
# Working days after the month, once its returns are settled: collected on the eighth.
COLLECTED, OBJECTED, ANSWERED, FROZEN = 8, 9, 10, 12
APPROVED, PUBLISHED = 13, 14


def play_assessment(play: Play) -> None:
    """Play the latest month of which the whole round lies in the past."""
    month = Month.of(play.today).before()
    while _day(play, month, PUBLISHED) >= play.today:
        month = month.before()
    with transaction(play.engine) as session:
        round_id = _computed(play, session, month)
    with transaction(play.engine) as session:
        _objected(play, session, month, round_id)
    for username, place, step, outcome in (
        (OFFICER, FROZEN, AssessmentStep.FREEZE, Outcome.DONE),
        (LEADER, APPROVED, AssessmentStep.APPROVE, Outcome.ACCEPTED),
        (HEAD, PUBLISHED, AssessmentStep.PUBLISH, Outcome.DONE),
    ):
        with transaction(play.engine) as session:
            _take(_frame(play, session, username, month, place), round_id, step, outcome)
    with transaction(play.engine) as session:
        _received(play, session, month, round_id)


def _computed(play: Play, session: Session, month: Month) -> int:
    frame = _frame(play, session, OFFICER, month, COLLECTED)
    office = get_organisation_by_key(session, "committee_office")
    round_id = begin_round(frame, office.id, month)
    _take(frame, round_id, AssessmentStep.SHOW, Outcome.DONE)
    return round_id


def _take(frame: Frame, round_id: int, step: AssessmentStep, outcome: Outcome) -> None:
    take_round_step(frame, RoundStepCommand(round_id=round_id, step=step, outcome=outcome))


def _objected(play: Play, session: Session, month: Month, round_id: int) -> None:
    """A county that did something late says that it was less late, where there is one."""
    found = session.execute(
        sa.select(AssessmentFact, Account.username)
        .join(Organisation, Organisation.id == AssessmentFact.unit_id)
        .join(Post, Post.organisation_id == AssessmentFact.unit_id)
        .join(Account, Account.person_id == Post.person_id)
        .where(
            AssessmentFact.round_id == round_id,
            AssessmentFact.days > 1,
            AssessmentFact.happened_on.is_not(None),
            Organisation.kind == OrganisationKind.GOVERNMENT.value,
            Post.role == Role.GOVERNMENT_OFFICER.value,
        )
        .order_by(AssessmentFact.id)
        .limit(1)
    ).first()
    if found is None:
        return
    fact, told = found.AssessmentFact, read_toml(FILE)
    days = fact.days // 2
    said = {"day": fact.happened_on - timedelta(days=fact.days - days)}
    objection_id = object_to_fact(
        _frame(play, session, found.username, month, OBJECTED),
        fact.id,
        told.text("ground").format(**said),
        told.text("evidence"),
        (picture(told.text("picture"), told.text("label")),),
    )
    answer = AnswerObjection(
        objection_id=objection_id,
        outcome=Outcome.ACCEPTED,
        opinion=told.text("answer").format(**said),
        met=False,
        days=days,
    )
    answer_objection(_frame(play, session, HEAD, month, ANSWERED), answer)


def _received(play: Play, session: Session, month: Month, round_id: int) -> None:
    frame = _frame(play, session, HEAD, month, PUBLISHED)
    copies = session.scalars(
        sa.select(AssessmentCopy.id)
        .where(AssessmentCopy.round_id == round_id)
        .order_by(AssessmentCopy.id)
        .limit(2)
    ).all()
    for copy_id, name in zip(copies, read_toml(FILE).texts("receivers"), strict=True):
        record_receipt(frame, round_id, copy_id, frame.today, name)


def _frame(play: Play, session: Session, username: str, month: Month, place: int) -> Frame:
    day = _day(play, month, place)
    moment = datetime.combine(day, time(10), LOCAL_ZONE)
    return Frame(session, actor_of(play, session, username, moment), moment, play.office)


def _day(play: Play, month: Month, place: int) -> date:
    """The working day that many places after the month."""
    day, left = month.last_on, place
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, play.office.calendar)
    return day
