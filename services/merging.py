"""Two cases of one hazard become one: the other's sources are kept in the case that goes on."""

import sqlalchemy as sa

from services.errors import CaseNotFoundError, InvalidCommandError
from services.findings import Finding
from services.frame import ActOrigin, Frame, append_audit, record_act
from services.models.case import Act, SupervisionCase
from services.queries.scope import get_visible_case
from workflows.permissions import PostRecord
from workflows.vocabulary import Action, HazardSource


def find_target(frame: Frame, case: SupervisionCase, number: str) -> SupervisionCase:
    """The open case under this number that the actor may see. InvalidCommandError otherwise."""
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
    return target


def merge_into(
    frame: Frame, case: SupervisionCase, target: SupervisionCase, act: Act, post: PostRecord
) -> None:
    """Put the merged case's source on record in the other; what was owed has been answered."""
    case.merged_into_id = target.id
    command = Finding(
        case_id=target.id,
        task_id="",
        shown="",
        opinion=act.opinion,
        source=HazardSource(case.source),
        finder_reference=case.intake_number,
    )
    found = record_act(frame, target, Action.ADD_FINDING, post, command, ActOrigin())
    found.content = {**found.content, "answered": True, "merged_from": case.intake_number}
    frame.session.flush()
    append_audit(frame, found, {"merged_from": case.id})
