"""What a document without a draft says, gathered from what is on record when it is numbered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.documents.catalog import PrintedForm
from services.documents.context import (
    Addressee,
    IssuedInputs,
    Matter,
    Organ,
    Reference,
    Verification,
)
from services.documents.listing_notice import clause_of, header_of
from services.models.case import Act, SupervisionCase
from services.models.document import Document
from services.models.organisation import Organisation
from services.queries.facts import load_record, standing_of
from services.reference.profile import Profile
from workflows.facts import ActRecord, CaseRecord, escalation_addressee
from workflows.orders import kind_named
from workflows.vocabulary import LETTERS, Action, DocumentKind
from workflows.vocabulary import Addressee as Pressed

CORRECTED_ID = "corrected_id"


@dataclass(frozen=True)
class Taken:
    """The number of a document, for which organ and day it was taken, and the printed code."""

    kind: DocumentKind
    organ_id: int
    number: str
    issued_on: date
    verification: Verification | None


def corrected_by(session: Session, kind: DocumentKind, act: Act) -> Document | None:
    """The document that a correction puts right; None for every other kind."""
    if kind is not DocumentKind.CORRECTION_NOTICE:
        return None
    return session.get_one(Document, act.content[CORRECTED_ID])


def issued_inputs(
    session: Session,
    profile: Profile,
    case: SupervisionCase,
    act: Act,
    form: PrintedForm,
    taken: Taken,
) -> IssuedInputs:
    """What the document says, for good: later changes of the case leave it as it is."""
    record = load_record(session, case, profile)
    said = _said(record, form)
    organ = session.get_one(Organisation, taken.organ_id)
    delisting = taken.kind is DocumentKind.DELISTING_NOTICE
    corrected = corrected_by(session, taken.kind, act)
    is_file = delisting or taken.kind is DocumentKind.CLOSURE_PETITION
    inputs = IssuedInputs(
        kind=taken.kind,
        organ=Organ(
            name=organ.name,
            header=header_of(profile, organ) if is_file else organ.name,
            code="",
            office=case.listing_office.name if delisting else organ.name,
        ),
        number=taken.number,
        issued_on=taken.issued_on,
        addressee=_addressee(session, case, record, taken.kind, said),
        matter=_matter(case),
        criterion=clause_of(case.criterion) if case.criterion else None,
        follows=_reference(session, case.id, record, taken.kind, form),
        said=said,
        signatory_name=act.person.name if form.has_signatory else "",
        signatory_principal=act.post.person.name
        if form.has_signatory and act.substitution_id
        else "",
        cc=_copied_to(case) if delisting else (),
        verification=taken.verification,
    )
    return _correcting(inputs, corrected) if corrected else inputs


def _correcting(inputs: IssuedInputs, corrected: Document) -> IssuedInputs:
    """A correction goes to whom the document went, where that is known, and names it."""
    told = corrected.inputs.get("addressee")
    assert corrected.number is not None
    assert corrected.issued_on is not None
    return replace(
        inputs,
        addressee=Addressee(**told) if isinstance(told, dict) else inputs.addressee,
        follows=Reference(number=corrected.number, issued_on=corrected.issued_on),
        said={**inputs.said, "corrected_kind": corrected.kind},
    )


def _said(record: CaseRecord, form: PrintedForm) -> dict[str, str]:
    said: dict[str, str] = {}
    for action, names in form.says.items():
        act = _order_lifted(record) if action is Action.SERVE_ORDER else record.last(action)
        content: Mapping[str, Any] = act.content if act else {}
        said |= {name: str(content.get(name) or "") for name in names}
    return said


def _order_lifted(record: CaseRecord) -> ActRecord | None:
    """The service of the order whose lifting is under way."""
    lifting = record.last(Action.LIFT_ORDER)
    kind = kind_named(lifting) if lifting else None
    served = (act for act in reversed(record.acts) if act.action is Action.SERVE_ORDER)
    return next((act for act in served if kind_named(act) is kind), None)


def _addressee(
    session: Session,
    case: SupervisionCase,
    record: CaseRecord,
    kind: DocumentKind,
    said: Mapping[str, str],
) -> Addressee:
    if kind is DocumentKind.HEAD_PENALTY_DECISION:
        return Addressee(name=said["head_name"])
    if kind is DocumentKind.CLOSURE_PETITION:
        own = standing_of(session, case, record).departments_government_id
        government_id = own or case.territorial_government_id
        return Addressee(name=session.get_one(Organisation, government_id).name)
    pressed = escalation_addressee(record) if kind in LETTERS else Pressed.PARTY
    if pressed is Pressed.TERRITORY:
        return Addressee(name=case.territorial_government.name)
    if pressed is Pressed.DEPARTMENT and case.competent_department is not None:
        return Addressee(name=case.competent_department.name)
    party = case.responsible_party
    return Addressee(name=party.name, credit_code=party.credit_code)


def _matter(case: SupervisionCase) -> Matter:
    return Matter(
        party=case.responsible_party.name,
        intake_number=case.intake_number,
        case_number=case.case_number or "",
        hazard=case.hazard_name,
        place=case.place or "",
        description=case.description or "",
        found_on=case.found_on,
        limit_on=case.rectification_limit_on,
    )


def _copied_to(case: SupervisionCase) -> tuple[str, ...]:
    """Who was told of the listing is told of its end."""
    department = case.competent_department
    return (case.territorial_government.name, *([department.name] if department else []))


def _reference(
    session: Session, case_id: int, record: CaseRecord, kind: DocumentKind, form: PrintedForm
) -> Reference | None:
    """The newest numbered document of the kind that holds; of orders, the one that is lifted."""
    if form.follows is None:
        return None
    holding = sa.select(Document.number, Document.issued_on).where(
        Document.case_id == case_id,
        Document.kind == form.follows,
        Document.number.is_not(None),
        Document.issued_on.is_not(None),
        Document.state != "void",
    )
    if kind is DocumentKind.ORDER_LIFTING_NOTICE:
        lifted = _order_lifted(record)
        number = lifted.content.get("enforcement_number") if lifted else None
        holding = holding.where(Document.number == number)
    found = session.execute(holding.order_by(Document.id.desc()).limit(1)).first()
    return Reference(number=found.number, issued_on=found.issued_on) if found else None
