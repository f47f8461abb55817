"""The papers of a suspension penalty, and what is told of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.documents.issue import issue_document
from services.errors import InvalidCommandError
from services.frame import Frame, TaskCommand
from services.models.case import Act, SupervisionCase
from workflows.facts import CaseRecord
from workflows.vocabulary import Action, DocumentKind

# What the party is told before the decision (Administrative Penalty Law, article 44).
TOLD = (
    "clause_violated",
    "penalty_basis",
    "facts_and_evidence",
    "unit_penalty",
    "head_name",
    "head_penalty",
)


@dataclass(frozen=True, kw_only=True)
class Penalty(TaskCommand):
    """One case, two penalties: the unit's, and that of the person who heads it, if any."""

    unit_penalty: str = ""
    head_name: str = ""
    head_penalty: str = ""


def check_head(command: Penalty) -> None:
    """A penalty for the head names the head; without one, both stay empty."""
    if command.head_penalty and not command.head_name:
        raise InvalidCommandError({"head_name": "required"})
    if command.head_name and not command.head_penalty:
        raise InvalidCommandError({"head_penalty": "required"})


def told_of(record: CaseRecord, action: Action, names: tuple[str, ...]) -> dict[str, str]:
    """What the latest act of this kind says under these names."""
    act = record.last(action)
    content: Mapping[str, object] = act.content if act else {}
    return {name: str(content.get(name) or "") for name in names}


def issue_decisions(frame: Frame, case: SupervisionCase, act: Act, command: Penalty) -> None:
    """A number for the unit's decision, and one for the head's where there is one."""
    kinds = [DocumentKind.UNIT_PENALTY_DECISION]
    if command.head_penalty:
        kinds.append(DocumentKind.HEAD_PENALTY_DECISION)
    for kind in kinds:
        issue_document(frame.session, frame.office, case, kind, act, frame.now)
