"""Organisations: added and edited, with what must hold of each kind."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.administration.change import Change, Effect, Problems
from services.models.administration import OrganisationSector
from services.models.organisation import Organisation
from services.queries.administration.organisations import FIELDS, sectors_of
from services.reference.divisions import divisions
from services.reference.sectors import sectors
from workflows.administration import ONE_PER_DIVISION
from workflows.credit_code import is_valid_credit_code
from workflows.vocabulary import OPERATING, Affiliation, OrganisationKind

LEVELS = ("city", "county", "national")


def check_new(session: Session, change: Change, _today: date) -> Problems:
    """What keeps this organisation from being added."""
    kind = change.content.get("kind", "")
    if kind not in set(OrganisationKind):
        return {"kind": "choose"}
    return _problems(session, OrganisationKind(kind), change.content, own_id=None)


def check_edited(session: Session, change: Change, _today: date) -> Problems:
    """What keeps this organisation from being changed so."""
    organisation = session.get(Organisation, change.organisation_id)
    if organisation is None:
        return {"name": "gone"}
    kind = OrganisationKind(organisation.kind)
    problems = dict(_problems(session, kind, change.content, own_id=organisation.id))
    if not problems and _as_asked(change.content) == details(session, organisation):
        problems["reason"] = "nothing_changed"
    return problems


def add(session: Session, change: Change, _now: datetime) -> Effect:
    """Store a new organisation."""
    organisation = Organisation(
        key=f"organisation-{secrets.token_hex(8)}",
        kind=change.content["kind"],
        source_note=change.reason,
        **_columns(change.content),
    )
    session.add(organisation)
    session.flush()
    _set_sectors(session, organisation.id, change.content)
    after = {"kind": organisation.kind, **details(session, organisation)}
    return Effect(None, organisation.id, {}, after)


def edit(session: Session, change: Change, _now: datetime) -> Effect:
    """Store what changed. The kind never does: posts and cases rest on it."""
    organisation = session.get_one(Organisation, change.organisation_id)
    before = details(session, organisation)
    for name, value in _columns(change.content).items():
        setattr(organisation, name, value)
    organisation.inferred = False  # somebody has looked at it and answers for it
    session.flush()
    _set_sectors(session, organisation.id, change.content)
    return Effect(None, organisation.id, before, details(session, organisation))


def details(session: Session, organisation: Organisation) -> dict[str, Any]:
    """What can be edited of an organisation, as plain JSON."""
    values = {name: getattr(organisation, name) for name in FIELDS}
    return {**values, "sectors": sectors_of(session, organisation.id)}


def _columns(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content.get(name) or None for name in FIELDS}


def _as_asked(content: Mapping[str, Any]) -> dict[str, Any]:
    return {**_columns(content), "sectors": sorted(content.get("sectors") or [])}


def _set_sectors(session: Session, organisation_id: int, content: Mapping[str, Any]) -> None:
    session.execute(
        sa.delete(OrganisationSector).where(OrganisationSector.organisation_id == organisation_id)
    )
    session.add_all(
        OrganisationSector(organisation_id=organisation_id, sector=sector)
        for sector in sorted(set(content.get("sectors") or []))
    )
    session.flush()


def _problems(
    session: Session, kind: OrganisationKind, content: Mapping[str, Any], own_id: int | None
) -> Problems:
    problems: dict[str, str] = {}
    if not content.get("name"):
        problems["name"] = "required"
    if content.get("division_code") and content["division_code"] not in divisions():
        problems["division_code"] = "choice"
    code = content.get("credit_code") or ""
    if code and not is_valid_credit_code(code):
        problems["credit_code"] = "check_digit"
    elif code and _other(session, own_id, Organisation.credit_code == code):
        problems["credit_code"] = "code_taken"
    for_kind = _problems_of_enterprise if kind in OPERATING else _problems_of_organ
    problems.update(for_kind(content))
    problems.update(_problems_of_relations(session, content, own_id))
    if (
        kind in ONE_PER_DIVISION
        and "division_code" not in problems
        and _other(
            session,
            own_id,
            Organisation.kind == kind,
            Organisation.division_code == content["division_code"],
        )
    ):
        problems["division_code"] = "one_per_division"
    return problems


def _problems_of_enterprise(content: Mapping[str, Any]) -> Problems:
    problems: dict[str, str] = {}
    if content.get("sector") not in sectors():
        problems["sector"] = "choose"
    if content.get("level"):
        problems["level"] = "not_of_this_kind"
    if content.get("sectors"):
        problems["sectors"] = "not_of_this_kind"
    if content.get("affiliation") and content["affiliation"] not in set(Affiliation):
        problems["affiliation"] = "choice"
    return problems


def _problems_of_organ(content: Mapping[str, Any]) -> Problems:
    problems: dict[str, str] = {}
    if not content.get("division_code"):
        problems["division_code"] = "choose"
    if content.get("level") not in LEVELS:
        problems["level"] = "choose"
    if content.get("sector"):
        problems["sector"] = "not_of_this_kind"
    if content.get("affiliation"):
        problems["affiliation"] = "not_of_this_kind"
    if content.get("supervised_by_id"):
        problems["supervised_by_id"] = "not_of_this_kind"
    if not set(content.get("sectors") or []) <= set(sectors()):
        problems["sectors"] = "choice"
    return problems


def _problems_of_relations(
    session: Session, content: Mapping[str, Any], own_id: int | None
) -> Problems:
    problems: dict[str, str] = {}
    parent_id, supervisor_id = content.get("parent_id"), content.get("supervised_by_id")
    if parent_id and (parent_id == own_id or session.get(Organisation, parent_id) is None):
        problems["parent_id"] = "choice"
    elif parent_id and own_id and own_id in _ancestors(session, parent_id):
        problems["parent_id"] = "own_descendant"
    if supervisor_id:
        supervisor = session.get(Organisation, supervisor_id)
        if supervisor is None or supervisor.kind != OrganisationKind.DEPARTMENT:
            problems["supervised_by_id"] = "choice"
    return problems


def _ancestors(session: Session, organisation_id: int) -> set[int]:
    found: set[int] = set()
    current: int | None = organisation_id
    while current is not None and current not in found:
        found.add(current)
        current = session.get_one(Organisation, current).parent_id
    return found


def _other(session: Session, own_id: int | None, *conditions: sa.ColumnElement[bool]) -> bool:
    query = sa.select(Organisation.id).where(*conditions)
    if own_id is not None:
        query = query.where(Organisation.id != own_id)
    return session.scalar(query.limit(1)) is not None
