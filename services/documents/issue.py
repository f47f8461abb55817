"""From frozen draft to numbered document: rows and numbers here, rendering in the worker."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.documents.catalog import CATALOG
from services.documents.context import Issue, ListingBatchInputs, ListingNoticeInputs
from services.documents.numbered import Taken, corrected_by, issued_inputs
from services.documents.numbers import number_from_paper, take_case_number, take_number
from services.documents.paper import PAPER, PaperOrigin
from services.documents.verification_code import make_verification
from services.errors import DraftNotReadyError, DraftOutdatedError
from services.former_values import keep_former
from services.messages.outbox import put
from services.models.case import Act, SupervisionCase
from services.models.document import Document, ListingBatch
from services.models.organisation import Organisation
from services.models.process import outbox
from services.office import Office
from services.queries.shown import find_listing_draft
from services.reference.profile import Profile
from services.topics import Topic
from workflows.vocabulary import DocumentKind, OrganisationKind, Outcome

# What a draft is given when it is signed.
ISSUING = ("state", "number", "issued_on", "issued_sha256")
DRAFT, NUMBERED, ISSUED, VOID = "draft", "numbered", "issued", "void"


@dataclass(frozen=True)
class Proposed:
    """In whose name a notice for several cases is proposed, by whom and when."""

    organ_id: int
    person_id: int
    at: datetime


def freeze_draft(
    session: Session,
    case: SupervisionCase,
    kind: DocumentKind,
    organ_id: int,
    inputs: Mapping[str, Any],
    now: datetime,
) -> Document:
    """Fix what a document says and ask the worker for the pages that will be signed."""
    of_kind = sa.and_(Document.case_id == case.id, Document.kind == kind)
    _void(session, sa.and_(of_kind, Document.state == DRAFT), now)
    document = Document(
        case_id=case.id,
        kind=kind.value,
        organ_id=organ_id,
        state=DRAFT,
        inputs=dict(inputs),
        made_at=now,
    )
    session.add(document)
    session.flush()
    put(
        session,
        f"{Topic.RENDER_DRAFT}:{document.id}",
        Topic.RENDER_DRAFT,
        {"document_id": document.id},
        now,
    )
    return document


def issue_document(
    session: Session,
    office: Office,
    case: SupervisionCase,
    kind: DocumentKind,
    act: Act,
    now: datetime,
) -> Document:
    """Give a signed document its number and date, and ask for its pages."""
    paper = PaperOrigin.find(act.content)
    if kind is DocumentKind.LISTING_NOTICE:
        if paper is not None:
            return _listing_notice_from_paper(session, office.profile, case, act, paper, now)
        return _issue_listing_notice(session, office, case, act, now)
    if paper is not None:
        return _document_from_paper(session, case, kind, act, paper, now)
    return _issue_drawn_up(session, office, case, kind, act, now)


def freeze_batch(
    session: Session, notices: Mapping[int, ListingNoticeInputs], proposed: Proposed
) -> ListingBatch:
    """Fix what one notice says of several cases, and what the extract for each of them says."""
    batch = ListingBatch(
        organ_id=proposed.organ_id,
        inputs=ListingBatchInputs.of(list(notices.values())).as_record(),
        proposed_by_id=proposed.person_id,
        proposed_at=proposed.at,
    )
    session.add(batch)
    session.flush()
    put(
        session,
        f"{Topic.RENDER_BATCH_DRAFT}:{batch.id}",
        Topic.RENDER_BATCH_DRAFT,
        {"batch_id": batch.id},
        proposed.at,
    )
    for case_id, notice in notices.items():
        case = session.get_one(SupervisionCase, case_id)
        extract = replace(notice, is_extract=True).as_record()
        document = freeze_draft(
            session, case, DocumentKind.LISTING_NOTICE, proposed.organ_id, extract, proposed.at
        )
        document.batch_id = batch.id
    session.flush()
    return batch


def dissolve_batch(
    session: Session, batch_id: int, returned: Collection[int], at: datetime
) -> None:
    """Nobody may agree to the draft any more; what belongs to the returned cases is void."""
    _void(session, sa.and_(Document.batch_id == batch_id, Document.case_id.in_(returned)), at)
    session.execute(
        sa.update(ListingBatch)
        .where(ListingBatch.id == batch_id, ListingBatch.dissolved_at.is_(None))
        .values(dissolved_at=at)
    )


def _issue_drawn_up(
    session: Session,
    office: Office,
    case: SupervisionCase,
    kind: DocumentKind,
    act: Act,
    now: datetime,
) -> Document:
    """A document without a draft: what it says is fixed together with its number."""
    corrects = corrected_by(session, kind, act)
    organ_id = corrects.organ_id if corrects else organ_of(case, kind, act)
    series = number_format(session, office.profile, kind, organ_id)
    number = take_number(session, kind.value, series, organ_id, case.id, now).text
    issued_on = local_date(now)
    form = CATALOG[kind]
    verification = make_verification(office.verify_address) if form.has_code else None
    taken = Taken(kind, organ_id, number, issued_on, verification)
    inputs = issued_inputs(session, office.profile, case, act, form, taken)
    document = Document(
        case_id=case.id,
        kind=kind.value,
        organ_id=organ_id,
        state=NUMBERED,
        inputs=inputs.as_record(),
        number=number,
        issued_on=issued_on,
        verification_code=verification.code if verification else None,
        signed_by_act_id=act.id,
        corrects_id=corrects.id if corrects else None,
        made_at=now,
    )
    session.add(document)
    session.flush()
    _ask_for_issued_pages(session, document, now)
    return document


def _ask_for_issued_pages(session: Session, document: Document, now: datetime) -> None:
    key = f"{Topic.RENDER_ISSUED}:{document.id}"
    put(session, key, Topic.RENDER_ISSUED, {"document_id": document.id}, now)


def _issue_listing_notice(
    session: Session, office: Office, case: SupervisionCase, act: Act, now: datetime
) -> Document:
    notice = readable_draft(session, case.id)
    issue, number = _issue_of(session, office.profile, notice, now)
    issue = replace(issue, case_number=take_case_number(session, office.profile, case, now))
    if notice.batch is not None:
        notice.batch.number, notice.batch.issued_on = number, issue.issued_on
        _put_in_batch(session, office, notice.batch, case, act, issue)
    verification = make_verification(office.verify_address)
    issue = replace(issue, verification=verification)
    keep_former(session, Document, ISSUING, now, Document.id == notice.id)
    notice.verification_code = verification.code
    notice.number, notice.issued_on = number, issue.issued_on
    notice.signed_by_act_id, notice.state = act.id, NUMBERED
    inputs = replace(
        ListingNoticeInputs.from_record(notice.inputs),
        signatory_name=act.person.name,
        signatory_principal=act.post.person.name if act.substitution_id else "",
    )
    notice.inputs = inputs.issued(issue).as_record()
    session.flush()
    _ask_for_issued_pages(session, notice, now)
    return notice


def _issue_of(
    session: Session, profile: Profile, notice: Document, now: datetime
) -> tuple[Issue, str]:
    """Number and date. Of a batch, the first case takes the number and all others share it."""
    batch = notice.batch
    if batch is not None and batch.number is not None:
        shared = ListingBatchInputs.from_record(batch.inputs).issue
        assert shared is not None, "a numbered batch is an issued one"
        return shared, batch.number
    form = number_format(session, profile, DocumentKind.LISTING_NOTICE, notice.organ_id)
    entry = take_number(
        session, DocumentKind.LISTING_NOTICE, form, notice.organ_id, notice.case_id, now
    )
    issue = Issue(
        year=entry.year,
        number=entry.number,
        issued_on=local_date(now),
        case_number="",
        draft_sha256=notice.signed_sha256 or "",
    )
    return issue, entry.text


def _put_in_batch(
    session: Session,
    office: Office,
    batch: ListingBatch,
    case: SupervisionCase,
    act: Act,
    issue: Issue,
) -> None:
    """Add a signed case with its number; once all are there, the whole is ready for its pages."""
    whole = ListingBatchInputs.from_record(batch.inputs)
    principals = whole.signatory_principal.split("、") if whole.issue else []
    if act.substitution_id:
        principals.append(act.post.person.name)
    shared = replace(issue, case_number="")
    whole = replace(
        whole.numbered(case.intake_number, issue.case_number),
        signatory_name=act.person.name,
        signatory_principal="、".join(dict.fromkeys(filter(None, principals))),
        issue=shared,
    )
    batch.inputs = whole.as_record()
    if whole.is_numbered:
        verification = make_verification(office.verify_address)
        batch.verification_code = verification.code
        batch.inputs = replace(whole, issue=replace(shared, verification=verification)).as_record()
        key = f"{Topic.RENDER_BATCH_ISSUED}:{batch.id}"
        put(session, key, Topic.RENDER_BATCH_ISSUED, {"batch_id": batch.id}, act.at)


def number_format(session: Session, profile: Profile, kind: DocumentKind, organ_id: int) -> str:
    """The form of a number: bodies other than the committee have their own series."""
    organ = session.get_one(Organisation, organ_id)
    if organ.kind == OrganisationKind.SAFETY_COMMITTEE:
        return profile.number_formats[kind]
    return profile.other_number_formats.get(kind, profile.number_formats[kind])


def _document_from_paper(
    session: Session,
    case: SupervisionCase,
    kind: DocumentKind,
    act: Act,
    paper: PaperOrigin,
    now: datetime,
) -> Document:
    """A document as it was issued on paper: its own number and date, its scan for pages."""
    issued_on = local_date(now)
    corrects = corrected_by(session, kind, act)
    number = paper.number and number_from_paper(
        session, kind.value, paper.number, case.id, issued_on, paper.moment
    )
    document = Document(
        case_id=case.id,
        kind=kind.value,
        organ_id=corrects.organ_id if corrects else organ_of(case, kind, act),
        corrects_id=corrects.id if corrects else None,
        state=ISSUED if paper.pages_sha256 else NUMBERED,
        origin=PAPER,
        inputs=dict(act.content),
        number=number or None,
        issued_on=issued_on,
        issued_sha256=paper.pages_sha256 or None,
        signed_by_act_id=act.id,
        made_at=now,
    )
    session.add(document)
    session.flush()
    return document


def _listing_notice_from_paper(
    session: Session,
    profile: Profile,
    case: SupervisionCase,
    act: Act,
    paper: PaperOrigin,
    now: datetime,
) -> Document:
    notice = readable_draft(session, case.id)
    keep_former(session, Document, ISSUING, now, Document.id == notice.id)
    issued_on = local_date(now)
    notice.number = number_from_paper(
        session, notice.kind, paper.number, case.id, issued_on, paper.moment
    )
    take_case_number(session, profile, case, now, paper)
    notice.issued_on, notice.issued_sha256 = issued_on, paper.pages_sha256
    notice.signed_by_act_id, notice.state = act.id, ISSUED
    session.flush()
    return notice


def put_pages_from_paper(session: Session, case_id: int, pages_sha256: str) -> None:
    """The draft was signed on paper: its scan takes the place of pages of ours."""
    draft = find_listing_draft(session, case_id)
    assert draft is not None
    draft.draft_sha256, draft.origin = pages_sha256, PAPER
    session.connection().execute(
        sa.delete(outbox).where(outbox.c.idempotency_key == f"{Topic.RENDER_DRAFT}:{draft.id}")
    )
    session.flush()


def organ_of(case: SupervisionCase, kind: DocumentKind, act: Act) -> int:
    """The organ in whose name a document goes out."""
    if kind in (DocumentKind.LISTING_NOTICE, DocumentKind.DELISTING_NOTICE):
        return case.listing_body_id
    if kind is DocumentKind.FIRST_REPORT_RECEIPT:
        return case.competent_department_id or case.listing_office_id
    if kind is DocumentKind.RESUMPTION_NOTICE and case.competent_department_id is not None:
        return case.competent_department_id
    return act.post.organisation_id


def readable_draft(session: Session, case_id: int) -> Document:
    """The frozen draft, once its pages exist; nobody decides on what could not be read."""
    draft = find_listing_draft(session, case_id)
    if draft is None or draft.state != DRAFT or not (draft.draft_sha256 and draft.signed_sha256):
        raise DraftNotReadyError
    return draft


def draft_decided_on(session: Session, case: SupervisionCase, outcome: Outcome) -> Document:
    """The draft that this decision is about. One written to a former party can only be returned."""
    draft = readable_draft(session, case.id)
    addressee = draft.inputs["addressee"]["name"]
    if outcome is Outcome.ACCEPTED and addressee != case.responsible_party.name:
        raise DraftOutdatedError(addressee=addressee)
    return draft


def void_notice(session: Session, case_id: int, now: datetime) -> None:
    """The notice of a withdrawn case holds no longer; its number stays in the register."""
    notice = Document.kind == DocumentKind.LISTING_NOTICE
    _void(session, sa.and_(Document.case_id == case_id, notice), now)


def void_unserved(session: Session, case_id: int, kind: DocumentKind, now: datetime) -> None:
    """What was decided is not told: the document holds no longer, its number stays."""
    of_kind = sa.and_(Document.case_id == case_id, Document.kind == kind)
    _void(session, sa.and_(of_kind, Document.served_at.is_(None)), now)


def _void(session: Session, which: sa.ColumnElement[bool], now: datetime) -> None:
    keep_former(session, Document, ("state",), now, which)
    session.execute(sa.update(Document).where(which).values(state=VOID))


def issued_notice(session: Session, case_id: int) -> Document:
    """The numbered notice, once the worker has rendered it."""
    notice = find_listing_draft(session, case_id)
    if notice is None or notice.issued_sha256 is None:
        raise DraftNotReadyError
    return notice
