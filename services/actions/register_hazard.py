"""A hazard that the regulator found itself: registered by the case officer who found it."""

from dataclasses import dataclass
from datetime import date

from services.cases import NewCase, create_case, refuse_second_sending
from services.criterion import CriterionEntry, freeze_criterion, require_scan
from services.errors import InvalidCommandError
from services.models.case import SubmittedForm
from services.models.organisation import Organisation
from services.step import Frame, Receipt, TaskCommand, require, start_case
from workflows.permissions import STARTING_ACTIONS, PermissionRefusedError, PostRecord
from workflows.vocabulary import Action, HazardSource


@dataclass(frozen=True, kw_only=True)
class RegisterHazard(TaskCommand):
    """`inspectors` names at least two officers (Administrative Penalty Law, article 42)."""

    case_id: int = 0
    task_id: str = ""
    shown: str = ""
    nonce: str
    responsible_party_id: int
    hazard_name: str
    place: str
    description: str
    measures_taken: str
    sector: str
    division_code: str
    found_on: date | None
    inspectors: str
    criterion: CriterionEntry | None = None


def register_hazard(frame: Frame, command: RegisterHazard) -> Receipt:
    """Put the finding on record and start the case. The party must be one the office supervises."""
    refuse_second_sending(frame, command.nonce)
    require(command, "responsible_party_id", "hazard_name", "place", "description", "found_on")
    require(command, "inspectors")
    require_scan(command.criterion, command.uploads)
    if command.found_on is not None and command.found_on > frame.today:
        raise InvalidCommandError({"found_on": "in_future"})
    party = frame.session.get(Organisation, command.responsible_party_id)
    if party is None:
        raise InvalidCommandError({"responsible_party_id": "choice"})
    post = _supervising_post(frame, party)
    case = create_case(
        frame,
        NewCase(
            source=HazardSource.REGULATOR_FINDING,
            responsible_party=party,
            competent_department_id=post.organisation_id,
            hazard_name=command.hazard_name,
            place=command.place,
            description=command.description,
            measures_taken=command.measures_taken,
            sector=command.sector or party.sector or "",
            division_code=command.division_code or party.division_code or "",
            found_on=command.found_on,
        ),
    )
    freeze_criterion(frame.session, case, command.criterion, frame.actor.person_id)
    receipt = start_case(frame, Action.REGISTER_HAZARD, case, post, command)
    frame.session.add(SubmittedForm(nonce=command.nonce, case_id=case.id, at=frame.now))
    return receipt


def _supervising_post(frame: Frame, party: Organisation) -> PostRecord:
    for post in frame.actor.posts:
        if (
            post.role in STARTING_ACTIONS[Action.REGISTER_HAZARD]
            and post.organisation_id == party.supervised_by_id
        ):
            return post
    raise PermissionRefusedError(action=Action.REGISTER_HAZARD, reason="no_post", missing="")
