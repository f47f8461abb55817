"""To whom a listed case is handed over, and how a receiver gives way to another."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from services.errors import InvalidCommandError
from services.former_values import keep_former
from services.frame import Frame
from services.models.case import FormerReceiver, Handover, SupervisionCase
from services.queries.receivers import (
    ReceiverChoice,
    list_possible_receivers,
    list_possible_supporters,
)
from workflows.facts import CaseRecord
from workflows.vocabulary import Action, HandoverKind


def name_receivers(frame: Frame, case: SupervisionCase, supporting: Collection[int]) -> None:
    """Hand over to the receivers of the profile, who lead, and to those who support them."""
    lead = _receivers_of_profile(frame, case)
    receivers = [(HandoverKind.LEAD, receiver) for receiver in lead]
    receivers += [(HandoverKind.SUPPORTING, item) for item in supporting if item not in lead]
    for position, (kind, receiver_id) in enumerate(receivers):
        frame.session.add(
            Handover(
                case_id=case.id,
                position=position,
                kind=kind.value,
                receiver_id=receiver_id,
                handed_over_at=frame.now,
            )
        )
    frame.session.flush()


def proposed_supporters(record: CaseRecord) -> tuple[int, ...]:
    """Those whom the latest proposal of the listing names to support."""
    proposal = record.last(Action.PROPOSE_LISTING)
    content: Mapping[str, Any] = proposal.content if proposal else {}
    return tuple(content.get("supporting_receiver_ids", ()))


def supporting_names(
    frame: Frame, case: SupervisionCase, supporting: Collection[int]
) -> tuple[str, ...]:
    """The names of those proposed to support. InvalidCommandError when one cannot be named."""
    possible = _names(list_possible_supporters(frame.session, case))
    if any(item not in possible for item in supporting):
        raise InvalidCommandError({"supporting_receiver_ids": "choice"})
    return tuple(possible[item] for item in supporting)


def give_over(frame: Frame, handover: Handover, receiver_id: int | None) -> str:
    """Make another organisation the receiver, and keep the one before. Returns its name.

    InvalidCommandError when it cannot be named: no receiver of this case ever was it before.
    """
    case = frame.session.get_one(SupervisionCase, handover.case_id)
    name = _names(list_possible_receivers(frame.session, case)).get(receiver_id or 0)
    if receiver_id is None or name is None:
        raise InvalidCommandError({"receiver_id": "no_receiver"})
    handover.former.append(
        FormerReceiver(
            receiver_id=handover.receiver_id,
            handed_over_at=handover.handed_over_at,
            left_at=frame.now,
        )
    )
    names = ("receiver_id", "handed_over_at")
    keep_former(frame.session, Handover, names, frame.now, Handover.id == handover.id)
    handover.receiver_id, handover.handed_over_at = receiver_id, frame.now
    frame.session.flush()
    frame.session.refresh(handover)
    return name


def _names(choices: Iterable[ReceiverChoice]) -> dict[int, str]:
    return {row.organisation_id: row.name for row in choices}


def _receivers_of_profile(frame: Frame, case: SupervisionCase) -> list[int]:
    by_name = {
        "territorial_government": case.territorial_government_id,
        "competent_department": case.competent_department_id,
    }
    receivers = [by_name[name] for name in frame.office.profile.handover_receivers]
    return [receiver for receiver in receivers if receiver is not None]
