"""What a dissolution would pass on: cases by relation, deadlines, posts; and what forbids it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import CaseParty, Handover, SupervisionCase
from services.models.document import Document
from services.models.organisation import Organisation, Post
from services.models.process import open_task
from services.queries.departures import is_system_admin
from services.queries.shown import ON_DRAFT
from workflows.permissions import Actor
from workflows.vocabulary import OrganisationKind, Role

MOST_ORGANISATIONS = 500
# In which places of a case an organisation may be succeeded. The responsible party is not one.
PLACES: Mapping[
    str, sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[int | None]
] = {
    "parent": SupervisionCase.parent_company_id,
    "competent_department": SupervisionCase.competent_department_id,
    "territory": SupervisionCase.territorial_government_id,
    "listing_body": SupervisionCase.listing_body_id,
    "listing_office": SupervisionCase.listing_office_id,
    "safety_committee": SupervisionCase.safety_committee_id,
    "superior_office": SupervisionCase.superior_office_id,
}
RECEIVER, CO_PARTY = "receiver", "co_party"


@dataclass(frozen=True)
class OrganisationChoice:
    """An organisation that is there."""

    organisation_id: int
    name: str
    kind: OrganisationKind


def is_open() -> sa.ColumnElement[bool]:
    """A condition on SupervisionCase: not ended, or some step of it is still to be done."""
    waits = sa.exists().where(open_task.c.case_id == SupervisionCase.id)
    return sa.or_(SupervisionCase.ending.is_(None), waits)


def list_organisations(
    session: Session, kind: OrganisationKind | None = None
) -> list[OrganisationChoice]:
    """Those that are not dissolved, of one kind if wanted."""
    wanted: list[sa.ColumnElement[bool]] = [Organisation.dissolved_on.is_(None)]
    if kind is not None:
        wanted.append(Organisation.kind == kind)
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name, Organisation.kind)
        .where(*wanted)
        .order_by(Organisation.kind, Organisation.name, Organisation.id)
        .limit(MOST_ORGANISATIONS)
    )
    return [OrganisationChoice(row.id, row.name, OrganisationKind(row.kind)) for row in rows]


def posts_at(session: Session, organisation_id: int, today: date) -> list[Post]:
    """The posts of an organisation that have not ended."""
    return list(
        session.scalars(
            sa.select(Post)
            .where(
                Post.organisation_id == organisation_id,
                sa.or_(Post.valid_to.is_(None), Post.valid_to >= today),
            )
            .order_by(Post.person_id, Post.id)
        )
    )


def places_held(session: Session, organisation_id: int) -> dict[int, list[str]]:
    """Open cases, by id, with the places that the organisation holds in each."""
    found: dict[int, list[str]] = {}
    for name, column in PLACES.items():
        for case_id in session.scalars(
            sa.select(SupervisionCase.id).where(column == organisation_id, is_open())
        ):
            found.setdefault(case_id, []).append(name)
    for case_id in session.scalars(
        sa.select(Handover.case_id)
        .join(SupervisionCase, SupervisionCase.id == Handover.case_id)
        .where(Handover.receiver_id == organisation_id, Handover.reported_at.is_(None), is_open())
        .distinct()
    ):
        found.setdefault(case_id, []).append(RECEIVER)
    for case_id in session.scalars(
        sa.select(CaseParty.case_id)
        .join(SupervisionCase, SupervisionCase.id == CaseParty.case_id)
        .where(CaseParty.organisation_id == organisation_id, is_open())
        .distinct()
    ):
        found.setdefault(case_id, []).append(CO_PARTY)
    return dict(sorted(found.items()))


def count_as_party(session: Session, organisation_id: int) -> int:
    """Open cases in which it is the responsible party."""
    return session.scalars(
        sa.select(sa.func.count(SupervisionCase.id)).where(
            SupervisionCase.responsible_party_id == organisation_id, is_open()
        )
    ).one()


def count_unsigned(session: Session, organisation_id: int) -> int:
    """Drafts in its name that lie before those who review or sign them."""
    waits = sa.exists().where(
        open_task.c.case_id == Document.case_id, open_task.c.step_id.in_(sorted(ON_DRAFT))
    )
    return session.scalars(
        sa.select(sa.func.count(Document.id)).where(
            Document.organ_id == organisation_id, Document.state == "draft", waits
        )
    ).one()


def may_confirm_dissolution(actor: Actor, proposed_by_id: int) -> bool:
    """The head of the committee's office or the security administrator; never who prepared it."""
    roles = (Role.COMMITTEE_OFFICE_HEAD, Role.SECURITY_ADMIN)
    return actor.person_id != proposed_by_id and any(post.role in roles for post in actor.own_posts)


def may_prepare_dissolution(actor: Actor) -> bool:
    """Who keeps the organisations."""
    return is_system_admin(actor)


@dataclass(frozen=True)
class Dissolving:
    """An organisation that may be dissolved, who may succeed it, and its posts."""

    organisation_id: int
    name: str
    kind: OrganisationKind
    successors: Mapping[int, str]
    posts: Mapping[int, str]
    open_cases: int


def find_dissolving(session: Session, organisation_id: int, today: date) -> Dissolving | None:
    """None for one that is not there any more."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or organisation.dissolved_on is not None:
        return None
    kind = OrganisationKind(organisation.kind)
    return Dissolving(
        organisation.id,
        organisation.name,
        kind,
        {
            row.organisation_id: row.name
            for row in list_organisations(session, kind)
            if row.organisation_id != organisation.id
        },
        {
            post.id: f"{post.person.name} {post.title}"
            for post in posts_at(session, organisation.id, today)
        },
        len(places_held(session, organisation.id)),
    )
