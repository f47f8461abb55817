"""Which cases an actor may know of, as SQL, from the same table as `permissions.check`."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.errors import CaseNotFoundError
from services.models.case import CaseParty, Handover, Invitation, SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Organisation
from services.models.process import open_task
from services.queries.names import none_of, one_of
from workflows.permissions import (
    GOVERNMENT_ROLES,
    INSIDE_RELATIONS,
    OFFICIAL,
    ORDER_STEPS,
    UNTOLD_CLOCKS,
    VIEWING,
    Actor,
    PostRecord,
    Relation,
)
from workflows.vocabulary import OrganisationKind

_DEPARTMENT, _GOVERNMENT = aliased(Organisation), aliased(Organisation)
# The government whose department is competent; the territory's where none is on record.
DEPARTMENTS_GOVERNMENT = sa.func.coalesce(
    sa.select(_GOVERNMENT.id)
    .join(_DEPARTMENT, _DEPARTMENT.parent_id == _GOVERNMENT.id)
    .where(
        _DEPARTMENT.id == SupervisionCase.competent_department_id,
        _GOVERNMENT.kind == OrganisationKind.GOVERNMENT.value,
    )
    .correlate(SupervisionCase)
    .scalar_subquery(),
    SupervisionCase.territorial_government_id,
)

# Which organisation stands so to a case, where that is one and on record there.
HOUSES = {
    Relation.OWN: SupervisionCase.responsible_party_id,
    Relation.PARENT: SupervisionCase.parent_company_id,
    Relation.COMPETENT_DEPARTMENT: SupervisionCase.competent_department_id,
    Relation.TERRITORY: SupervisionCase.territorial_government_id,
    Relation.LISTING_BODY: SupervisionCase.listing_body_id,
    Relation.LISTING_BODY_SECTOR: SupervisionCase.listing_body_id,
    Relation.LISTING_OFFICE: SupervisionCase.listing_office_id,
    Relation.COMMITTEE_SECTOR: SupervisionCase.safety_committee_id,
    Relation.SUPERIOR_OFFICE: SupervisionCase.superior_office_id,
}


# Who visits on site, in the order of `CaseStanding.visitor_ids`.
VISITOR_COLUMNS = (
    SupervisionCase.competent_department_id,
    SupervisionCase.listing_office_id,
    SupervisionCase.territorial_government_id,
)


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """A condition on SupervisionCase that is true for the cases `may_view` lets the actor see."""
    reached = [
        reaches(post, relation)
        for post in actor.posts
        for role, relation in VIEWING
        if post.role is role
    ]
    return sa.or_(sa.false(), *reached)


def sources_seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """A condition on SupervisionCase, true for the cases where `sees_sources` lets the actor."""
    houses = sorted({post.organisation_id for post in actor.posts})
    taking_part = sa.exists().where(
        CaseParty.case_id == SupervisionCase.id, CaseParty.organisation_id.in_(houses)
    )
    reached = [
        reaches(post, relation)
        for post in actor.posts
        for role, relation in VIEWING
        if post.role is role and relation in OFFICIAL
    ]
    return sa.and_(
        SupervisionCase.responsible_party_id.not_in(houses),
        sa.func.coalesce(SupervisionCase.parent_company_id, 0).not_in(houses),
        ~taking_part.correlate_except(CaseParty),
        sa.or_(sa.false(), *reached),
    )


def submissions_seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """True for the cases that the actor sees otherwise than as a further party alone."""
    reached = [
        reaches(post, relation)
        for post in actor.posts
        for role, relation in VIEWING
        if post.role is role and relation is not Relation.CO_PARTY
    ]
    return sa.or_(sa.false(), *reached)


def inside_of(actor: Actor) -> sa.ColumnElement[bool]:
    """True for the cases in which `sees_inside` lets the actor read drafts."""
    reached = [
        reaches(post, relation)
        for post in actor.posts
        for role, relation in VIEWING
        if post.role is role and relation in INSIDE_RELATIONS
    ]
    return sa.or_(sa.false(), *reached)


def clocks_told_to(actor: Actor) -> sa.ColumnElement[bool]:
    """True for the deadlines, joined with their cases, that the actor is told of."""
    return told_to(actor, Deadline.rule_id)


def told_to(actor: Actor, name: sa.SQLColumnExpression[str]) -> sa.ColumnElement[bool]:
    """True for the steps or clocks of that name, joined with their cases: as `untold_to` says."""
    houses = [post.organisation_id for post in actor.posts if post.role in GOVERNMENT_ROLES]
    governs = sa.and_(
        SupervisionCase.territorial_government_id.in_(houses),
        SupervisionCase.territorial_government_id != SupervisionCase.responsible_party_id,
    )
    return sa.or_(
        none_of(name, UNTOLD_CLOCKS),
        inside_of(actor),
        sa.and_(one_of(name, ORDER_STEPS), governs),
    )


def reaches(post: PostRecord, relation: Relation) -> sa.ColumnElement[bool]:
    """True for the cases to which the post stands in this relation."""
    answers = SupervisionCase.sector.in_(sorted(post.sectors))
    return stands_in(relation, post.post_id, post.organisation_id, answers)


def stands_in(
    relation: Relation,
    post_id: int | sa.ColumnElement[int],
    house: int | sa.ColumnElement[int],
    answers: sa.ColumnElement[bool],
) -> sa.ColumnElement[bool]:
    """True for the cases to which a post at this house stands so; `answers`: for their sector."""
    if relation is Relation.RECEIVER:
        receiving = sa.exists().where(
            Handover.case_id == SupervisionCase.id, Handover.receiver_id == house
        )
        return receiving.correlate_except(Handover)
    if relation is Relation.CO_PARTY:
        taking_part = sa.exists().where(
            CaseParty.case_id == SupervisionCase.id, CaseParty.organisation_id == house
        )
        return taking_part.correlate_except(CaseParty)
    if relation is Relation.INVITED:
        invited = sa.exists().where(
            Invitation.case_id == SupervisionCase.id,
            Invitation.post_id == post_id,
            Invitation.ended_at.is_(None),
        )
        return sa.and_(invited.correlate_except(Invitation), SupervisionCase.ending.is_(None))
    if relation is Relation.VISITOR:
        return sa.or_(*(column == house for column in VISITOR_COLUMNS))
    if relation is Relation.DEPARTMENTS_GOVERNMENT:
        return DEPARTMENTS_GOVERNMENT.in_([house])
    mine = HOUSES[relation] == house
    if relation in (Relation.LISTING_BODY_SECTOR, Relation.COMMITTEE_SECTOR):
        return sa.and_(mine, answers)
    return mine


def visits_here(house: int | sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """True for the open steps at the position of this visitor."""
    return sa.or_(
        *(
            sa.and_(open_task.c.position == place, column == house)
            for place, column in enumerate(VISITOR_COLUMNS)
        )
    )


def find_visible_case(session: Session, actor: Actor, case_id: int) -> SupervisionCase | None:
    """The case, if this actor may know of it."""
    return session.scalars(
        sa.select(SupervisionCase)
        .where(SupervisionCase.id == case_id, visible_to(actor))
        .execution_options(populate_existing=True)
    ).one_or_none()


def get_visible_case(session: Session, actor: Actor, case_id: int) -> SupervisionCase:
    """The case, if this actor may know of it; CaseNotFoundError otherwise."""
    case = find_visible_case(session, actor, case_id)
    if case is None:
        raise CaseNotFoundError
    return case


def find_case_id(session: Session, number: str) -> int:
    """The case of this case number or intake number, seen or not; CaseNotFoundError."""
    case_id = session.scalars(
        sa.select(SupervisionCase.id).where(
            sa.or_(SupervisionCase.intake_number == number, SupervisionCase.case_number == number)
        )
    ).one_or_none()
    if case_id is None:
        raise CaseNotFoundError(number=number)
    return case_id
