"""A hazard that the regulator found itself: registered by the case officer who found it."""

from dataclasses import dataclass

from services.beginning import NewHazard, begin_case, refuse_second_sending
from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, require
from services.models.organisation import Organisation
from workflows.permissions import STARTING_ACTIONS, PermissionRefusedError, PostRecord
from workflows.vocabulary import Action, HazardSource, OrganisationKind

# A hazard without an enterprise: the territorial government answers for it.
GOVERNMENT = OrganisationKind.GOVERNMENT


@dataclass(frozen=True, kw_only=True)
class RegisterHazard(NewHazard):
    """`inspectors` names at least two officers (Administrative Penalty Law, article 42)."""

    responsible_party_id: int
    inspectors: str


def register_hazard(frame: Frame, command: RegisterHazard) -> Receipt:
    """Put the finding on record and start the case. The party must be one the office supervises."""
    refuse_second_sending(frame, command.nonce)
    require(command, "responsible_party_id", "hazard_name", "place", "description", "found_on")
    require(command, "inspectors")
    party = frame.session.get(Organisation, command.responsible_party_id)
    if party is None:
        raise InvalidCommandError({"responsible_party_id": "choice"})
    post = _supervising_post(frame, party)
    return begin_case(
        frame, Action.REGISTER_HAZARD, HazardSource.REGULATOR_FINDING, party, post, command
    )


def _supervising_post(frame: Frame, party: Organisation) -> PostRecord:
    for post in frame.actor.posts:
        if post.role in STARTING_ACTIONS[Action.REGISTER_HAZARD] and (
            party.kind == GOVERNMENT or post.organisation_id == party.supervised_by_id
        ):
            return post
    raise PermissionRefusedError(action=Action.REGISTER_HAZARD, reason="no_post", missing="")
