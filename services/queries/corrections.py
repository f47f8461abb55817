"""Which documents can be corrected, and which corrections there are of them."""

from collections.abc import Mapping, Sequence

from services.queries.case_page import OF_ORDERS, TOLD_BY_SERVICE, DocumentRow
from workflows.vocabulary import DocumentKind

# The one nobody of the organ has decided on; the other goes from office to office.
_NOT_CORRECTED = (DocumentKind.FIRST_REPORT_RECEIPT, DocumentKind.CLOSURE_PETITION)


def can_be_corrected(document: DocumentRow) -> bool:
    """Whether it has its number, still stands, was signed here, and is known to whom it went."""
    told = document.served_at is not None or document.kind not in TOLD_BY_SERVICE | OF_ORDERS
    return (
        document.number is not None
        and document.signed_by_act_id is not None
        and document.state not in ("draft", "void")
        and document.kind not in _NOT_CORRECTED
        and told
    )


def corrections_of(documents: Sequence[DocumentRow]) -> Mapping[int, tuple[DocumentRow, ...]]:
    """The corrections among these documents by the document that each puts right."""
    found: dict[int, tuple[DocumentRow, ...]] = {}
    for row in documents:
        if row.corrects_id is not None:
            found[row.corrects_id] = (*found.get(row.corrects_id, ()), row)
    return found
