"""What a person sees when deciding, as one hash: it changes when what was shown has changed."""

import hashlib
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import Act, CaseCriterion
from services.models.document import Document
from services.queries.taking_back import not_taken_back
from workflows.vocabulary import Action, DocumentKind

_A = Action
BASIS: Mapping[Action, tuple[Action, ...]] = {
    _A.VERIFY_HAZARD: (_A.FILE_FIRST_REPORT, _A.REGISTER_HAZARD, _A.SUPPLEMENT_REPORT),
    _A.SIGN_DOUBLE_REPORT: (_A.SUPPLEMENT_REPORT,),
    _A.CONFIRM_VERDICT: (_A.VERIFY_HAZARD, _A.CONFIRM_CRITERION),
    _A.REVIEW_DRAFT: (_A.PROPOSE_LISTING,),
    _A.COUNTERSIGN_LISTING: (_A.PROPOSE_LISTING, _A.REVIEW_DRAFT),
    _A.SIGN_LISTING: (_A.PROPOSE_LISTING, _A.REVIEW_DRAFT, _A.COUNTERSIGN_LISTING),
    _A.REVIEW_PLAN: (_A.SUBMIT_PLAN,),
    _A.ANSWER_COORDINATION: (_A.REQUEST_COORDINATION,),
    _A.CONFIRM_ESCALATION: (_A.PROPOSE_ESCALATION,),
    _A.APPROVE_ESCALATION: (_A.PROPOSE_ESCALATION, _A.CONFIRM_ESCALATION),
    _A.SERVE_ESCALATION: (_A.PROPOSE_ESCALATION, _A.CONFIRM_ESCALATION, _A.APPROVE_ESCALATION),
    _A.RECORD_TALK: (_A.SERVE_ESCALATION,),
    _A.ANSWER_ESCALATION: (
        _A.SERVE_ESCALATION,
        _A.RECORD_TALK,
        _A.REVIEW_ESCALATION_ANSWER,
    ),
    _A.REVIEW_ESCALATION_ANSWER: (_A.SERVE_ESCALATION, _A.RECORD_TALK, _A.ANSWER_ESCALATION),
    _A.REVIEW_LEGALITY: (_A.PROPOSE_SUSPENSION,),
    _A.SERVE_PENALTY_NOTICE: (_A.PROPOSE_SUSPENSION, _A.REVIEW_LEGALITY),
    _A.ANSWER_PENALTY_NOTICE: (_A.SERVE_PENALTY_NOTICE,),
    _A.RECORD_NO_ANSWER: (_A.SERVE_PENALTY_NOTICE,),
    _A.RECORD_HEARING: (_A.SERVE_PENALTY_NOTICE, _A.ANSWER_PENALTY_NOTICE),
    _A.REVIEW_AFTER_HEARING: (
        _A.PROPOSE_SUSPENSION,
        _A.ANSWER_PENALTY_NOTICE,
        _A.RECORD_HEARING,
    ),
    _A.DECIDE_SUSPENSION: (
        _A.PROPOSE_SUSPENSION,
        _A.REVIEW_LEGALITY,
        _A.SERVE_PENALTY_NOTICE,
        _A.ANSWER_PENALTY_NOTICE,
        _A.RECORD_NO_ANSWER,
        _A.RECORD_HEARING,
        _A.REVIEW_AFTER_HEARING,
    ),
    _A.SERVE_SUSPENSION: (_A.DECIDE_SUSPENSION,),
    _A.LIFT_SUSPENSION: (_A.SERVE_SUSPENSION,),
    _A.CONFIRM_REFUSAL: (_A.RECORD_REFUSAL,),
    _A.LIFT_REFUSAL: (_A.RECORD_REFUSAL, _A.CONFIRM_REFUSAL),
    _A.SIGN_CORRECTION: (_A.PROPOSE_CORRECTION,),
    _A.REVIEW_ORDER: (_A.PROPOSE_ORDER,),
    _A.HEAR_PARTY: (_A.PROPOSE_ORDER, _A.REVIEW_ORDER),
    _A.APPROVE_ORDER: (_A.PROPOSE_ORDER, _A.REVIEW_ORDER, _A.HEAR_PARTY),
    _A.DECIDE_CLOSURE: (_A.PROPOSE_ORDER, _A.REVIEW_ORDER, _A.HEAR_PARTY, _A.APPROVE_ORDER),
    _A.SERVE_ORDER: (_A.PROPOSE_ORDER, _A.APPROVE_ORDER, _A.DECIDE_CLOSURE),
    _A.RECORD_ORDER_RECEIPT: (_A.SERVE_ORDER,),
    _A.LIFT_ORDER: (_A.SERVE_ORDER, _A.RECORD_ORDER_RECEIPT),
    _A.CONFIRM_ORDER_LIFTING: (_A.LIFT_ORDER,),
    _A.DECIDE_CLOSURE_LIFTING: (_A.LIFT_ORDER, _A.CONFIRM_ORDER_LIFTING),
    _A.RECORD_RESTORATION: (_A.LIFT_ORDER, _A.CONFIRM_ORDER_LIFTING),
    _A.CONFIRM_INQUIRY: (_A.PROPOSE_INQUIRY,),
    _A.RECORD_INQUIRY_FINDING: (_A.PROPOSE_INQUIRY, _A.CONFIRM_INQUIRY, _A.APPROVE_INQUIRY),
    _A.APPROVE_INQUIRY: (_A.PROPOSE_INQUIRY, _A.CONFIRM_INQUIRY, _A.RECORD_INQUIRY_FINDING),
    _A.CONFIRM_RAISE: (_A.PROPOSE_RAISE,),
    _A.PETITION_RAISE: (_A.PROPOSE_RAISE, _A.CONFIRM_RAISE),
    _A.RECORD_RAISE_ANSWER: (_A.PETITION_RAISE,),
    _A.INSPECT_RESUMPTION: (_A.APPLY_FOR_RESUMPTION,),
    _A.APPROVE_RESUMPTION: (_A.APPLY_FOR_RESUMPTION, _A.INSPECT_RESUMPTION),
    _A.RECORD_RESUMPTION_CONSENT: (_A.APPROVE_RESUMPTION,),
    _A.SIGN_RESUMPTION: (
        _A.APPLY_FOR_RESUMPTION,
        _A.INSPECT_RESUMPTION,
        _A.APPROVE_RESUMPTION,
        _A.RECORD_RESUMPTION_CONSENT,
    ),
    _A.SERVE_RESUMPTION: (_A.APPROVE_RESUMPTION, _A.SIGN_RESUMPTION),
    _A.REVIEW_EXTENSION: (_A.REQUEST_EXTENSION,),
    _A.DECIDE_EXTENSION: (_A.REQUEST_EXTENSION, _A.REVIEW_EXTENSION),
    _A.PETITION_EXTENSION: (_A.REQUEST_EXTENSION, _A.REVIEW_EXTENSION),
    _A.RECORD_EXTERNAL_EXTENSION: (_A.REQUEST_EXTENSION, _A.PETITION_EXTENSION),
    _A.REVIEW_PROGRESS: (_A.REPORT_PROGRESS,),
    _A.ENDORSE_AS_PARENT_COMPANY_HEAD: (_A.APPLY_FOR_ACCEPTANCE,),
    _A.INSPECT_RECTIFICATION: (_A.EVALUATE_EFFECT,),
    _A.APPROVE_ACCEPTANCE: (_A.INSPECT_RECTIFICATION, _A.GIVE_EXPERT_OPINION),
    _A.ENDORSE_AS_LEADER_IN_CHARGE: (_A.APPROVE_ACCEPTANCE, _A.RECORD_SPOT_CHECK),
    _A.APPROVE_DELISTING: (_A.ENDORSE_AS_LEADER_IN_CHARGE, _A.RECORD_SPOT_CHECK),
    _A.PETITION_DELISTING: (_A.ENDORSE_AS_LEADER_IN_CHARGE,),
    _A.CLOSE_TRACKED_CASE: (_A.APPROVE_ACCEPTANCE,),
    _A.CLOSE_OWN_LISTING: (_A.ACCEPT_OWN_RECTIFICATION,),
    _A.CHECK_OWN_CLOSURE: (_A.CLOSE_OWN_LISTING,),
    # Another case may have been merged into this one meanwhile.
    _A.WITHDRAW_CASE: (_A.ADD_FINDING,),
    _A.CONFIRM_WITHDRAWAL: (_A.WITHDRAW_CASE, _A.ADD_FINDING),
    _A.DECIDE_OBJECTION: (_A.OBJECT_TO_VERDICT,),
    _A.CONFIRM_PARTY_CHANGE: (_A.CHANGE_RESPONSIBLE_PARTY,),
    _A.CONFIRM_STOPPAGE: (_A.REPORT_STOPPAGE,),
    _A.CONFIRM_ACCIDENT: (_A.RECORD_ACCIDENT,),
}
ON_DRAFT = (_A.REVIEW_DRAFT, _A.COUNTERSIGN_LISTING, _A.SIGN_LISTING)
_WITH_CRITERION = (_A.VERIFY_HAZARD, _A.CONFIRM_VERDICT, _A.CONFIRM_CRITERION)


