"""To whom a listed case is handed over, and how a receiver gives way to another."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from services.documents.numbers import take_number
from services.documents.verification_code import make_verification
from services.errors import InvalidCommandError
from services.former_values import keep_former
from services.frame import Frame
from services.messages.outbox import put
from services.models.case import FormerReceiver, Handover, SupervisionCase
from services.models.handover import HandoverLetter
from services.models.organisation import Organisation
from services.queries.receivers import (
    ReceiverChoice,
    list_possible_receivers,
    list_possible_supporters,
)
from services.topics import Topic
from workflows.facts import CaseRecord
from workflows.handovers import NATIONAL, HandoverLevel, HandoverReceiver, letter_kind
from workflows.vocabulary import Action, HandoverKind, OrganisationKind

LETTER_SERIES = "handover_letter"


def name_receivers(frame: Frame, case: SupervisionCase, supporting: Collection[int]) -> None:
    """Hand over to the receivers of the profile, who lead, and to those who support them.

    A national organ is only written to.
    """
    named = _receivers_of_profile(frame, case)
    lead = [item for item in named if not _is_national(frame, item)]
    receivers = [(HandoverKind.LEAD, receiver) for receiver in lead]
    receivers += [(HandoverKind.SUPPORTING, item) for item in supporting if item not in lead]
    for position, (kind, receiver_id) in enumerate(receivers):
        handover = Handover(
            case_id=case.id,
            position=position,
            kind=kind.value,
            receiver_id=receiver_id,
            handed_over_at=frame.now,
        )
        frame.session.add(handover)
        frame.session.flush()
        _write_letter(frame, case, receiver_id, handover.id, sealed=True)
    for receiver_id in named:
        if receiver_id not in lead:
            _write_letter(frame, case, receiver_id, None, sealed=True)


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


def give_over(frame: Frame, handover: Handover, receiver_id: int | None, *, by_office: bool) -> str:
    """Make another organisation the receiver, and keep the one before. Returns its name.

    `by_office`: the office of the committee decides so, and seals the letter.

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
    _write_letter(frame, case, receiver_id, handover.id, sealed=by_office)
    return name


def _is_national(frame: Frame, organisation_id: int) -> bool:
    return frame.session.get_one(Organisation, organisation_id).level == NATIONAL


def _write_letter(
    frame: Frame,
    case: SupervisionCase,
    receiver_id: int,
    handover_id: int | None,
    *,
    sealed: bool,
) -> None:
    """Number the letter and ask for its pages; what was handed over on paper had its letter."""
    if frame.paper is not None:
        return
    organ_id = case.safety_committee_id or case.listing_body_id
    form = frame.office.profile.handover.number_format
    entry = take_number(frame.session, LETTER_SERIES, form, organ_id, case.id, frame.now)
    receiver = frame.session.get_one(Organisation, receiver_id)
    verification = make_verification(frame.office.verify_address)
    letter = HandoverLetter(
        case_id=case.id,
        handover_id=handover_id,
        receiver_id=receiver.id,
        kind=letter_kind(receiver.level).value,
        number=entry.text,
        made_at=frame.now,
        verification=asdict(verification),
        verification_code=verification.code,
        sealed_by_id=case.listing_office_id if sealed else None,
    )
    frame.session.add(letter)
    frame.session.flush()
    key = f"{Topic.RENDER_HANDOVER_LETTER}:{letter.id}"
    put(frame.session, key, Topic.RENDER_HANDOVER_LETTER, {"letter_id": letter.id}, frame.now)


def _names(choices: Iterable[ReceiverChoice]) -> dict[int, str]:
    return {row.organisation_id: row.name for row in choices}


def _receivers_of_profile(frame: Frame, case: SupervisionCase) -> list[int]:
    by_name = {
        HandoverReceiver.TERRITORIAL_GOVERNMENT: _territory(frame, case),
        HandoverReceiver.COMPETENT_DEPARTMENT: case.competent_department_id,
    }
    receivers = [by_name[name] for name in frame.office.profile.handover.receivers]
    return [receiver for receiver in receivers if receiver is not None]


def _territory(frame: Frame, case: SupervisionCase) -> int:
    """The government of the territory; at a province that of the city in which it lies."""
    if frame.office.profile.handover.level is HandoverLevel.CITY:
        return case.territorial_government_id
    city = frame.session.scalar(
        sa.select(Organisation.id)
        .where(
            Organisation.kind == OrganisationKind.GOVERNMENT.value,
            Organisation.division_code == f"{case.division_code[:4]}00",
            Organisation.dissolved_on.is_(None),
        )
        .order_by(Organisation.id)
        .limit(1)
    )
    return city or case.territorial_government_id
