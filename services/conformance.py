"""Whether a case has met each obligation of 12341, with the rows that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.assessment import AssessmentFact, AssessmentRound
from services.models.case import Act, Handover, SupervisionCase
from services.models.organisation import Organisation, Person, Post
from services.models.public import PublicCase, PublicEntry
from services.models.traceback import Traceback, TracebackReport, TracebackStepTaken
from services.queries.taking_back import not_taken_back
from services.reference.obligations import HandoverStage, Obligation, load_obligations
from workflows.assessment_round import RoundState
from workflows.facts import OPERATING_PARTIES
from workflows.vocabulary import Action, Outcome, PartyKind

_HANDOVER_ACTS: Mapping[HandoverStage, Action] = {
    HandoverStage.ACKNOWLEDGED: Action.ACKNOWLEDGE_HANDOVER,
    HandoverStage.REPORTED: Action.REPORT_HANDOVER_RESULT,
}


@dataclass(frozen=True)
class Proof:
    """One row that shows an obligation done, by its number: an act, a publication, or a fact of an
    assessment.
    """

    number: int
    at: datetime
    person_name: str
    organisation_name: str


@dataclass(frozen=True)
class ObligationMet:
    """One obligation and what shows it done. `applies`: this kind of party has it at all."""

    obligation: Obligation
    applies: bool
    proofs: tuple[Proof, ...]
    is_met: bool

    @property
    def is_missing(self) -> bool:
        """Asked for, able to be shown, and not shown."""
        return self.applies and self.obligation.can_be_shown and not self.is_met


def conformance_of(session: Session, case_id: int) -> tuple[ObligationMet, ...]:
    """Every obligation in order, each judged by the rows alone."""
    case = session.get_one(SupervisionCase, case_id)
    operates = PartyKind(case.party_kind) in OPERATING_PARTIES
    return tuple(
        _judged(session, case_id, obligation, operates=operates)
        for obligation in load_obligations().rows
    )


def _judged(
    session: Session, case_id: int, obligation: Obligation, *, operates: bool
) -> ObligationMet:
    proofs, met = _shown(session, case_id, obligation)
    applies = operates or not obligation.of_operating_party
    if obligation.traceback:
        applies = applies and _was_called_for(session, case_id)
    return ObligationMet(obligation, applies, proofs, met)


def _shown(
    session: Session, case_id: int, obligation: Obligation
) -> tuple[tuple[Proof, ...], bool]:
    if obligation.acts:
        proofs, persons = _acts(session, case_id, obligation)
        return proofs, len(persons) >= obligation.persons
    if obligation.handovers:
        return _handovers(session, case_id, obligation.handovers)
    if obligation.publication:
        proofs = _publications(session, case_id, obligation.publication.value)
        return proofs, bool(proofs)
    if obligation.assessment:
        proofs = _assessments(session, case_id)
        return proofs, bool(proofs)
    if obligation.traceback:
        return _tracebacks(session, case_id)
    return (), False


def _acts(
    session: Session, case_id: int, obligation: Obligation
) -> tuple[tuple[Proof, ...], frozenset[int]]:
    decided = sa.or_(
        *(
            sa.and_(Act.action == action.value, Act.outcome == outcome.value)
            for action, outcome in obligation.acts
        )
    )
    rows = session.execute(
        sa.select(Act.id, Act.at, Act.person_id, Person.name, Organisation.name)
        .join(Person, Person.id == Act.person_id)
        .join(Post, Post.id == Act.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Act.case_id == case_id, decided, not_taken_back())
        .order_by(Act.id)
    ).all()
    proofs = tuple(Proof(number, at, name, house) for number, at, _, name, house in rows)
    return proofs, frozenset(person_id for _, _, person_id, _, _ in rows)


def _handovers(
    session: Session, case_id: int, stage: HandoverStage
) -> tuple[tuple[Proof, ...], bool]:
    """The acts by which each handover of the case was received, or its result reported."""
    asked = sa.select(Handover.id).where(Handover.case_id == case_id)
    rows = session.execute(
        sa.select(Act.id, Act.at, Act.handover_id, Person.name, Organisation.name)
        .join(Person, Person.id == Act.person_id)
        .join(Post, Post.id == Act.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(
            Act.case_id == case_id,
            Act.action == _HANDOVER_ACTS[stage].value,
            Act.outcome == Outcome.DONE.value,
            not_taken_back(),
        )
        .order_by(Act.id)
    ).all()
    handovers = set(session.scalars(asked))
    proofs = tuple(Proof(number, at, name, house) for number, at, _, name, house in rows)
    return proofs, bool(handovers) and handovers == {row.handover_id for row in rows}


def _publications(session: Session, case_id: int, kind: str) -> tuple[Proof, ...]:
    rows = session.execute(
        sa.select(PublicEntry.id, PublicEntry.at, PublicCase.listing_body_name)
        .join(PublicCase, PublicCase.id == PublicEntry.public_case_id)
        .where(PublicCase.case_id == case_id, PublicEntry.kind == kind)
        .order_by(PublicEntry.id)
    )
    return tuple(Proof(number, at, "", body) for number, at, body in rows)


def _assessments(session: Session, case_id: int) -> tuple[Proof, ...]:
    """The first fact of each unit that counted in a month that was sent out."""
    rows = session.execute(
        sa.select(sa.func.min(AssessmentFact.id), AssessmentRound.ended_at, Organisation.name)
        .join(AssessmentRound, AssessmentRound.id == AssessmentFact.round_id)
        .join(Organisation, Organisation.id == AssessmentFact.unit_id)
        .where(
            AssessmentFact.case_id == case_id,
            AssessmentRound.state == RoundState.PUBLISHED.value,
        )
        .group_by(AssessmentRound.id, AssessmentRound.ended_at, Organisation.id, Organisation.name)
        .order_by(sa.func.min(AssessmentFact.id))
    ).all()
    return tuple(Proof(number, at, "", unit) for number, at, unit in rows if at is not None)


def _was_called_for(session: Session, case_id: int) -> bool:
    """Whether something has called for a traceback, by rule or by a person."""
    found = sa.select(Traceback.id).where(Traceback.case_id == case_id).limit(1)
    return session.scalar(found) is not None


def _tracebacks(session: Session, case_id: int) -> tuple[tuple[Proof, ...], bool]:
    """The issued reports, each with who decided; met once there is one of each traceback."""
    rows = session.execute(
        sa.select(
            Traceback.id,
            TracebackReport.sha256,
            TracebackStepTaken.at,
            Person.name,
            Organisation.name,
        )
        .outerjoin(TracebackReport, TracebackReport.traceback_id == Traceback.id)
        .outerjoin(TracebackStepTaken, TracebackStepTaken.id == TracebackReport.step_id)
        .outerjoin(Person, Person.id == TracebackStepTaken.person_id)
        .outerjoin(Post, Post.id == TracebackStepTaken.post_id)
        .outerjoin(Organisation, Organisation.id == Post.organisation_id)
        .where(Traceback.case_id == case_id)
        .order_by(Traceback.id)
    ).all()
    proofs = tuple(
        Proof(number, at, name, house) for number, sha256, at, name, house in rows if sha256
    )
    return proofs, bool(rows) and len(proofs) == len(rows)
