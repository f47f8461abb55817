"""Which official documents can be set in type, from which template, in which states."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from workflows.vocabulary import DocumentKind


class DocumentState(StrEnum):
    """A draft is laid before the signatory; only the issued document bears number and date."""

    DRAFT = "draft"
    ISSUED = "issued"


@dataclass(frozen=True)
class PrintedForm:
    """How a kind of document is printed."""

    template: str
    states: tuple[DocumentState, ...]


# One listing notice for several cases; each case's extract is printed as a listing notice.
LISTING_BATCH = PrintedForm(
    template="listing_batch.html", states=(DocumentState.DRAFT, DocumentState.ISSUED)
)
# A kind that is not here has records and numbers, and no printed form yet.
CATALOG: Mapping[DocumentKind, PrintedForm] = MappingProxyType(
    {
        DocumentKind.LISTING_NOTICE: PrintedForm(
            template="listing_notice.html",
            states=(DocumentState.DRAFT, DocumentState.ISSUED),
        ),
    }
)
