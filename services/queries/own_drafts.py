"""Forms that a person kept for later, and whether each of them can still be handed in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.case import Act, FormDraft, SupervisionCase
from services.models.organisation import Organisation, Person, Post
from services.queries.duties import whether_they_fall_to
from services.queries.form_key import FormKey
from services.queries.scope import visible_to
from services.queries.taking_back import not_taken_back
from workflows.permissions import Actor, starting_posts

_PARTY = aliased(Organisation)
_HOLDER = aliased(Person)


class DraftState(StrEnum):
    """Whether a kept form can still be handed in; `OUT_OF_SIGHT`: its case may not be seen."""

    USABLE = "usable"
    STEP_OVER = "step_over"
    NOT_MINE = "not_mine"
    OUT_OF_SIGHT = "out_of_sight"


@dataclass(frozen=True)
class DraftCase:
    """The case that a draft is about."""

    case_id: int
    number: str
    hazard_name: str
    party_name: str


@dataclass(frozen=True)
class DoneBy:
    """Who completed the step meanwhile."""

    name: str
    principal_name: str
    at: datetime


@dataclass(frozen=True)
class OwnDraftRow:
    """A kept form. Without `key`: a form of former days. Out of sight it shows no values."""

    form_key: str
    key: FormKey | None
    saved_at: datetime
    state: DraftState
    values: Mapping[str, list[str]]
    case: DraftCase | None
    done_by: DoneBy | None


def list_drafts(session: Session, actor: Actor, limit: int, offset: int = 0) -> list[OwnDraftRow]:
    """What the actor kept for later, newest first."""
    kept = session.scalars(
        sa.select(FormDraft)
        .where(FormDraft.person_id == actor.person_id)
        .order_by(FormDraft.saved_at.desc(), FormDraft.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    keys = {draft.id: FormKey.find(draft.form_key) for draft in kept}
    cases = _draft_cases(session, actor, {key.case_id for key in keys.values() if key})
    tasks = {key.task_id for key in keys.values() if key and key.case_id in cases}
    is_mine = whether_they_fall_to(session, actor, tasks)
    done_by = _done_by(session, tasks)
    rows = []
    for draft in kept:
        key = keys[draft.id]
        case = cases.get(key.case_id) if key and key.case_id else None
        state = _state(actor, key, case, is_mine)
        hidden = state is DraftState.OUT_OF_SIGHT
        rows.append(
            OwnDraftRow(
                form_key=draft.form_key,
                key=key,
                saved_at=draft.saved_at,
                state=state,
                values={} if hidden else draft.values,
                case=case,
                done_by=done_by.get((case.case_id, key.task_id)) if key and case else None,
            )
        )
    return rows


def _draft_cases(
    session: Session, actor: Actor, case_ids: Collection[int | None]
) -> dict[int | None, DraftCase]:
    rows = session.execute(
        sa.select(
            SupervisionCase.id,
            SupervisionCase.intake_number,
            SupervisionCase.case_number,
            SupervisionCase.hazard_name,
            _PARTY.name,
        )
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .where(SupervisionCase.id.in_(case_ids), visible_to(actor))
    )
    return {
        row.id: DraftCase(row.id, row.case_number or row.intake_number, row.hazard_name, row.name)
        for row in rows
    }


def _done_by(session: Session, task_ids: Collection[str]) -> dict[tuple[int, str | None], DoneBy]:
    rows = session.execute(
        sa.select(
            Act.case_id,
            Act.task_id,
            Act.at,
            Act.substitution_id,
            Person.name,
            _HOLDER.name.label("holder_name"),
        )
        .join(Person, Person.id == Act.person_id)
        .join(Post, Post.id == Act.post_id)
        .join(_HOLDER, _HOLDER.id == Post.person_id)
        .where(Act.task_id.in_(task_ids), not_taken_back())
        .order_by(Act.id)
    )
    return {
        (row.case_id, row.task_id): DoneBy(
            row.name, row.holder_name if row.substitution_id else "", row.at
        )
        for row in rows
    }


def _state(
    actor: Actor, key: FormKey | None, case: DraftCase | None, is_mine: Mapping[str, bool]
) -> DraftState:
    if key is None:
        return DraftState.OUT_OF_SIGHT
    if key.case_id is None:
        return DraftState.USABLE if starting_posts(actor, key.action) else DraftState.NOT_MINE
    if case is None:
        return DraftState.OUT_OF_SIGHT
    if key.task_id not in is_mine:
        return DraftState.STEP_OVER
    return DraftState.USABLE if is_mine[key.task_id] else DraftState.NOT_MINE
