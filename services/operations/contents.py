"""Whether each record still says what its audit chain committed to: all kinds in one table."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from services.administration.log import first_changed_entry
from services.assessment.record import first_changed_assessment
from services.assignments import first_changed_assignment
from services.bans.register import first_changed_ban
from services.campaigns import first_changed_progress
from services.copies import first_changed_copy
from services.disclosure.steps import first_changed_step
from services.frame import first_changed_act
from services.handover_notes import first_changed_note
from services.head_points import first_changed_reversal
from services.look_backs import first_changed_look_back
from services.referral.wall import WALL as REFERRAL_WALL
from services.returns.paper import first_changed_paper_return
from services.returns.steps import first_changed_return_step
from services.succession.deeds import first_changed_deed
from services.suggestions import first_changed_suggestion
from services.tips.wall import WALL as TIP_WALL
from services.tracebacks.steps import first_changed_traceback

Finder = Callable[[Session], int | str | None]

# The first record of each kind that was changed after it was written, by its number; None: none.
CONTENTS: Mapping[str, Finder] = {
    "audit_contents": first_changed_act,
    "deed_contents": first_changed_deed,
    "disclosure_contents": first_changed_step,
    "look_back_contents": first_changed_look_back,
    "handover_note_contents": first_changed_note,
    "return_contents": first_changed_return_step,
    "paper_return_contents": first_changed_paper_return,
    "tip_contents": TIP_WALL.first_wrong,
    "referral_contents": REFERRAL_WALL.first_wrong,
    "campaign_contents": first_changed_progress,
    "assessment_contents": first_changed_assessment,
    "point_contents": first_changed_reversal,
    "ban_contents": first_changed_ban,
    "traceback_contents": first_changed_traceback,
    "administration_log": first_changed_entry,
    "assignment_contents": first_changed_assignment,
    "copy_contents": first_changed_copy,
    "suggestion_contents": first_changed_suggestion,
}


def changed_contents(session: Session) -> dict[str, str]:
    """Kinds in which a record was changed, each with its first one."""
    found = {kind: finder(session) for kind, finder in CONTENTS.items()}
    return {kind: str(record) for kind, record in found.items() if record is not None}
