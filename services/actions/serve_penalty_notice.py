"""The party is told of the penalty that is meant for it, and of its rights."""

from dataclasses import dataclass, replace

from services.frame import Frame, Receipt
from services.papers import serve
from services.penalty import TOLD, told_of
from services.serving import Service, check_entries
from services.step import open_step
from workflows.vocabulary import Action, DocumentKind


@dataclass(frozen=True, kw_only=True)
class ServePenaltyNotice(Service):
    """The act adds what was told, for those who do not see how the office came to it."""

    notice_number: str = ""
    clause_violated: str = ""
    penalty_basis: str = ""
    facts_and_evidence: str = ""
    unit_penalty: str = ""
    head_name: str = ""
    head_penalty: str = ""


def serve_penalty_notice(frame: Frame, command: ServePenaltyNotice) -> Receipt:
    """Record the service; the time for statements and for asking to be heard starts here."""
    check_entries(frame, command)
    step = open_step(frame, Action.SERVE_PENALTY_NOTICE, command)
    number = serve(frame, step.case.id, DocumentKind.PENALTY_NOTICE, command.served_on)
    told = told_of(step.facts_record, Action.PROPOSE_SUSPENSION, TOLD)
    step.record(
        replace(
            command,
            notice_number=number,
            clause_violated=told["clause_violated"],
            penalty_basis=told["penalty_basis"],
            facts_and_evidence=told["facts_and_evidence"],
            unit_penalty=told["unit_penalty"],
            head_name=told["head_name"],
            head_penalty=told["head_penalty"],
        )
    )
    return step.advance()
