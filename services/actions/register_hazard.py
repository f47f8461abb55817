"""A hazard that others than the enterprise found: registered by the case officer."""

import unicodedata
from dataclasses import dataclass

from services.beginning import NewHazard, ResponsibleParty, begin_case, refuse_second_sending
from services.errors import InvalidCommandError
from services.findings import Finding, check_finding
from services.frame import Frame, Receipt, require
from services.models.organisation import Organisation
from services.parties import NewParty, enter_party, names_in, party_kind_of
from workflows.permissions import PermissionRefusedError, PostRecord, starting_posts
from workflows.vocabulary import Action, HazardSource, OrganisationKind, PartyKind, PartyRole

# A hazard without an enterprise: the territorial government answers for it.
GOVERNMENT = OrganisationKind.GOVERNMENT


@dataclass(frozen=True, kw_only=True)
class RegisterHazard(NewHazard, Finding):
    """`inspectors` names at least two officers (Administrative Penalty Law, article 42).

    The party is one of the register, or a new one by name and, where it has one, credit code.
    `designation` is the paper by which a party was designated for an ownerless hazard. The further
    parties are names: of co-owners and illegal operators one a line.
    """

    source: HazardSource = HazardSource.REGULATOR_FINDING
    responsible_party_id: int | None
    inspectors: str
    party_kind: PartyKind | None = None
    new_party_name: str = ""
    new_party_code: str = ""
    designation: str = ""
    co_owners: str = ""
    client: str = ""
    contractor: str = ""
    manager: str = ""
    illegal_operators: str = ""


def register_hazard(frame: Frame, command: RegisterHazard) -> Receipt:
    """Put the finding on record and start the case. The party must be one the office supervises."""
    refuse_second_sending(frame, command.nonce)
    require(command, "hazard_name", "place", "description", "found_on", "inspectors")
    check_finding(command)
    party, post = _party_and_post(frame, command)
    kind = party_kind_of(party, command.party_kind)
    responsible = ResponsibleParty(party, kind, _further_parties(command, kind))
    return begin_case(frame, Action.REGISTER_HAZARD, command.source, responsible, post, command)


def _party_and_post(frame: Frame, command: RegisterHazard) -> tuple[Organisation, PostRecord]:
    """The chosen party, or the one entered, with the officer's post that supervises it."""
    if not command.new_party_name.strip():
        require(command, "responsible_party_id")
        party = frame.session.get(Organisation, command.responsible_party_id)
        if party is None:
            raise InvalidCommandError({"responsible_party_id": "choice"})
        return party, _supervising_post(frame, party)
    if command.responsible_party_id is not None:
        raise InvalidCommandError({"new_party_name": "chosen_already"})
    post = next(iter(starting_posts(frame.actor, Action.REGISTER_HAZARD)), None)
    if post is None:
        raise PermissionRefusedError(action=Action.REGISTER_HAZARD, reason="no_post", missing="")
    new = NewParty(
        command.new_party_name.strip(),
        unicodedata.normalize("NFKC", command.new_party_code).strip().upper(),
        command.sector,
        command.division_code,
    )
    return enter_party(frame.session, new, command.party_kind, post.organisation_id), post


def _supervising_post(frame: Frame, party: Organisation) -> PostRecord:
    for post in starting_posts(frame.actor, Action.REGISTER_HAZARD):
        if party.kind == GOVERNMENT or post.organisation_id == party.supervised_by_id:
            return post
    raise PermissionRefusedError(action=Action.REGISTER_HAZARD, reason="no_post", missing="")


def _further_parties(command: RegisterHazard, kind: PartyKind) -> list[tuple[PartyRole, str]]:
    """Who else has to do with the hazard; what the kind of party cannot do without is asked for."""
    match kind:
        case PartyKind.OWNERLESS:
            require(command, "designation")
        case PartyKind.SEVERAL_OWNERS:
            require(command, "co_owners")
        case PartyKind.CONTRACT_PARTIES:
            require(command, "client", "contractor")
    texts = {
        PartyRole.CO_OWNER: command.co_owners,
        PartyRole.CLIENT: command.client,
        PartyRole.CONTRACTOR: command.contractor,
        PartyRole.MANAGER: command.manager,
        PartyRole.ILLEGAL_OPERATOR: command.illegal_operators,
    }
    return [(role, name) for role, text in texts.items() for name in names_in(text)]
