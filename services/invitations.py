"""Asking an expert for an opinion on a case, and ending that."""

import sqlalchemy as sa

from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.case import Invitation, SupervisionCase
from services.queries.experts import list_experts
from workflows.vocabulary import InvitationEnd, InvitationPurpose


def invite(
    frame: Frame, case: SupervisionCase, post_id: int | None, purpose: InvitationPurpose
) -> str:
    """Ask this expert; returns name and title, for the record.

    InvalidCommandError when there is no such expert, or one who has an interest in the case.
    """
    pool = {row.post_id: row for row in list_experts(frame.session, case, frame.today)}
    expert = pool.get(post_id or 0)
    if expert is None:
        raise InvalidCommandError({"expert_post_id": "choice"})
    if expert.conflict is not None:
        raise InvalidCommandError({"expert_post_id": f"conflict_{expert.conflict}"})
    end_invitation(frame, case.id, InvitationEnd.SUPERSEDED)
    frame.session.add(
        Invitation(
            case_id=case.id,
            post_id=expert.post_id,
            purpose=purpose.value,
            invited_by_id=frame.actor.person_id,
            invited_at=frame.now,
        )
    )
    frame.session.flush()
    return f"{expert.name}（{expert.title}）"


def end_invitation(frame: Frame, case_id: int, how: InvitationEnd) -> None:
    """The expert who is asked now, if any, is asked no more, and sees the case no more."""
    frame.session.execute(
        sa.update(Invitation)
        .where(Invitation.case_id == case_id, Invitation.ended_at.is_(None))
        .values(ended_at=frame.now, ended_as=how.value)
    )
