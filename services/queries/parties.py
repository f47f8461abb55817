"""Enterprises as the forms that begin a case know them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.organisation import Organisation
from workflows.permissions import Actor, starting_posts
from workflows.vocabulary import OPERATING, Action, OrganisationKind

_DEPARTMENT = aliased(Organisation)


@dataclass(frozen=True)
class PartyRow:
    """One enterprise; empty where the register is silent."""

    organisation_id: int
    name: str
    credit_code: str
    sector: str
    division_code: str
    department_name: str
    is_government: bool


def find_reporting_party(session: Session, actor: Actor) -> PartyRow | None:
    """The enterprise for which the actor files first reports, or None."""
    mine = _organisations(actor, Action.FILE_FIRST_REPORT)
    return next((row for row in _parties(session, Organisation.id.in_(mine[:1]))), None)


def list_parties_to_find_at(session: Session, actor: Actor) -> list[PartyRow]:
    """The enterprises that the actor's departments supervise, then the territorial governments,
    which answer for a hazard without an enterprise.
    """
    mine = _organisations(actor, Action.REGISTER_HAZARD)
    enterprises = _parties(
        session,
        Organisation.kind.in_(OPERATING),
        Organisation.supervised_by_id.in_(mine),
    )
    governments = _parties(
        session,
        Organisation.kind == OrganisationKind.GOVERNMENT,
        Organisation.level == "county",
    )
    return enterprises + governments


def _organisations(actor: Actor, action: Action) -> list[int]:
    return [post.organisation_id for post in starting_posts(actor, action)]


def _parties(session: Session, *conditions: sa.ColumnElement[bool]) -> list[PartyRow]:
    rows = session.execute(
        sa.select(
            Organisation.id,
            Organisation.name,
            Organisation.kind,
            Organisation.credit_code,
            Organisation.sector,
            Organisation.division_code,
            _DEPARTMENT.name.label("department_name"),
        )
        .outerjoin(_DEPARTMENT, _DEPARTMENT.id == Organisation.supervised_by_id)
        .where(Organisation.dissolved_on.is_(None), *conditions)
        .order_by(Organisation.name, Organisation.id)
        .limit(500)
    )
    return [
        PartyRow(
            row.id,
            row.name,
            row.credit_code or "",
            row.sector or "",
            row.division_code or "",
            row.department_name or "",
            row.kind == OrganisationKind.GOVERNMENT,
        )
        for row in rows
    ]
