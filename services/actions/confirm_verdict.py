"""The department head confirms what the hazard is, how it is handled, and who lists it."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.former_values import keep_former
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.models.case import SupervisionCase
from services.queries.listing_bodies import list_bodies
from services.step import OpenedStep, open_step
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Outcome, Track


@dataclass(frozen=True, kw_only=True)
class ConfirmVerdict(TaskCommand):
    """`track` and `listing_body_id` go with a major hazard; the committee lists unless told."""

    track: Track | None = None
    listing_body_id: int | None = None


def confirm_verdict(frame: Frame, command: ConfirmVerdict) -> Receipt:
    """Confirm as major with its track, as ordinary, or send the verification back."""
    require_reason(command, Outcome.MAJOR)
    step = open_step(frame, Action.CONFIRM_VERDICT, command)
    if command.outcome is Outcome.MAJOR:
        _take_track(frame, step, command)
    step.record(command)
    return step.advance()


def _take_track(frame: Frame, step: OpenedStep, command: ConfirmVerdict) -> None:
    if command.track is Track.ORDINARY:
        raise InvalidCommandError({"track": "choice"})
    if command.track is Track.OWN_LISTING and not step.standing.needs_met["may_list_itself"]:
        raise PermissionRefusedError(
            action=Action.CONFIRM_VERDICT, reason="need_unmet", missing="may_list_itself"
        )
    of_case = SupervisionCase.id == step.case.id
    keep_former(frame.session, SupervisionCase, ("listing_body_id",), frame.now, of_case)
    step.case.listing_body_id = _chosen_body(frame, step, command)


def _chosen_body(frame: Frame, step: OpenedStep, command: ConfirmVerdict) -> int:
    """The body that lists; the committee where none was chosen, or nothing is listed here."""
    case = step.case
    if command.listing_body_id is None or command.track not in (None, Track.LISTED):
        return case.safety_committee_id or case.listing_body_id
    offered = {body.organisation_id for body in list_bodies(frame.session, case, frame.today)}
    if command.listing_body_id not in offered:
        raise InvalidCommandError({"listing_body_id": "choice"})
    return command.listing_body_id
