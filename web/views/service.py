"""How an issued document reached whom it is for: when, how, who received it, by which receipt."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.queries.case_page import ActRow, CasePage, DocumentRow, FileRow
from web.labels import CHOICES
from workflows.vocabulary import Action, DocumentKind, ServiceMethod

# An act of them serves what is marked as served in the same moment.
_SERVING = frozenset(
    {
        Action.SERVE_LISTING_NOTICE,
        Action.SERVE_ESCALATION,
        Action.SERVE_PENALTY_NOTICE,
        Action.SERVE_SUSPENSION,
        Action.HEAR_PARTY,
        Action.SERVE_ORDER,
        Action.RECORD_RESTORATION,
        Action.SERVE_RESUMPTION,
    }
)


@dataclass(frozen=True)
class ServiceLine:
    """One service as its act says it. `was_left`: nobody received it, it stayed at the premises.

    Where the act is withheld from the reader, only that and when it was recorded is known.
    """

    act: ActRow
    served_on: str
    method: str
    received_by: str
    was_left: bool
    files: tuple[FileRow, ...]


def services_of(case: CasePage, document: DocumentRow) -> tuple[ServiceLine, ...]:
    """Its service, and that on a new party; none of a document that is void."""
    if document.state == "void":
        return ()
    return tuple(_line(act, document) for act in _acts(case, document))


def _acts(case: CasePage, document: DocumentRow) -> Iterator[ActRow]:
    for act in case.counting_acts:
        if act.action is Action.SERVE_ON_NEW_PARTY:
            if document.number and act.content.get("notice_number") == document.number:
                yield act
        elif act.action in _SERVING and act.at == document.served_at:
            yield act


def _line(act: ActRow, document: DocumentRow) -> ServiceLine:
    said = act.content
    method = str(said.get("method") or "")
    to_head = document.kind is DocumentKind.HEAD_PENALTY_DECISION
    return ServiceLine(
        act=act,
        served_on=str(said.get("served_on") or said.get("executor_served_on") or ""),
        method=CHOICES["method"].get(method, ""),
        received_by=str(said.get("head_received_by" if to_head else "received_by") or ""),
        was_left=method == ServiceMethod.LEFT_AT_PREMISES,
        files=act.files,
    )
