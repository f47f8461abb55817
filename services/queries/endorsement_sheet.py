"""The monthly sheet of one endorser: every listed case with its progress, and who has signed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Organisation
from services.models.succession import Substitution
from services.queries.concerns import has_act, was_listed
from services.queries.months import Month
from services.queries.scope import reaches
from services.queries.taking_back import not_taken_back
from workflows.permissions import (
    INSIDE_ACTS,
    PERMISSIONS,
    Actor,
    PermissionRow,
    PostRecord,
    answers_for,
)
from workflows.vocabulary import Action, CaseEnding, Outcome, Phase, Role, Stance

_ENDORSE = Action.ENDORSE_MONTHLY_PROGRESS
_PARTY, _HOLDER = aliased(Organisation), aliased(Organisation)
MOST_CASES = 200


@dataclass(frozen=True)
class ProgressRow:
    """One act of the month."""

    act_id: int
    action: Action
    outcome: Outcome
    opinion: str
    content: dict[str, Any]
    person_name: str
    principal_name: str
    organisation_name: str
    at: datetime


@dataclass(frozen=True)
class LateRow:
    """One deadline that had passed unmet, at the end of the month or now."""

    deadline_id: int
    name: str
    holder_name: str
    due_at: datetime


@dataclass(frozen=True)
class SignatureRow:
    """One endorsement of one case for the month."""

    act_id: int
    role: Role
    person_name: str
    principal_name: str
    post_title: str
    organisation_name: str
    stance: Stance
    opinion: str
    at: datetime
    is_mine: bool


@dataclass(frozen=True)
class SheetLine:
    """One case on the sheet. `shown` is the hash of what the endorser reads about it."""

    case_id: int
    number: str
    hazard_name: str
    party_name: str
    phase: Phase
    round_number: int
    limit_on: date | None
    ending: CaseEnding | None
    ended_at: datetime | None
    progress: tuple[ProgressRow, ...]
    late: tuple[LateRow, ...]
    signatures: tuple[SignatureRow, ...]
    shown: str

    @property
    def mine(self) -> SignatureRow | None:
        """The endorser's own signature, or None."""
        return next((row for row in self.signatures if row.is_mine), None)

    @property
    def awaits_me(self) -> bool:
        """Whether the endorser still has to sign it."""
        return self.ending is None and self.mine is None


def list_sheet(
    session: Session, actor: Actor, month: Month, now: datetime, case_id: int | None = None
) -> list[SheetLine]:
    """Cases that were listed in the month and fall to the actor, soonest limit first."""
    only = [] if case_id is None else [SupervisionCase.id == case_id]
    cases = session.execute(
        sa.select(
            SupervisionCase.id,
            SupervisionCase.case_number,
            SupervisionCase.intake_number,
            SupervisionCase.hazard_name,
            SupervisionCase.phase,
            SupervisionCase.round_number,
            SupervisionCase.rectification_limit_on,
            SupervisionCase.ending,
            SupervisionCase.ended_at,
            _PARTY.name.label("party_name"),
        )
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .where(
            _falls_to(actor),
            _listed_by(month),
            sa.or_(SupervisionCase.ended_at.is_(None), SupervisionCase.ended_at >= month.begins_at),
            *only,
        )
        .order_by(
            SupervisionCase.ending.is_not(None),
            SupervisionCase.rectification_limit_on.is_(None),
            SupervisionCase.rectification_limit_on,
            SupervisionCase.id,
        )
        .limit(MOST_CASES)
    ).all()
    ids = [case.id for case in cases]
    progress = _progress(session, ids, month)
    late = _late(session, ids, min(now, month.ends_at))
    signatures = _signatures(session, actor, ids, month)
    return [
        _line(case, month, progress[case.id], late[case.id], signatures[case.id]) for case in cases
    ]


def count_unsigned(session: Session, actor: Actor, month: Month) -> int:
    """How many cases of the month still wait for the actor's signature."""
    signed = has_act(_ENDORSE, Act.content["month"].as_string() == str(month), _is_by(actor))
    return session.execute(
        sa.select(sa.func.count(SupervisionCase.id)).where(
            _falls_to(actor), _listed_by(month), SupervisionCase.ending.is_(None), ~signed
        )
    ).scalar_one()


def _falls_to(actor: Actor) -> sa.ColumnElement[bool]:
    ways = [
        _falls(actor, row, post)
        for row in PERMISSIONS
        if row.action is _ENDORSE
        for post in actor.posts
        if post.role is row.role and post.covers(_ENDORSE)
    ]
    return sa.or_(sa.false(), *ways)


