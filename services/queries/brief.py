"""The brief above a decision: what is asked, what it rests on, and the hash of what is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from services.errors import CaseNotFoundError, DocumentNotFoundError
from services.models.case import Act, Attachment
from services.models.document import Document
from services.queries.case_page import (
    ActRow,
    CasePage,
    DocumentRow,
    FileRow,
    OpenStepRow,
    document_row,
    file_row,
    get_case_page,
    shown_to,
    tells_source,
)
from services.queries.experts import ExpertRow, list_experts
from services.queries.facts import load_record, standing_of
from services.queries.listing_batches import Sitting, find_sitting
from services.queries.listing_bodies import BodyRow, list_bodies
from services.queries.making import Making, find_makings
from services.queries.parties import list_parties_to_find_at
from services.queries.receivers import (
    ReceiverChoice,
    list_possible_receivers,
    list_possible_supporters,
)
from services.queries.scope import get_visible_case
from services.queries.shown import ON_DRAFT, find_listing_draft, shown_sha256
from services.queries.superiors import list_superiors
from services.queries.tasks import find_open_task, who_was_faster
from services.reference.profile import Profile
from workflows.errors import TaskNotReadyError
from workflows.facts import needs_met
from workflows.permissions import (
    SUPERVISED_SIDE_ACTS,
    Actor,
    CaseStanding,
    PermissionRefusedError,
    partakes_only,
    sees_inside,
    sees_sources,
    withheld_from,
)
from workflows.vocabulary import OPERATING, Action


@dataclass(frozen=True)
class DraftShown:
    """The frozen pages that a decision is about.

    `sha256` is None until they are rendered; `making` then says how far that is.
    Of a batch it is the hash of the whole notice, whichever pages the reader may open.
    """

    document_id: int
    sha256: str | None
    making: Making | None = None


@dataclass(frozen=True)
class Brief:
    """One open step, ready to be decided by this actor.

    `taken_back` is the actor's own act on this step, where it has been taken back.
    """

    page: CasePage
    step: OpenStepRow
    shown: str
    draft: DraftShown | None
    sitting: Sitting | None
    proposal: Mapping[str, str]
    taken_back: ActRow | None
    listing_bodies: tuple[BodyRow, ...] = ()
    may_list_itself: bool = False
    other_parties: tuple[tuple[int, str], ...] = ()
    receivers: tuple[ReceiverChoice, ...] = ()
    experts: tuple[ExpertRow, ...] = ()
    superiors: tuple[tuple[int, str], ...] = ()


def get_brief(
    session: Session, actor: Actor, case_id: int, task_id: str, profile: Profile, today: date
) -> Brief:
    """The brief of a step that falls to the actor.

    Raises CaseNotFoundError, TaskNotReadyError, PermissionRefusedError.
    """
    page = get_case_page(session, actor, case_id, profile)
    step = next((row for row in page.open_steps if row.task.task_id == task_id), None)
    if step is None:
        raise TaskNotReadyError(**who_was_faster(session, case_id, task_id))
    if not step.is_mine:
        raise PermissionRefusedError(
            action=step.task.step, reason=step.refusal or "no_post", missing=step.refusal_detail
        )
    return brief_of(session, actor, page, step, profile, today)


def brief_of(
    session: Session,
    actor: Actor,
    page: CasePage,
    step: OpenStepRow,
    profile: Profile,
    today: date,
) -> Brief:
    """The brief of a step to which the caller has been admitted."""
    draft = sitting = None
    if step.task.step in ON_DRAFT:
        document = find_listing_draft(session, page.case_id)
        sitting = find_sitting(session, actor, page.case_id, step.task.step, today, profile)
        if document is not None:
            has_pages = sitting is None or sitting.has_pages
            sha256 = document.signed_sha256 if has_pages else None
            making = find_makings(session, [document]).get(document.id)
            draft = DraftShown(document.id, sha256, making)
    brief = Brief(
        page=page,
        step=step,
        shown=sitting.shown if sitting else shown_sha256(session, page.case_id, step.task.step),
        draft=draft,
        sitting=sitting,
        proposal=_proposal(session, page.case_id, step.task.task_id),
        taken_back=next(
            (
                act
                for act in reversed(page.acts)
                if act.task_id == step.task.task_id
                and act.person_id == actor.person_id
                and act.taken_back
            ),
            None,
        ),
    )
    return _with_choices(session, actor, brief, profile, today)


def _with_choices(
    session: Session, actor: Actor, brief: Brief, profile: Profile, today: date
) -> Brief:
    """What this step offers to choose from."""
    case = get_visible_case(session, actor, brief.page.case_id)
    match brief.step.task.step:
        case Action.CONFIRM_VERDICT:
            record = load_record(session, case, profile)
            return replace(
                brief,
                listing_bodies=tuple(list_bodies(session, case, today)),
                may_list_itself=needs_met(record)["may_list_itself"],
            )
        case Action.CHANGE_RESPONSIBLE_PARTY:
            rows = list_parties_to_find_at(session, actor)
            operates = case.responsible_party.kind in OPERATING
            others = tuple(
                (row.organisation_id, row.name)
                for row in rows
                if row.is_government != operates
                and row.organisation_id != case.responsible_party_id
            )
            return replace(brief, other_parties=others)
        case Action.PROPOSE_LISTING:
            return replace(brief, receivers=tuple(list_possible_supporters(session, case)))
        case Action.ACKNOWLEDGE_HANDOVER | Action.RESOLVE_COMPETENCE_DISPUTE:
            return replace(brief, receivers=tuple(list_possible_receivers(session, case)))
        case Action.REVIEW_PLAN | Action.INVITE_EXPERT:
            return replace(brief, experts=tuple(list_experts(session, case, today)))
        case Action.PROPOSE_RAISE:
            return replace(brief, superiors=tuple(list_superiors(session, case)))
        case _:
            return brief


def get_criterion_shown(session: Session, actor: Actor, case_id: int) -> str:
    """The hash that a confirmation of the criterion must carry."""
    get_visible_case(session, actor, case_id)
    return shown_sha256(session, case_id, Action.CONFIRM_CRITERION)


def get_visible_document(
    session: Session, actor: Actor, document_id: int, profile: Profile
) -> DocumentRow:
    """A document of a case that the actor may see; DocumentNotFoundError otherwise."""
    document = session.get(Document, document_id)
    if document is None:
        raise DocumentNotFoundError
    standing = _standing(session, actor, document.case_id, profile)
    shown = shown_to(actor, standing, document_row(document))
    if shown is None:
        raise DocumentNotFoundError
    return shown


def get_readable_draft(
    session: Session, actor: Actor, document_id: int, profile: Profile
) -> DocumentRow:
    """A document whose draft the actor reads; for everybody else there is none, issued or not."""
    document = session.get(Document, document_id)
    if document is None or not _is_inside(session, actor, document.case_id, profile):
        raise DocumentNotFoundError
    return document_row(document)


def get_visible_attachment(
    session: Session, actor: Actor, attachment_id: int, profile: Profile
) -> FileRow:
    """A file of a case that the actor may see; DocumentNotFoundError otherwise."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None:
        raise DocumentNotFoundError
    standing = _standing(session, actor, attachment.case_id, profile)
    act = session.get_one(Act, attachment.act_id)
    action = Action(act.action)
    if action in withheld_from(actor, standing):
        raise DocumentNotFoundError
    of_a_party = action in SUPERVISED_SIDE_ACTS
    own = act.post.organisation_id in {post.organisation_id for post in actor.posts}
    if of_a_party and not own and partakes_only(actor, standing):
        raise DocumentNotFoundError
    of_a_finding = action is Action.ADD_FINDING and tells_source(action, act.content)
    if of_a_finding and not sees_sources(actor, standing):
        raise DocumentNotFoundError
    return file_row(attachment, act)


