"""Who may advise on a case: an expert with an interest in it may not."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Conflict(StrEnum):
    """Why an expert must stay away from a case."""

    RESPONSIBLE_PARTY = "responsible_party"
    PARENT_COMPANY = "parent_company"
    EVALUATING_AGENCY = "evaluating_agency"
    SUPERVISED_SIDE = "supervised_side"
    DECLARED = "declared"


@dataclass(frozen=True)
class ExpertRecord:
    """A person of the pool; `organisations`: where the person holds any post, id -> name."""

    person_id: int
    organisations: dict[int, str]


@dataclass(frozen=True)
class Interests:
    """Those who must not advise on a case: organisations, agencies by name, and persons."""

    responsible_parties: Collection[int]
    parent_company_id: int | None
    agencies: Collection[str]
    acted_for_supervised_side: Collection[int]
    declared_conflict: Collection[int]


def conflict_of(expert: ExpertRecord, case: Interests) -> Conflict | None:
    """The first reason why this expert may not advise on this case, or None."""
    if expert.person_id in case.declared_conflict:
        return Conflict.DECLARED
    if expert.person_id in case.acted_for_supervised_side:
        return Conflict.SUPERVISED_SIDE
    if any(party in expert.organisations for party in case.responsible_parties):
        return Conflict.RESPONSIBLE_PARTY
    if case.parent_company_id in expert.organisations:
        return Conflict.PARENT_COMPANY
    names = [name.strip() for name in expert.organisations.values()]
    if any(name and name in agency for agency in case.agencies for name in names):
        return Conflict.EVALUATING_AGENCY
    return None
