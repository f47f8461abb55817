"""What the public would read of a case: allow-listed fields, taken from the case or typed anew."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.frame import Frame
from services.models.case import Act, SupervisionCase
from services.models.document import Document
from services.models.organisation import Person
from services.models.public import PublicCase
from services.queries.facts import load_record
from services.reference.profile import Profile
from workflows.disclosure import TYPED, Exposure, PublicationKind, exposure_of
from workflows.facts import CaseRecord, sources_of
from workflows.vocabulary import Action, CaseEnding, DelistingKind, DocumentKind

# What is told in each case; the fields beyond are empty in the copy.
_COUNTED = ("exposure", "sector", "division_code", "listing_body_name", "listed_on", "delisted_on")
_UNNAMED = (
    *_COUNTED,
    "department_name",
    "title",
    "place",
    "basis",
    "summary",
    "progress",
    "result",
    "limit_on",
    "ending",
)
_NAMED = (*_UNNAMED, "case_number", "notice_number", "party_name")
TOLD: Mapping[Exposure, tuple[str, ...]] = {
    Exposure.COUNTED: _COUNTED,
    Exposure.UNNAMED: _UNNAMED,
    Exposure.NAMED: _NAMED,
}
FIELDS = _NAMED
_OF_THE_END = ("delisted_on", "ending")
DAYS = ("listed_on", "limit_on", "delisted_on")
# Texts that stand for a person, a way to reach one, or a place to be kept to oneself.
_PRIVATE: Mapping[str, re.Pattern[str]] = {
    "id_number": re.compile(r"(?<!\d)\d{6}[- ]?\d{8}[- ]?\d{3}[\dXx](?!\d)"),
    "phone": re.compile(r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)"),
    "mail": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    "coordinates": re.compile(r"(?<!\d)\d{2,3}\.\d{4,}|\d{1,3}\s*°\s*\d{1,2}\s*[′']"),
}


@dataclass(frozen=True)
class ChosenPicture:
    """A picture of the case's evidence that is to be shown, with the words below it."""

    attachment_id: int
    caption: str


@dataclass(frozen=True, kw_only=True)
class TypedCopy:
    """What the preparing officer typed. `basis` is the rule for publishing, not the clause."""

    title: str = ""
    place: str = ""
    summary: str = ""
    progress: str = ""
    result: str = ""
    reason: str = ""
    basis: str = ""
    pictures: tuple[ChosenPicture, ...] = ()


@dataclass(frozen=True)
class Change:
    """One field that the public would read differently."""

    field: str
    before: str
    after: str


def compose(
    frame: Frame,
    case: SupervisionCase,
    kind: PublicationKind,
    typed: TypedCopy,
    published: PublicCase | None,
) -> dict[str, Any]:
    """The public copy as plain JSON: what is told at this exposure, and nothing else."""
    session, profile = frame.session, frame.office.profile
    record = load_record(session, case, profile)
    exposure = find_exposure(record, profile)
    own = _from_case(session, case, record)
    if kind is not PublicationKind.RESULT:  # that it was delisted is told with the result
        own = {name: value for name, value in own.items() if name not in _OF_THE_END}
    whole = {**as_copy(published), **own}
    whole |= {name: getattr(typed, name).strip() for name in TYPED[kind]}
    whole["exposure"] = exposure.value
    return {name: (whole.get(name) or None) if name in TOLD[exposure] else None for name in FIELDS}


def find_exposure(record: CaseRecord, profile: Profile) -> Exposure:
    """How much of the case the profile lets the public know."""
    return exposure_of(sources_of(record), profile.disclosure.exposure)


def as_copy(published: PublicCase | None) -> dict[str, Any]:
    """What the public reads now, as plain JSON; nothing where nothing is published."""
    if published is None or published.taken_down_at is not None:
        return {}
    return {name: _plain(getattr(published, name)) for name in FIELDS}


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What the public would read differently, field by field."""
    return tuple(
        Change(name, str(before.get(name) or ""), str(after.get(name) or ""))
        for name in FIELDS
        if (before.get(name) or None) != (after.get(name) or None)
    )


def private_parts(
    session: Session, case: SupervisionCase, exposure: Exposure, text: str
) -> Iterator[str]:
    """What in a text must not be told: as codes of problems, with what was found."""
    plain = _plain_text(text)
    if exposure is not Exposure.NAMED and _plain_text(case.responsible_party.name) in plain:
        yield f"private_party:{case.responsible_party.name}"
    yield from ways_to_reach(text)
    acted = sa.select(Act.person_id).where(Act.case_id == case.id)
    for name in session.scalars(
        sa.select(Person.name).where(Person.id.in_(acted)).order_by(Person.id)
    ):
        if _plain_text(name) in plain:
            yield f"private_person:{name}"


def ways_to_reach(text: str) -> Iterator[str]:
    """What in a text leads to a person or a place: as codes of problems."""
    plain = unicodedata.normalize("NFKC", text)
    for code, pattern in _PRIVATE.items():
        if found := pattern.search(plain):
            yield f"private_{code}:{found[0]}"


def _from_case(session: Session, case: SupervisionCase, record: CaseRecord) -> dict[str, Any]:
    department = case.competent_department
    delisted = case.ending == CaseEnding.DELISTED
    return {
        "sector": case.sector,
        "division_code": case.territorial_government.division_code,
        "listing_body_name": case.listing_body.name,
        "department_name": department.name if department else None,
        "case_number": case.case_number,
        "notice_number": _notice_number(session, case),
        "party_name": case.responsible_party.name,
        "basis": _clause(case),
        "listed_on": _plain(_listed_on(record)),
        "limit_on": _plain(case.rectification_limit_on),
        "delisted_on": _plain(local_date(case.ended_at)) if delisted and case.ended_at else None,
        "ending": _delisting_kind(record) if delisted else None,
    }


def _listed_on(record: CaseRecord) -> date | None:
    return record.last_on(Action.SIGN_LISTING)


def _delisting_kind(record: CaseRecord) -> str | None:
    acts = (record.last(Action.APPROVE_DELISTING), record.last(Action.RECORD_EXTERNAL_DELISTING))
    kinds = [str(act.content["kind"]) for act in acts if act and act.content.get("kind")]
    return DelistingKind(kinds[0]).value if kinds else None


def _clause(case: SupervisionCase) -> str | None:
    clause = case.criterion
    return f"{clause.document}{clause.article}" if clause else None


def _notice_number(session: Session, case: SupervisionCase) -> str | None:
    return session.scalar(
        sa.select(Document.number)
        .where(
            Document.case_id == case.id,
            Document.kind == DocumentKind.LISTING_NOTICE,
            Document.number.is_not(None),
            Document.state != "void",
        )
        .order_by(Document.id.desc())
        .limit(1)
    )


def _plain_text(text: str) -> str:
    """Wide and narrow letters are the same, and blanks are none."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
