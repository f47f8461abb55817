"""First report of a hazard by the enterprise: place, hazard, measures; receipted at once."""

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
class FileFirstReport(TaskCommand):
    """`nonce` comes with the form: the same form sent twice starts one case."""

    case_id: int = 0
    task_id: str = ""
    shown: str = ""
    nonce: str
    hazard_name: str
    place: str
    description: str
    measures_taken: str
    sector: str
    division_code: str
    found_on: date | None
    criterion: CriterionEntry | None = None


def file_first_report(frame: Frame, command: FileFirstReport) -> Receipt:
    """File the report, start the case, give the intake number. Nothing else can hold it up."""
    refuse_second_sending(frame, command.nonce)
    post = _reporting_post(frame)
    require(command, "hazard_name", "place", "measures_taken")
    require_scan(command.criterion, command.uploads)
    if command.found_on is not None and command.found_on > frame.today:
        raise InvalidCommandError({"found_on": "in_future"})
    party = frame.session.get_one(Organisation, post.organisation_id)
    case = create_case(
        frame,
        NewCase(
            source=HazardSource.ENTERPRISE_REPORT,
            responsible_party=party,
            competent_department_id=party.supervised_by_id,
            hazard_name=command.hazard_name,
            place=command.place,
            description=command.description or None,
            measures_taken=command.measures_taken,
            sector=command.sector or party.sector or "",
            division_code=command.division_code or party.division_code or "",
            found_on=command.found_on,
        ),
    )
    freeze_criterion(frame.session, case, command.criterion, frame.actor.person_id)
    receipt = start_case(frame, Action.FILE_FIRST_REPORT, case, post, command)
    frame.session.add(SubmittedForm(nonce=command.nonce, case_id=case.id, at=frame.now))
    return receipt


def _reporting_post(frame: Frame) -> PostRecord:
    for post in frame.actor.posts:
        if post.role in STARTING_ACTIONS[Action.FILE_FIRST_REPORT]:
            return post
    raise PermissionRefusedError(action=Action.FILE_FIRST_REPORT, reason="no_post", missing="")
