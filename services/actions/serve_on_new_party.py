"""Service of the unchanged listing notice on the party that has taken over the case."""

from dataclasses import dataclass, replace

from services.frame import Frame, Receipt
from services.serving import Service, check_entries, notice_served_by
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ServeOnNewParty(Service):
    """`paper_number` is that of a letter sent along with the notice, where there is one.

    The number of the notice and the name of the party are put in when the act is done.
    """

    paper_number: str = ""
    notice_number: str = ""
    new_party: str = ""


def serve_on_new_party(frame: Frame, command: ServeOnNewParty) -> Receipt:
    """Record how the notice reached the new party; the notice itself stays as it was issued."""
    check_entries(frame, command)
    step = open_step(frame, Action.SERVE_ON_NEW_PARTY, command)
    notice = notice_served_by(step, command)
    step.record(
        replace(
            command,
            notice_number=notice.number or "",
            new_party=step.case.responsible_party.name,
        )
    )
    return step.advance()