def shown_sha256(session: Session, case_id: int, action: Action) -> str:
    """Hash over the latest acts that the decision rests on, and over the frozen draft."""
    parts = [action.value]
    for basis in BASIS.get(action, ()):
        ids = session.scalars(
            sa.select(Act.id)
            .where(Act.case_id == case_id, Act.action == basis, not_taken_back())
            .order_by(Act.id.desc())
            .limit(2)
        )
        parts.append(f"{basis}:{','.join(str(number) for number in ids)}")
    if action in ON_DRAFT:
        draft = find_listing_draft(session, case_id)
        parts.append(f"draft:{draft.signed_sha256 if draft else ''}")
    if action in _WITH_CRITERION:
        criterion = session.execute(
            sa.select(
                CaseCriterion.document,
                CaseCriterion.document_number,
                CaseCriterion.article,
                CaseCriterion.wording,
                CaseCriterion.confirmed_by_id,
            ).where(CaseCriterion.case_id == case_id)
        ).first()
        parts.append(f"criterion:{tuple(criterion) if criterion else ''}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def find_listing_draft(session: Session, case_id: int) -> Document | None:
    """The newest listing notice of a case, in whatever state; no draft that became void."""
    holds = sa.or_(Document.state != "void", Document.number.is_not(None))
    return session.scalars(
        sa.select(Document)
        .where(Document.case_id == case_id, Document.kind == DocumentKind.LISTING_NOTICE, holds)
        .order_by(Document.id.desc())
        .limit(1)
    ).first()
