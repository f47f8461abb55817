"""What the page says on which a person takes an act back."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.errors import CaseNotFoundError
from services.models.case import Act
from services.models.process import process_instance, step_event
from services.queries.case_page import ActRow, CasePage, OpenStepRow, get_case_page
from services.queries.facts import load_record, standing_of
from services.queries.scope import get_visible_case
from services.queries.taking_back import require_may_take_back
from services.reference.profile import Profile
from workflows.permissions import Actor


@dataclass(frozen=True)
class TakeBackPage:
    """An act that the reader may take back: the step's own date, and the steps that will go."""

    case: CasePage
    act: ActRow
    due_at: datetime | None
    going: tuple[OpenStepRow, ...]
    voids_draft: bool


def get_take_back_page(
    session: Session, actor: Actor, case_id: int, act_id: int, profile: Profile
) -> TakeBackPage:
    """Raises CaseNotFoundError, PermissionRefusedError or TakeBackRefusedError."""
    case = get_visible_case(session, actor, case_id)
    act = session.get(Act, act_id)
    if act is None or act.case_id != case.id:
        raise CaseNotFoundError
    standing = standing_of(session, case, load_record(session, case, profile))
    require_may_take_back(session, actor, case, standing, act)
    found = (
        session.connection()
        .execute(
            sa.select(process_instance.c.found_before)
            .join(step_event, step_event.c.instance_id == process_instance.c.id)
            .where(step_event.c.act_id == act.id)
        )
        .scalar_one()
    )
    page = get_case_page(session, actor, case_id, profile)
    tasks = {row["task_id"]: row for row in found["tasks"]}
    due_at = tasks[act.task_id]["due_at"]
    return TakeBackPage(
        case=page,
        act=next(row for row in page.acts if row.act_id == act.id),
        due_at=datetime.fromisoformat(due_at) if due_at else None,
        going=tuple(step for step in page.open_steps if step.task.task_id not in tasks),
        voids_draft=any(
            row.state == "draft" and row.document_id not in found["drafts"]
            for row in page.documents
        ),
    )