def get_sealed_original(
    session: Session, actor: Actor, attachment_id: int, profile: Profile
) -> tuple[int, FileRow]:
    """The case and a file whose original the actor reads: inside only, where there is one."""
    row = get_visible_attachment(session, actor, attachment_id, profile)
    case_id = session.get_one(Attachment, attachment_id).case_id
    if row.original_sha256 is None or not _is_inside(session, actor, case_id, profile):
        raise DocumentNotFoundError
    return case_id, row


@dataclass(frozen=True)
class AttachmentPage:
    """One file with the act that it came with, and every version of the paper, oldest first."""

    case: CasePage
    act: ActRow
    file: FileRow
    versions: tuple[tuple[ActRow, FileRow], ...]
    may_take_original: bool


def get_attachment_page(
    session: Session, actor: Actor, attachment_id: int, profile: Profile
) -> AttachmentPage:
    """A file that the actor may see; DocumentNotFoundError otherwise."""
    row = get_visible_attachment(session, actor, attachment_id, profile)
    case_id = session.get_one(Attachment, attachment_id).case_id
    page = get_case_page(session, actor, case_id, profile)
    listed = [(act, file) for act in page.acts for file in act.files]
    found = [pair for pair in listed if pair[1].attachment_id == row.attachment_id]
    if not found:
        raise DocumentNotFoundError
    act, file = found[0]
    versions = [
        (other, item)
        for other, item in listed
        if other.action is act.action and item.file_name == file.file_name and item.version
    ]
    inside = _is_inside(session, actor, case_id, profile)
    may_take = file.original_sha256 is not None and inside
    return AttachmentPage(page, act, file, tuple(versions), may_take)


def _is_inside(session: Session, actor: Actor, case_id: int, profile: Profile) -> bool:
    """Whether the actor reads drafts."""
    return sees_inside(actor, _standing(session, actor, case_id, profile))


def _standing(session: Session, actor: Actor, case_id: int, profile: Profile) -> CaseStanding:
    """To whom a case belongs; a foreign case is answered like one that is not there."""
    try:
        case = get_visible_case(session, actor, case_id)
    except CaseNotFoundError:
        raise DocumentNotFoundError from None
    return standing_of(session, case, load_record(session, case, profile))


def _proposal(session: Session, case_id: int, task_id: str) -> Mapping[str, str]:
    task = find_open_task(session, case_id, task_id)
    return {} if task is None else {name: str(value) for name, value in task.proposal.items()}
