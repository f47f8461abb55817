"""A second person confirms a criterion that was typed in by hand. Not a step of the diagram."""

from dataclasses import dataclass

from services.database import lock_until_commit
from services.errors import ShownChangedError
from services.frame import ActOrigin, Frame, Receipt, TaskCommand, append_audit, record_act
from services.queries.facts import awaits_confirmation, load_record, standing_of
from services.queries.scope import get_visible_case
from services.queries.shown import shown_sha256
from workflows.errors import TaskNotReadyError
from workflows.permissions import check
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ConfirmCriterion(TaskCommand):
    """Confirms document, article and wording against the scan."""

    task_id: str = ""


def confirm_criterion(frame: Frame, command: ConfirmCriterion) -> Receipt:
    """Confirm the clause on record; whoever typed it in may not."""
    session = frame.session
    lock_until_commit(session, f"criterion of {command.case_id}")
    case = get_visible_case(session, frame.actor, command.case_id)
    record = load_record(session, case, frame.office.profile)
    post = check(frame.actor, Action.CONFIRM_CRITERION, standing_of(session, case, record))
    criterion = case.criterion
    if criterion is None or not awaits_confirmation(case):
        raise TaskNotReadyError
    if command.shown != shown_sha256(session, case.id, Action.CONFIRM_CRITERION):
        raise ShownChangedError
    criterion.confirmed_by_id = frame.actor.person_id
    criterion.confirmed_at = frame.now
    act = record_act(frame, case, Action.CONFIRM_CRITERION, post, command, ActOrigin())
    append_audit(frame, act, {})
    return Receipt(case.id, act.id, (), (), None)
