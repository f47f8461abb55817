"""A case's number in the national database of major hazards, and how it came to be what it is."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.database import lock_until_commit
from services.errors import InvalidCommandError, ShownChangedError
from services.frame import Frame
from services.models.case import SupervisionCase
from services.models.ledger_file import NationalNumberEntry
from services.queries.scope import get_visible_case
from workflows.permissions import (
    Actor,
    PermissionRefusedError,
    PostRecord,
    find_case_officers_post,
)

LONGEST = 60


@dataclass(frozen=True)
class NumberChange:
    """One change: from what to what, by whom and when."""

    old_number: str | None
    new_number: str | None
    person_name: str
    at: datetime


@dataclass(frozen=True)
class NumberPage:
    """What the page of the number shows."""

    case_id: int
    number_of_case: str
    hazard_name: str
    party_name: str
    national_number: str | None
    changes: tuple[NumberChange, ...]


def number_problem(number: str) -> str | None:
    """What is wrong with a number as it was typed. Its form is not known to us: only its size."""
    if len(number) > LONGEST:
        return f"too_long:{LONGEST}"
    if any(letter.isspace() or not letter.isprintable() for letter in number):
        return "blanks_within"
    return None


def plain_number(text: str) -> str:
    """Without blanks at the ends; full-width letters and digits made narrow."""
    return unicodedata.normalize("NFKC", text).strip()


def get_number_page(session: Session, actor: Actor, case_id: int) -> NumberPage:
    """The number with its history, to the officer who may change it; refused to others."""
    case = get_visible_case(session, actor, case_id)
    officers_post(actor, case)
    return NumberPage(
        case.id,
        case.case_number or case.intake_number,
        case.hazard_name,
        case.responsible_party.name,
        case.national_number,
        tuple(_changes(session, case.id)),
    )


def may_set_number(actor: Actor, case: SupervisionCase) -> bool:
    """Whether this is a case officer of the competent department."""
    return find_case_officers_post(actor, case.competent_department_id) is not None


def change_number(frame: Frame, case_id: int, shown: str, typed: str) -> None:
    """Set, change or clear the number as a person saw it. Raises ShownChangedError."""
    session = frame.session
    case = get_visible_case(session, frame.actor, case_id)
    post = officers_post(frame.actor, case)
    number = plain_number(typed)
    if problem := number_problem(number):
        raise InvalidCommandError({"national_number": problem})
    lock_until_commit(session, f"national number of {case.id}")
    session.refresh(case, ["national_number"])
    if (case.national_number or "") != shown:
        raise ShownChangedError
    if number != shown:
        set_number(frame, case, post, number)


def set_number(frame: Frame, case: SupervisionCase, post: PostRecord, number: str) -> None:
    """Write the number and its history. InvalidCommandError when another case bears it."""
    session = frame.session
    if number:
        lock_until_commit(session, f"national number {number}")
        if is_taken(session, number, case.id):
            raise InvalidCommandError({"national_number": "taken"})
    entry = NationalNumberEntry(
        case_id=case.id,
        old_number=case.national_number,
        new_number=number or None,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        at=frame.now,
    )
    case.national_number = number or None
    case.changed_at = frame.now
    session.add(entry)
    session.flush()
    body = {
        "national_number_entry_id": entry.id,
        "old_number": entry.old_number,
        "new_number": entry.new_number,
        "person_id": entry.person_id,
        "post_id": entry.post_id,
        "at": frame.now.isoformat(),
    }
    audit.append(session, case.id, body, frame.now)


def is_taken(session: Session, number: str, case_id: int | None) -> bool:
    """Whether a case other than this one bears the number."""
    others = sa.select(SupervisionCase.id).where(SupervisionCase.national_number == number)
    if case_id is not None:
        others = others.where(SupervisionCase.id != case_id)
    return session.execute(others.limit(1)).first() is not None


def _changes(session: Session, case_id: int) -> Sequence[NumberChange]:
    entries = session.scalars(
        sa.select(NationalNumberEntry)
        .where(NationalNumberEntry.case_id == case_id)
        .order_by(NationalNumberEntry.id.desc())
        .limit(100)
    )
    return [
        NumberChange(entry.old_number, entry.new_number, entry.person.name, entry.at)
        for entry in entries
    ]


def officers_post(actor: Actor, case: SupervisionCase) -> PostRecord:
    """The post under which the actor keeps the number; PermissionRefusedError without one."""
    post = find_case_officers_post(actor, case.competent_department_id)
    if post is None:
        raise PermissionRefusedError(action="national_number", reason="no_post", missing="")
    return post
