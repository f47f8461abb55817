"""Two cases of one hazard become one: the other's sources are kept in the case that goes on."""

from collections.abc import Mapping

import sqlalchemy as sa

from services.database import lock_until_commit
from services.errors import CaseNotFoundError, InvalidCommandError, TargetBeingWithdrawnError
from services.findings import Finding
from services.frame import ActOrigin, Frame, append_audit, record_act
from services.models.case import Act, SupervisionCase
from services.models.process import open_task, process_instance
from services.queries.facts import load_record
from services.queries.scope import get_visible_case
from services.step import CASE, follow_record
from workflows.permissions import PostRecord
from workflows.vocabulary import Action, HazardSource

# The acts that say how a hazard was found.
_FOUND_BY = (Action.FILE_FIRST_REPORT, Action.REGISTER_HAZARD, Action.ADD_FINDING)


def find_target(frame: Frame, case: SupervisionCase, number: str) -> SupervisionCase:
    """The open case under this number that the actor may see. InvalidCommandError otherwise.

    One merger at a time: two cases merged into each other would both be gone. As little goes on a
    case whose own end is waiting to be decided: TargetBeingWithdrawnError.
    """
    lock_until_commit(frame.session, "merging")
    number = number.strip()
    found = frame.session.scalars(
        sa.select(SupervisionCase.id).where(
            sa.or_(SupervisionCase.intake_number == number, SupervisionCase.case_number == number)
        )
    ).first()
    if not number or found is None or found == case.id:
        raise InvalidCommandError({"merged_into": "no_such_case"})
    try:
        target = get_visible_case(frame.session, frame.actor, found)
    except CaseNotFoundError:
        raise InvalidCommandError({"merged_into": "no_such_case"}) from None
    if target.ending is not None or target.competent_department_id != case.competent_department_id:
        raise InvalidCommandError({"merged_into": "no_such_case"})
    if _is_being_withdrawn(frame, target.id):
        raise TargetBeingWithdrawnError(number=number)
    return target


def _is_being_withdrawn(frame: Frame, case_id: int) -> bool:
    waiting = sa.select(open_task.c.task_id).where(
        open_task.c.case_id == case_id, open_task.c.step_id == Action.CONFIRM_WITHDRAWAL.value
    )
    return frame.session.execute(waiting).first() is not None


def hold_target(frame: Frame, case: SupervisionCase, number: str) -> SupervisionCase:
    """As `find_target`, and nobody acts on that case until this transaction ends."""
    target = find_target(frame, case, number)
    frame.session.execute(
        sa.select(process_instance.c.id)
        .where(process_instance.c.subject_kind == CASE, process_instance.c.subject_id == target.id)
        .with_for_update()
    )
    return find_target(frame, case, number)


def merge_into(
    frame: Frame, case: SupervisionCase, target: SupervisionCase, act: Act, post: PostRecord
) -> None:
    """Put every source of the merged case on record in the other; what was owed is answered."""
    case.merged_into_id = target.id
    merged = load_record(frame.session, case, frame.office.profile)
    for finding in merged.acts:
        if finding.action in _FOUND_BY:
            _hand_on(frame, case, target, act, post, finding.content)
    follow_record(target, load_record(frame.session, target, frame.office.profile))
    frame.session.flush()


def _hand_on(
    frame: Frame,
    case: SupervisionCase,
    target: SupervisionCase,
    act: Act,
    post: PostRecord,
    content: Mapping[str, object],
) -> None:
    command = Finding(
        case_id=target.id,
        task_id="",
        shown="",
        opinion=act.opinion,
        source=HazardSource(str(content.get("source") or case.source)),
        finder=str(content.get("finder") or ""),
        finder_reference=str(content.get("finder_reference") or case.intake_number),
        on_units_list=str(content.get("on_units_list") or ""),
    )
    found = record_act(frame, target, Action.ADD_FINDING, post, command, ActOrigin())
    found.content = {**found.content, "answered": True, "merged_from": case.intake_number}
    frame.session.flush()
    append_audit(frame, found, {"merged_from": case.id})
