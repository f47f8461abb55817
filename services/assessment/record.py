"""What every step of an assessment leaves: its row, its place in the diagram, its link."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit, instances
from services.chain import canonical, commitment
from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.assessment import (
    AssessmentCorrection,
    AssessmentFact,
    AssessmentObjection,
    AssessmentRound,
    AssessmentStepTaken,
)
from services.queries.assessments import read_steps
from workflows.assessment_round import AssessmentStep, derive
from workflows.permissions import PostRecord
from workflows.vocabulary import Outcome

ROUND, OBJECTION = "assessment", "objection"
STEP_ID, CORRECTION_ID = "assessment_step_id", "assessment_correction_id"
MOST_CHARACTERS = 2000


def require_text(name: str, text: str) -> None:
    """InvalidCommandError where nothing was written, or too much."""
    if not text.strip():
        raise InvalidCommandError({name: "required"})
    if len(text) > MOST_CHARACTERS:
        raise InvalidCommandError({name: f"too_long:{MOST_CHARACTERS}"})


def by_whom(frame: Frame, post: PostRecord) -> dict[str, Any]:
    """Who did it, by which post, when."""
    return {
        "person_id": frame.actor.person_id,
        "post_id": post.post_id,
        "substitution_id": post.authority.substitution_id if post.authority else None,
        "at": frame.now,
    }


@dataclass(frozen=True)
class Deed:
    """What one step decided, in which words."""

    step: AssessmentStep
    outcome: Outcome
    opinion: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)


def put_step(
    frame: Frame,
    found: AssessmentRound,
    post: PostRecord,
    deed: Deed,
    objection: AssessmentObjection | None = None,
) -> None:
    """Put a step on record, move its diagram on, and chain it."""
    session = frame.session
    before = read_steps(session, found.id, objection.id if objection else None)
    row = AssessmentStepTaken(
        round_id=found.id,
        objection_id=objection.id if objection else None,
        step=deed.step.value,
        outcome=deed.outcome.value,
        opinion=deed.opinion.strip(),
        content=dict(deed.content),
        nonce=secrets.token_hex(16),
        **by_whom(frame, post),
    )
    session.add(row)
    session.flush()
    subject = (
        instances.Subject(OBJECTION, objection.id)
        if objection
        else instances.Subject(ROUND, found.id)
    )
    steps = read_steps(session, found.id, objection.id if objection else None)
    waits_for = instances.take_step(
        session,
        frame.office.keys,
        subject,
        deed.step.value,
        derive(steps),
        len(before),
        frame.now,
    )
    (objection or found).waiting_step = waits_for
    session.flush()
    chain(frame, post, {STEP_ID: row.id, "content": _step_commitment(row), "step": row.step})


def put_correction(
    frame: Frame,
    fact: AssessmentFact,
    post: PostRecord,
    values: tuple[bool, bool, int],
    reason: str,
    objection_id: int | None,
) -> AssessmentCorrection:
    """What a fact counts as from now on (counts, met, days), with the reason; the fact stays."""
    counts, met, days = values
    row = AssessmentCorrection(
        fact_id=fact.id,
        objection_id=objection_id,
        counts=counts,
        met=met,
        days=days,
        reason=reason.strip(),
        nonce=secrets.token_hex(16),
        **by_whom(frame, post),
    )
    frame.session.add(row)
    frame.session.flush()
    chain(frame, post, {CORRECTION_ID: row.id, "content": _correction_commitment(row)})
    return row


def chain(frame: Frame, post: PostRecord, body: Mapping[str, object]) -> None:
    """One link for one deed in a round."""
    whole = {
        **body,
        "person_id": frame.actor.person_id,
        "post_id": post.post_id,
        "at": frame.now.isoformat(),
    }
    audit.append(frame.session, None, whole, frame.now)


def facts_digest(session: Session, round_id: int) -> str:
    """The hash over all facts of a round, as they are stored."""
    digest = hashlib.sha256()
    for fact in session.scalars(
        sa.select(AssessmentFact)
        .where(AssessmentFact.round_id == round_id)
        .order_by(AssessmentFact.id)
        .execution_options(populate_existing=True)
    ):
        row = {
            name: _plain(getattr(fact, name))
            for name in sorted(column.key for column in AssessmentFact.__table__.columns)
        }
        digest.update(canonical(row))
    return digest.hexdigest()


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def first_changed_assessment(session: Session) -> str | None:
    """The first step, correction or round whose rows no longer are what the chain holds."""
    for step_id, committed in audit.commitments(session, STEP_ID):
        step = session.get(AssessmentStepTaken, step_id)
        if step is None or _step_commitment(step) != committed:
            return f"assessment_step {step_id}"
        facts = step.content.get("facts_sha256")
        if facts is not None and facts_digest(session, step.round_id) != facts:
            return f"assessment_round {step.round_id}"
    found = audit.first_changed(
        session, CORRECTION_ID, AssessmentCorrection, _correction_commitment
    )
    return None if found is None else f"assessment_correction {found}"


def _step_commitment(row: AssessmentStepTaken) -> str:
    what = [row.round_id, row.objection_id, row.step, row.outcome, row.opinion, row.content]
    return commitment(row.nonce, what)


def _correction_commitment(row: AssessmentCorrection) -> str:
    what = [row.fact_id, row.objection_id, row.counts, row.met, row.days, row.reason]
    return commitment(row.nonce, what)
