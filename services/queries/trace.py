"""The chain backwards: who published, signed, accepted, listed, judged and found, and before whom.

From the newest to the oldest, each with its person, its documents and its files; last what was
looked at in the place before the hazard was found, and found in order.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.case import Act, SupervisionCase
from services.models.disclosure import Publication, PublicationStep
from services.models.look_back import LookBackCheck
from services.models.organisation import Organisation, Person, Post
from services.models.succession import Substitution
from services.queries.case_page import (
    ActRow,
    DocumentRow,
    FileRow,
    list_acts,
    list_documents,
)
from services.queries.recurrence import likeness_to
from services.queries.scope import inside_of
from services.queries.taking_back import not_taken_back
from workflows.disclosure import DisclosureStep, PublicationKind
from workflows.looking_back import LookBackResult
from workflows.permissions import Actor
from workflows.vocabulary import Action, Outcome

MOST = 200
Condition = sa.ColumnElement[bool]
_PRINCIPAL = aliased(Person)


class Stage(StrEnum):
    """The parts of the chain, the newest first."""

    AFTER_THE_END = "after_the_end"
    PUBLISHED = "published"
    SIGNED = "signed"
    ACCEPTED = "accepted"
    SUPERVISED = "supervised"
    LISTED = "listed"
    JUDGED = "judged"
    FOUND = "found"
    LOOKED_BEFORE = "looked_before"


_A = Action
STAGES: Mapping[Stage, frozenset[Action]] = {
    Stage.SIGNED: frozenset(
        {
            _A.ENDORSE_AS_LEADER_IN_CHARGE,
            _A.APPROVE_DELISTING,
            _A.RECORD_EXTERNAL_DELISTING,
            _A.CLOSE_TRACKED_CASE,
            _A.CLOSE_OWN_LISTING,
            _A.CHECK_OWN_CLOSURE,
            _A.CONFIRM_WITHDRAWAL,
        }
    ),
    Stage.ACCEPTED: frozenset(
        {
            _A.APPLY_FOR_ACCEPTANCE,
            _A.ENDORSE_AS_PARENT_COMPANY_HEAD,
            _A.EVALUATE_EFFECT,
            _A.GIVE_EXPERT_OPINION,
            _A.INSPECT_RECTIFICATION,
            _A.APPROVE_ACCEPTANCE,
            _A.RECORD_SPOT_CHECK,
            _A.ACCEPT_OWN_RECTIFICATION,
        }
    ),
    Stage.SUPERVISED: frozenset(
        {
            _A.REVIEW_PLAN,
            _A.REVIEW_PROGRESS,
            _A.RECORD_VISIT,
            _A.DECIDE_EXTENSION,
            _A.ACKNOWLEDGE_HANDOVER,
            _A.REPORT_HANDOVER_RESULT,
            _A.ENDORSE_MONTHLY_PROGRESS,
        }
    ),
    Stage.LISTED: frozenset(
        {
            _A.PROPOSE_LISTING,
            _A.REVIEW_DRAFT,
            _A.COUNTERSIGN_LISTING,
            _A.SIGN_LISTING,
            _A.SERVE_LISTING_NOTICE,
            _A.RECORD_EXTERNAL_LISTING,
            _A.LIST_OWN_HAZARD,
        }
    ),
    Stage.JUDGED: frozenset(
        {
            _A.VERIFY_HAZARD,
            _A.CONFIRM_CRITERION,
            _A.CONFIRM_VERDICT,
            _A.ISSUE_RECTIFICATION_ORDER,
            _A.DECIDE_OBJECTION,
        }
    ),
    Stage.FOUND: frozenset({_A.FILE_FIRST_REPORT, _A.REGISTER_HAZARD, _A.ADD_FINDING}),
}
# Whoever did one of these was in the place.
_ON_SITE = (
    _A.RECORD_VISIT,
    _A.INSPECT_RECTIFICATION,
    _A.RECORD_SPOT_CHECK,
    _A.INSPECT_RESUMPTION,
)


@dataclass(frozen=True)
class Link:
    """One thing that one person did. What it was: an act, a step of a publication, or a check.

    `of_case`: where it was done in another case.
    """

    stage: Stage
    at: datetime
    person_name: str
    principal_name: str
    post_title: str
    organisation_name: str
    what: Action | DisclosureStep | LookBackResult
    outcome: Outcome | None = None
    opinion: str = ""
    act_id: int | None = None
    documents: tuple[DocumentRow, ...] = ()
    files: tuple[FileRow, ...] = ()
    publication: PublicationKind | None = None
    of_case: "OtherCase | None" = None


@dataclass(frozen=True)
class OtherCase:
    """Another case of the same party in which it was done."""

    case_id: int
    number: str
    same_place: bool


def trace_back(session: Session, case_id: int, actor: Actor | None) -> tuple[Link, ...]:
    """The whole chain of a case, the newest first.

    Of other cases, those are told that the actor reads the inside of; all without an actor.
    """
    sees: Condition = inside_of(actor) if actor is not None else sa.true()
    case = session.get_one(SupervisionCase, case_id)
    documents: dict[int | None, list[DocumentRow]] = {}
    for row in list_documents(session, case_id):
        documents.setdefault(row.signed_by_act_id, []).append(row)
    links = [
        *_checks(session, case_id, Stage.AFTER_THE_END),
        *_publications(session, case_id),
        *_acts(list_acts(session, case_id), documents),
        *_before(session, case, sees),
    ]
    order = list(Stage)
    return tuple(sorted(links, key=lambda link: (order.index(link.stage), -link.at.timestamp())))


def _acts(
    acts: Iterable[ActRow], documents: Mapping[int | None, list[DocumentRow]]
) -> Iterator[Link]:
    stage_of = {action: stage for stage, actions in STAGES.items() for action in actions}
    for act in acts:
        if act.counts and act.action in stage_of:
            yield Link(
                stage=stage_of[act.action],
                at=act.at,
                person_name=act.person_name,
                principal_name=act.principal_name,
                post_title=act.post_title,
                organisation_name=act.organisation_name,
                what=act.action,
                outcome=act.outcome,
                opinion=act.opinion,
                act_id=act.act_id,
                documents=tuple(documents.get(act.act_id, ())),
                files=act.files,
            )


def _publications(session: Session, case_id: int) -> Iterator[Link]:
    rows = session.execute(
        sa.select(PublicationStep, Publication.kind, *_DOER)
        .join(Publication, Publication.id == PublicationStep.publication_id)
        .join(Person, Person.id == PublicationStep.person_id)
        .join(Post, Post.id == PublicationStep.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .outerjoin(Substitution, Substitution.id == PublicationStep.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .where(Publication.case_id == case_id)
        .order_by(PublicationStep.id)
    )
    for step, kind, name, principal, title, house in rows:
        yield Link(
            Stage.PUBLISHED,
            step.at,
            name,
            principal or "",
            title,
            house,
            DisclosureStep(step.step),
            Outcome(step.outcome),
            step.opinion,
            publication=PublicationKind(kind),
        )


_DOER = (Person.name, _PRINCIPAL.name, Post.title, Organisation.name)


def _checks(session: Session, case_id: int, stage: Stage) -> Iterator[Link]:
    """What was found when a delisted hazard was looked at again."""
    rows = session.execute(
        sa.select(LookBackCheck, *_DOER)
        .join(Person, Person.id == LookBackCheck.person_id)
        .join(Post, Post.id == LookBackCheck.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .outerjoin(Substitution, Substitution.id == LookBackCheck.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .where(LookBackCheck.case_id == case_id)
        .order_by(LookBackCheck.id)
    )
    for check, name, principal, title, house in rows:
        yield Link(
            stage,
            check.at,
            name,
            principal or "",
            title,
            house,
            LookBackResult(check.result),
            opinion=check.note,
        )


def _before(session: Session, case: SupervisionCase, sees: Condition) -> Iterator[Link]:
    """Who was at the same party before the hazard was found, and did not find it.

    The same place: as recurrence compares places. What was found there failing is left out.
    """
    alike = likeness_to(case)
    others = session.execute(
        sa.select(
            SupervisionCase.id,
            sa.func.coalesce(SupervisionCase.case_number, SupervisionCase.intake_number),
            alike.place,
        )
        .where(
            SupervisionCase.id != case.id,
            SupervisionCase.responsible_party_id == case.responsible_party_id,
            SupervisionCase.filed_at < case.filed_at,
            sees,
        )
        .order_by(SupervisionCase.id)
        .limit(MOST)
    ).all()
    for case_id, number, same_place in others:
        other = OtherCase(case_id, number, bool(same_place))
        for link in _checks(session, case_id, Stage.LOOKED_BEFORE):
            if link.at < case.filed_at and link.what is LookBackResult.HOLDS:
                yield replace(link, of_case=other)
        yield from _visits(session, case, other)


def _visits(session: Session, case: SupervisionCase, other: OtherCase) -> Iterator[Link]:
    rows = session.scalars(
        sa.select(Act)
        .where(
            Act.case_id == other.case_id,
            Act.action.in_([action.value for action in _ON_SITE]),
            Act.outcome.not_in([Outcome.FAILED.value, Outcome.RETURNED.value]),
            Act.at < case.filed_at,
            not_taken_back(),
        )
        .order_by(Act.id)
    )
    for act in rows:
        yield Link(
            Stage.LOOKED_BEFORE,
            act.at,
            act.person.name,
            act.post.person.name if act.substitution_id else "",
            act.post.title,
            act.post.organisation.name,
            Action(act.action),
            Outcome(act.outcome),
            act.opinion,
            act.id,
            of_case=other,
        )
