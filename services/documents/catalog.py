"""Which official documents can be set in type, from which template, in which states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from workflows.vocabulary import Action, DocumentKind

_NOTHING: Mapping[Action, tuple[str, ...]] = MappingProxyType({})


class DocumentState(StrEnum):
    """A draft is laid before the signatory; only the issued document bears number and date."""

    DRAFT = "draft"
    ISSUED = "issued"


@dataclass(frozen=True)
class PrintedForm:
    """How a kind of document is printed.

    `says`: what it prints of which acts. Nothing else of an act gets into its pages, nor into
    the facts that travel inside them. `follows`: the document that it refers to by number.
    `has_code`: it goes to somebody outside, so anybody who holds it may look it up by its code.
    """

    template: str
    states: tuple[DocumentState, ...] = (DocumentState.ISSUED,)
    says: Mapping[Action, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    follows: DocumentKind | None = None
    has_signatory: bool = True
    has_code: bool = True


# One listing notice for several cases; each case's extract is printed as a listing notice.
LISTING_BATCH = PrintedForm(
    template="listing_batch.html", states=(DocumentState.DRAFT, DocumentState.ISSUED)
)
_LETTER = PrintedForm(template="letter.html", says={Action.PROPOSE_ESCALATION: ("demands",)})
_FACTS = ("clause_violated", "penalty_basis", "facts_and_evidence")
_PROPOSED = ("enforcement_kind", "legal_basis", "order_ground", "facts_and_evidence", "order_text")
CATALOG: Mapping[DocumentKind, PrintedForm] = MappingProxyType(
    {
        DocumentKind.LISTING_NOTICE: PrintedForm(
            template="listing_notice.html",
            states=(DocumentState.DRAFT, DocumentState.ISSUED),
        ),
        DocumentKind.DELISTING_NOTICE: PrintedForm(
            template="delisting_notice.html",
            says={Action.APPROVE_DELISTING: ("kind",)},
            follows=DocumentKind.LISTING_NOTICE,
        ),
        DocumentKind.RECTIFICATION_ORDER: PrintedForm(
            template="enforcement/rectification_order.html",
            says={Action.ISSUE_RECTIFICATION_ORDER: ("requirements", "co_officer")},
        ),
        DocumentKind.IMMEDIATE_MEASURES_ORDER: PrintedForm(
            template="enforcement/immediate_measures_order.html",
            says={Action.ORDER_IMMEDIATE_MEASURES: ("measures", "area", "co_officer")},
        ),
        DocumentKind.SUPERVISION_LETTER: _LETTER,
        DocumentKind.WARNING_LETTER: _LETTER,
        DocumentKind.TALK_NOTICE: _LETTER,
        DocumentKind.CIRCULAR: _LETTER,
        # Who reviewed the legality does not sign: the notice bears the seal only.
        DocumentKind.PENALTY_NOTICE: PrintedForm(
            template="enforcement/penalty_notice.html",
            says={
                Action.PROPOSE_SUSPENSION: (*_FACTS, "unit_penalty", "head_name", "head_penalty")
            },
            has_signatory=False,
        ),
        DocumentKind.UNIT_PENALTY_DECISION: PrintedForm(
            template="enforcement/penalty_decision.html",
            says={
                Action.PROPOSE_SUSPENSION: _FACTS,
                Action.DECIDE_SUSPENSION: ("answer_considered", "unit_penalty"),
            },
            follows=DocumentKind.PENALTY_NOTICE,
        ),
        DocumentKind.HEAD_PENALTY_DECISION: PrintedForm(
            template="enforcement/penalty_decision.html",
            says={
                Action.PROPOSE_SUSPENSION: _FACTS,
                Action.DECIDE_SUSPENSION: ("answer_considered", "head_name", "head_penalty"),
            },
            follows=DocumentKind.PENALTY_NOTICE,
        ),
        # It is given at once, by nobody in particular: it bears neither signature nor seal.
        DocumentKind.FIRST_REPORT_RECEIPT: PrintedForm(
            template="first_report_receipt.html",
            says={Action.FILE_FIRST_REPORT: ("measures_taken",)},
            has_signatory=False,
        ),
        DocumentKind.RESUMPTION_NOTICE: PrintedForm(
            template="resumption_notice.html",
            says={
                Action.APPLY_FOR_RESUMPTION: ("self_checked_on",),
                Action.RECORD_RESUMPTION_CONSENT: ("paper_number", "paper_on"),
            },
        ),
        DocumentKind.CORRECTION_NOTICE: PrintedForm(
            template="correction_notice.html",
            says={Action.PROPOSE_CORRECTION: ("wrong_text", "right_text", "correction_reason")},
        ),
        DocumentKind.ORDER_NOTICE: PrintedForm(
            template="enforcement/order_notice.html",
            says={Action.PROPOSE_ORDER: _PROPOSED},
            has_signatory=False,
        ),
        DocumentKind.ENFORCEMENT_ORDER: PrintedForm(
            template="enforcement/enforcement_order.html", says={Action.PROPOSE_ORDER: _PROPOSED}
        ),
        # From one office to another: nobody outside is given it.
        DocumentKind.CLOSURE_PETITION: PrintedForm(
            template="closure_petition.html",
            says={Action.PROPOSE_ORDER: _PROPOSED},
            follows=DocumentKind.ORDER_NOTICE,
            has_code=False,
        ),
        # Of several orders, the one that is lifted: it is not the newest that is followed.
        DocumentKind.ORDER_LIFTING_NOTICE: PrintedForm(
            template="enforcement/order_lifting_notice.html",
            says={Action.SERVE_ORDER: ("enforcement_kind", "order_text", "executor")},
            follows=DocumentKind.ENFORCEMENT_ORDER,
        ),
    }
)
