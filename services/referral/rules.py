"""What the worker proposes by itself, for a head to decide: read from cases, written here alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.clock import local_date
from services.database import reading, transaction
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.look_back import LookBackCheck
from services.models.organisation import Person, Post
from services.models.referral import Referral
from services.office import Office
from services.queries.referrals import chain_of
from services.referral.acts import RuleFinding, propose_by_rule
from workflows.looking_back import LookBackResult
from workflows.referral import ReceiverKind, ReferralRule
from workflows.vocabulary import Action, HazardSource, Outcome

MOST_AT_ONCE = 50
# Found by somebody else than whoever supervises; the proposal does not say that it was a tip.
BY_OTHERS = (HazardSource.HIGHER_INSPECTION, HazardSource.VERIFIED_TIP)


def propose_what_is_due(engine: Engine, office: Office, now: datetime) -> int:
    """Propose what the rules find and nobody was told of; returns how many were proposed."""
    with reading(engine) as session:
        found = list(_findings(session, office, now))
    if not found:
        return 0
    with transaction(engine) as session:
        return sum(propose_by_rule(session, office, finding, now) for finding in found)


def _findings(session: Session, office: Office, now: datetime) -> Iterator[RuleFinding]:
    settings = office.profile.referrals
    yield from _refusals(session)
    for finding in (
        *_recurrences(session),
        *_overdue(session, now, settings.overdue_days),
        *_found_by_others(session, settings.found_by_others_days),
    ):
        # Only a head outside of the reported chain decides.
        if finding.sender_id not in chain_of(session, finding.about_organisation_id):
            yield finding


def _new(rule: ReferralRule, record_id: InstrumentedAttribute[int]) -> sa.ColumnElement[bool]:
    """True for the records upon which the rule has not proposed yet."""
    key = sa.literal(f"{rule}:") + sa.cast(record_id, sa.String)
    return ~sa.exists().where(Referral.rule_key == key)


def _refusals(session: Session) -> Iterator[RuleFinding]:
    rule = ReferralRule.REFUSAL
    for act, case in session.execute(
        sa.select(Act, SupervisionCase)
        .join(SupervisionCase, SupervisionCase.id == Act.case_id)
        .where(
            Act.action == Action.CONFIRM_REFUSAL,
            Act.outcome == Outcome.ACCEPTED,
            SupervisionCase.competent_department_id.is_not(None),
            _new(rule, Act.id),
        )
        .order_by(Act.id)
        .limit(MOST_AT_ONCE)
    ):
        assert case.competent_department_id is not None
        yield RuleFinding(
            rule=rule,
            key=f"{rule}:{act.id}",
            case_id=case.id,
            ground="refusal",
            sender_id=case.competent_department_id,
            about_organisation_id=case.responsible_party_id,
            receiver_kind=ReceiverKind.POLICE,
            facts=f"{act.content['refused_on']} {act.content['order_number']}",
        )


def _recurrences(session: Session) -> Iterator[RuleFinding]:
    rule = ReferralRule.RECURRENCE
    for check, case in session.execute(
        sa.select(LookBackCheck, SupervisionCase)
        .join(SupervisionCase, SupervisionCase.id == LookBackCheck.case_id)
        .where(
            LookBackCheck.result == LookBackResult.RECURRED,
            SupervisionCase.competent_department_id.is_not(None),
            _new(rule, LookBackCheck.id),
        )
        .order_by(LookBackCheck.id)
        .limit(MOST_AT_ONCE)
    ):
        facts = f"{check.done_on.isoformat()} {check.note}"
        yield _of_department(rule, check.id, case, "repeated", facts)


def _overdue(session: Session, now: datetime, days: int) -> Iterator[RuleFinding]:
    rule = ReferralRule.OVERDUE
    for deadline, case in session.execute(
        sa.select(Deadline, SupervisionCase)
        .join(SupervisionCase, SupervisionCase.id == Deadline.case_id)
        .where(
            Deadline.rule_id == "rectification_limit",
            Deadline.ended_at.is_(None),
            Deadline.due_at < now - timedelta(days=days),
            SupervisionCase.ending.is_(None),
            SupervisionCase.competent_department_id.is_not(None),
            _new(rule, Deadline.id),
        )
        .order_by(Deadline.id)
        .limit(MOST_AT_ONCE)
    ):
        facts = f"{deadline.name} {deadline.due_on.isoformat()}"
        yield _of_department(rule, deadline.id, case, "long_unsettled", facts)


def _found_by_others(session: Session, days: int) -> Iterator[RuleFinding]:
    """A hazard found by others soon after the department had inspected the party without finding.

    Clean: an inspection of a rectification that was passed, or a visit that found no problem.
    """
    rule = ReferralRule.FOUND_BY_OTHERS
    earlier = sa.orm.aliased(SupervisionCase)
    clean = sa.or_(
        sa.and_(Act.action == Action.INSPECT_RECTIFICATION, Act.outcome == Outcome.PASSED),
        sa.and_(Act.action == Action.RECORD_VISIT, Act.content["problems_found"].as_string() == ""),
    )
    rows = session.execute(
        sa.select(SupervisionCase, Act, Person, Post)
        .join(
            earlier,
            sa.and_(
                earlier.responsible_party_id == SupervisionCase.responsible_party_id,
                earlier.id != SupervisionCase.id,
            ),
        )
        .join(Act, Act.case_id == earlier.id)
        .join(Person, Person.id == Act.person_id)
        .join(Post, Post.id == Act.post_id)
        .where(
            SupervisionCase.source.in_(BY_OTHERS),
            Post.organisation_id == SupervisionCase.competent_department_id,
            clean,
            Act.at <= SupervisionCase.filed_at,
            _new(rule, SupervisionCase.id),
        )
        .order_by(SupervisionCase.id, Act.at.desc())
        .limit(MOST_AT_ONCE)
    )
    told: set[int] = set()
    for case, act, person, post in rows:
        if case.id in told or case.filed_at - act.at > timedelta(days=days):
            continue
        told.add(case.id)
        facts = f"{local_date(act.at).isoformat()} {act.content.get('findings', '')}"
        yield _of_department(rule, case.id, case, "not_found", facts, person, post)


def _of_department(
    rule: ReferralRule,
    record_id: int,
    case: SupervisionCase,
    ground: str,
    facts: str,
    person: Person | None = None,
    post: Post | None = None,
) -> RuleFinding:
    """Against somebody of the competent department, for the head of the listing office."""
    assert case.competent_department_id is not None
    return RuleFinding(
        rule=rule,
        key=f"{rule}:{record_id}",
        case_id=case.id,
        ground=ground,
        sender_id=case.listing_office_id,
        about_organisation_id=case.competent_department_id,
        receiver_kind=ReceiverKind.DISCIPLINE,
        facts=facts,
        about_name=person.name if person else "",
        about_post=post.title if post else "",
        about_person_id=person.id if person else None,
    )
