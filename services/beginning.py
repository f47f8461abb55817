"""How a case begins, whoever found the hazard: stored, clause frozen, first step completed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.cases import NewCase, create_case
from services.criterion import CriterionEntry, freeze_criterion, require_scan
from services.database import lock_until_commit
from services.errors import FormSentTwiceError
from services.frame import Frame, Receipt, TaskCommand, require_not_in_future
from services.models.case import SubmittedForm
from services.models.organisation import Organisation
from services.parties import add_parties
from services.step import start_case
from services.succession.deeds import LOCK
from workflows.permissions import PostRecord
from workflows.vocabulary import OPERATING, Action, HazardSource, PartyKind, PartyRole


@dataclass(frozen=True, kw_only=True)
class NewHazard(TaskCommand):
    """`nonce` comes with the form: the same form sent twice starts one case."""

    case_id: int = 0
    task_id: str = ""
    shown: str = ""
    nonce: str
    hazard_name: str
    place: str
    description: str
    measures_taken: str
    sector: str = ""
    division_code: str = ""
    found_on: date | None
    criterion: CriterionEntry | None = None


@dataclass(frozen=True)
class ResponsibleParty:
    """Who answers for the hazard, as what, and who else has to do with it."""

    organisation: Organisation
    kind: PartyKind
    others: Sequence[tuple[PartyRole, str]] = ()


def refuse_second_sending(frame: Frame, nonce: str) -> None:
    """FormSentTwiceError naming the case when this form has already started one.

    The same form arriving twice at once waits here for the first to end.
    """
    lock_until_commit(frame.session, nonce)
    lock_until_commit(frame.session, LOCK)  # before it is read who supervises whom
    sent = frame.session.get(SubmittedForm, nonce)
    if sent is not None:
        raise FormSentTwiceError(case_id=str(sent.case_id))


def _department(party: Organisation, post: PostRecord) -> int | None:
    """Who supervises the party; for one that is no enterprise, the department that found it."""
    if party.kind in OPERATING:
        return party.supervised_by_id
    return post.organisation_id


def begin_case(
    frame: Frame,
    action: Action,
    source: HazardSource,
    responsible: ResponsibleParty,
    post: PostRecord,
    command: NewHazard,
) -> Receipt:
    """Start the supervision of a hazard at a party, under the department that supervises it."""
    party = responsible.organisation
    require_scan(command.criterion, command.uploads)
    require_not_in_future(frame, command, "found_on")
    case = create_case(
        frame,
        NewCase(
            source=source,
            responsible_party=party,
            party_kind=responsible.kind,
            competent_department_id=_department(party, post),
            hazard_name=command.hazard_name,
            place=command.place,
            description=command.description or None,
            measures_taken=command.measures_taken or None,
            # Who supervises follows from the register; only what it does not say is taken as typed.
            sector=party.sector or command.sector,
            division_code=party.division_code or command.division_code,
            found_on=command.found_on,
        ),
    )
    add_parties(frame.session, case, responsible.others)
    freeze_criterion(frame, case, command.criterion, post)
    receipt = start_case(frame, action, case, post, command)
    frame.session.add(SubmittedForm(nonce=command.nonce, case_id=case.id, at=frame.now))
    return receipt
