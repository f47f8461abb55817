"""Organisations as listed, to choose from, and one with all its posts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.errors import RecordNotFoundError
from services.models.administration import OrganisationSector
from services.models.organisation import Organisation, Post
from services.queries.administration.posts import PostLine, in_force, post_lines
from workflows.vocabulary import OrganisationKind

FIELDS = (
    "name",
    "level",
    "division_code",
    "credit_code",
    "mark",
    "sector",
    "affiliation",
    "parent_id",
    "supervised_by_id",
)


@dataclass(frozen=True)
class OrganisationPage:
    """Some organisations, and how many there are in all."""

    rows: tuple["OrganisationRow", ...]
    total: int


@dataclass(frozen=True)
class OrganisationRow:
    """One organisation as listed."""

    organisation_id: int
    name: str
    kind: OrganisationKind
    division_code: str
    credit_code: str
    supervisor_name: str
    inferred: bool
    holders: int


@dataclass(frozen=True)
class OrganisationDetails:
    """One organisation with its posts, those that are over last."""

    organisation_id: int
    kind: OrganisationKind
    values: Mapping[str, Any]
    parent_name: str
    supervisor_name: str
    inferred: bool
    source_note: str
    posts: tuple[PostLine, ...]


def list_organisations(
    session: Session, text: str, kind: OrganisationKind | None, today: date, limit: int, offset: int
) -> OrganisationPage:
    """Organisations by kind and name."""
    conditions: list[sa.ColumnElement[bool]] = []
    if text:
        columns = (Organisation.name, Organisation.credit_code)
        conditions.append(sa.or_(*(column.contains(text, autoescape=True) for column in columns)))
    if kind is not None:
        conditions.append(Organisation.kind == kind)
    supervisor = aliased(Organisation)
    holders = (
        sa.select(sa.func.count(Post.id))
        .where(Post.organisation_id == Organisation.id, in_force(today))
        .correlate(Organisation)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Organisation, supervisor.name.label("supervisor_name"), holders.label("holders"))
        .outerjoin(supervisor, supervisor.id == Organisation.supervised_by_id)
        .where(*conditions)
        .order_by(Organisation.kind, Organisation.name, Organisation.id)
        .limit(limit)
        .offset(offset)
    )
    total = session.scalars(sa.select(sa.func.count(Organisation.id)).where(*conditions)).one()
    found = tuple(
        OrganisationRow(
            organisation_id=row.Organisation.id,
            name=row.Organisation.name,
            kind=OrganisationKind(row.Organisation.kind),
            division_code=row.Organisation.division_code or "",
            credit_code=row.Organisation.credit_code or "",
            supervisor_name=row.supervisor_name or "",
            inferred=row.Organisation.inferred,
            holders=row.holders,
        )
        for row in rows
    )
    return OrganisationPage(found, total)


def get_organisation(session: Session, organisation_id: int, today: date) -> OrganisationDetails:
    """One organisation; RecordNotFoundError when there is none."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise RecordNotFoundError
    names = organisation_names(session, (found.parent_id, found.supervised_by_id))
    posts = post_lines(session, Post.organisation_id == organisation_id)
    return OrganisationDetails(
        organisation_id=found.id,
        kind=OrganisationKind(found.kind),
        values={
            **{name: getattr(found, name) for name in FIELDS},
            "sectors": sectors_of(session, organisation_id),
        },
        parent_name=names.get(found.parent_id or 0, ""),
        supervisor_name=names.get(found.supervised_by_id or 0, ""),
        inferred=found.inferred,
        source_note=found.source_note,
        posts=tuple(sorted(posts, key=lambda post: post.is_over(today))),
    )


def list_organisation_names(
    session: Session, kinds: Iterable[OrganisationKind] = tuple(OrganisationKind)
) -> Mapping[int, str]:
    """Organisations of these kinds to choose from, by kind and name."""
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(Organisation.kind.in_([kind.value for kind in kinds]))
        .order_by(Organisation.kind.desc(), Organisation.name, Organisation.id)
        .limit(5000)
    )
    return {row.id: row.name for row in rows}


def organisation_names(session: Session, ids: Iterable[int | None]) -> Mapping[int, str]:
    """The names of these organisations."""
    wanted = {number for number in ids if number is not None}
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(wanted))
    )
    return {row.id: row.name for row in rows}


def sectors_of(session: Session, organisation_id: int) -> list[str]:
    """The sectors that a department answers for."""
    return sorted(
        session.scalars(
            sa.select(OrganisationSector.sector).where(
                OrganisationSector.organisation_id == organisation_id
            )
        )
    )