def _falls(actor: Actor, row: PermissionRow, post: PostRecord) -> sa.ColumnElement[bool]:
    people = sorted(answers_for(actor, post))
    in_their_name = sa.select(Substitution.id).where(Substitution.principal_person_id.in_(people))
    barred = sa.exists().where(
        Act.case_id == SupervisionCase.id,
        sa.or_(Act.person_id.in_(people), Act.substitution_id.in_(in_their_name)),
        Act.action.in_(sorted(row.forbids)),
    )
    return sa.and_(reaches(post, row.relation), ~barred)


def _listed_by(month: Month) -> sa.ColumnElement[bool]:
    return was_listed(Act.at < month.ends_at)


def _is_by(actor: Actor) -> sa.ColumnElement[bool]:
    """Signed by the person, or under a post that the person holds or stands in for today."""
    posts = [post.post_id for post in actor.posts]
    return sa.or_(Act.person_id == actor.person_id, Act.post_id.in_(posts))


def _progress(
    session: Session, ids: Sequence[int], month: Month
) -> defaultdict[int, list[ProgressRow]]:
    """What was done in the month; what stays inside the office is not for every endorser."""
    found = defaultdict[int, list[ProgressRow]](list)
    for act in session.scalars(
        sa.select(Act)
        .where(
            Act.case_id.in_(ids),
            Act.at >= month.begins_at,
            Act.at < month.ends_at,
            Act.action.not_in(sorted({*INSIDE_ACTS, _ENDORSE})),
            not_taken_back(),
        )
        .order_by(Act.id)
    ):
        found[act.case_id].append(
            ProgressRow(
                act.id,
                Action(act.action),
                Outcome(act.outcome),
                act.opinion,
                act.content,
                act.person.name,
                _principal(act),
                act.post.organisation.name,
                act.at,
            )
        )
    return found


def _late(
    session: Session, ids: Sequence[int], moment: datetime
) -> defaultdict[int, list[LateRow]]:
    found = defaultdict[int, list[LateRow]](list)
    for row in session.execute(
        sa.select(
            Deadline.case_id,
            Deadline.id,
            Deadline.name,
            sa.func.coalesce(_HOLDER.name, "").label("holder_name"),
            Deadline.due_at,
        )
        .outerjoin(_HOLDER, _HOLDER.id == Deadline.holder_id)
        .where(
            Deadline.case_id.in_(ids),
            Deadline.due_at < moment,
            sa.or_(Deadline.ended_at.is_(None), Deadline.ended_at >= moment),
        )
        .order_by(Deadline.due_at, Deadline.id)
    ):
        found[row.case_id].append(LateRow(row.id, row.name, row.holder_name, row.due_at))
    return found


def _signatures(
    session: Session, actor: Actor, ids: Sequence[int], month: Month
) -> defaultdict[int, list[SignatureRow]]:
    found = defaultdict[int, list[SignatureRow]](list)
    posts = {post.post_id for post in actor.posts}
    for act in session.scalars(
        sa.select(Act)
        .where(
            Act.case_id.in_(ids),
            Act.action == _ENDORSE.value,
            Act.content["month"].as_string() == str(month),
        )
        .order_by(Act.id)
    ):
        found[act.case_id].append(
            SignatureRow(
                act.id,
                Role(act.post.role),
                act.person.name,
                _principal(act),
                act.post.title,
                act.post.organisation.name,
                Stance(act.content["stance"]),
                act.opinion,
                act.at,
                act.person_id == actor.person_id or act.post_id in posts,
            )
        )
    return found


def _principal(act: Act) -> str:
    """In whose name a substitute acted; blank for one's own act."""
    return act.post.person.name if act.substitution_id else ""


def _line(
    case: Any,
    month: Month,
    progress: list[ProgressRow],
    late: list[LateRow],
    signatures: list[SignatureRow],
) -> SheetLine:
    ending = CaseEnding(case.ending) if case.ending else None
    limit = case.rectification_limit_on
    basis = {
        "case": case.id,
        "month": str(month),
        "named": [case.hazard_name, case.party_name, case.case_number],
        "stands": [case.phase, case.round_number, ending, limit.isoformat() if limit else None],
        "progress": [row.act_id for row in progress],
        "late": [row.deadline_id for row in late],
        "signed": [row.act_id for row in signatures],
    }
    return SheetLine(
        case_id=case.id,
        number=case.case_number or case.intake_number,
        hazard_name=case.hazard_name,
        party_name=case.party_name,
        phase=Phase(case.phase),
        round_number=case.round_number,
        limit_on=limit,
        ending=ending,
        ended_at=case.ended_at,
        progress=tuple(progress),
        late=tuple(late),
        signatures=tuple(signatures),
        shown=hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest(),
    )
