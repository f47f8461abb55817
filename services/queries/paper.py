"""Signatures on paper: who could have signed, what waits for a second person, what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.errors import BatchNotOnPaperError, PaperNotFoundError
from services.models.case import Act, SupervisionCase
from services.models.organisation import Post
from services.models.paper import PaperRegistration, PaperScan
from services.models.process import open_task
from services.queries.brief import Brief, brief_of
from services.queries.case_page import CasePage, get_case_page
from services.queries.facts import load_record, standing_of
from services.queries.people import find_actor
from services.queries.scope import find_visible_case, visible_to
from services.queries.shown import ON_DRAFT
from services.queries.standing_in import list_running
from services.queries.tasks import who_was_faster
from services.reference.profile import Profile
from workflows.errors import TaskNotReadyError
from workflows.paper import (
    CONFIRMING_ROLES,
    SIGNED_ON_PAPER,
    SUPERVISING,
    PaperInQuestion,
    PaperState,
    may_confirm,
    may_register,
    registering_post,
)
from workflows.permissions import (
    ROLES_OF,
    SUPERVISED_SIDE_ACTS,
    Actor,
    CaseStanding,
    may,
    withheld_from,
)
from workflows.vocabulary import Action, Outcome

MOST_SIGNERS = 100


@dataclass(frozen=True)
class SignerRow:
    """Somebody who may do the step now, with the post held; with a principal: as substitute."""

    person_id: int
    name: str
    post_title: str
    organisation_name: str
    principal_name: str = ""


@dataclass(frozen=True)
class ScanRow:
    """One file of a registration."""

    scan_id: int
    file_name: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class PaperStepRow:
    """An open step as far as paper is concerned: whether one may register, and what waits."""

    may_register: bool
    registration_id: int | None = None
    registrar_name: str = ""
    registered_at: datetime | None = None
    may_confirm: bool = False


@dataclass(frozen=True)
class RegistrationRow:
    """One registration as its page shows it."""

    registration_id: int
    case_id: int
    number: str
    hazard_name: str
    party_name: str
    action: Action
    outcome: Outcome
    opinion: str
    content: Mapping[str, Any]
    signer_name: str
    signed_on: date
    original_place: str
    registrar_name: str
    registrar_organisation: str
    registered_at: datetime
    state: PaperState
    decided_by: str
    decided_at: datetime | None
    reason: str
    obstacle_code: str
    obstacle_detail: Mapping[str, str]
    draft_sha256: str | None
    scans: tuple[ScanRow, ...]
    may_confirm: bool


@dataclass(frozen=True)
class PaperLists:
    """What waits for one's confirmation, and what one registered oneself, newest first."""

    waiting: tuple[RegistrationRow, ...]
    registered: tuple[RegistrationRow, ...]


def list_signers(
    session: Session, action: Action, case: CaseStanding, receiver: int | None, today: date
) -> list[SignerRow]:
    """Everybody who may do the step now, separation of duties included."""
    posts = session.scalars(
        sa.select(Post)
        .where(
            Post.role.in_(sorted(ROLES_OF[action])),
            Post.organisation_id.in_(sorted(_organisations(case, receiver))),
            Post.valid_from <= today,
            sa.or_(Post.valid_to.is_(None), Post.valid_to >= today),
        )
        .order_by(Post.organisation_id, Post.id)
        .limit(MOST_SIGNERS)
    )
    rows: dict[int, SignerRow] = {}
    for post in posts:
        substitutes = [item.substitute for item in list_running(session, post.id, today)]
        for person in (post.person, *substitutes):
            actor = find_actor(session, person.id, today)
            if actor is not None and may(actor, action, case, receiver):
                principal = "" if person is post.person else post.person.name
                row = SignerRow(
                    person.id, person.name, post.title, post.organisation.name, principal
                )
                rows.setdefault(person.id, row)
    return list(rows.values())


def get_paper_brief(
    session: Session, actor: Actor, case_id: int, task_id: str, profile: Profile, today: date
) -> tuple[Brief, list[SignerRow]]:
    """What the registrar of a signature needs: the step, and who may have signed.

    Raises CaseNotFoundError, TaskNotReadyError, PermissionRefusedError.
    """
    page = get_case_page(session, actor, case_id, profile)
    step = next((row for row in page.open_steps if row.task.task_id == task_id), None)
    if step is None:
        raise TaskNotReadyError(**who_was_faster(session, case_id, task_id))
    standing, task = page.standing, step.task
    receiver = standing.receiver_at(task.process_id, task.position)
    registering_post(actor, task.step, standing, receiver)
    brief = brief_of(session, actor, page, step, profile, today)
    if brief.sitting is not None:
        raise BatchNotOnPaperError
    return brief, list_signers(session, task.step, standing, receiver, today)


def paper_steps(session: Session, actor: Actor, page: CasePage) -> Mapping[str, PaperStepRow]:
    """For each open step of a case that the actor sees; by task."""
    in_batch = any(row.batch_id is not None and row.state == "draft" for row in page.documents)
    steps = [
        row.task
        for row in page.open_steps
        if row.task.step in SIGNED_ON_PAPER and not (in_batch and row.task.step in ON_DRAFT)
    ]
    if not steps:
        return {}
    standing = page.standing
    live = {
        row.task_id: row
        for row in session.scalars(
            sa.select(PaperRegistration)
            .where(PaperRegistration.case_id == page.case_id, _live())
            .order_by(PaperRegistration.id)
        )
    }
    hidden = withheld_from(actor, standing)
    return {
        task.task_id: _paper_step(
            actor,
            live.get(task.task_id),
            standing,
            may_register=may_register(
                actor, task.step, standing, standing.receiver_at(task.process_id, task.position)
            ),
        )
        for task in steps
        if task.step not in hidden
    }


def find_live_registration(session: Session, task_id: str) -> PaperRegistration | None:
    """What waits for confirmation at a step, or None."""
    return session.scalars(
        sa.select(PaperRegistration).where(PaperRegistration.task_id == task_id, _live())
    ).one_or_none()


def is_live(session: Session, registration: PaperRegistration) -> bool:
    """True while it waits: undecided, its step still open and done by nobody meanwhile."""
    found = find_live_registration(session, registration.task_id)
    return found is not None and found.id == registration.id


def in_question(registration: PaperRegistration) -> PaperInQuestion:
    """A registration as the rule of the second person sees it."""
    return PaperInQuestion(
        Action(registration.action),
        registration.registrar_id,
        registration.signer_id,
        registration.organisation_id,
    )


def get_registration(
    session: Session, actor: Actor, registration_id: int, profile: Profile
) -> RegistrationRow:
    """A registration that one made, signed, or is or was a possible second person of.

    PaperNotFoundError otherwise.
    """
    row = session.get(PaperRegistration, registration_id)
    case = row and find_visible_case(session, actor, row.case_id)
    if row is None or case is None:
        raise PaperNotFoundError
    standing = _standing(session, case.id, profile)
    confirms = may_confirm(actor, in_question(row), standing)
    mine = actor.person_id in (row.registrar_id, row.signer_id, row.decided_by_id)
    if not confirms and not mine:
        raise PaperNotFoundError
    return _row(session, row, may_confirm=confirms)


def get_scan(
    session: Session, actor: Actor, registration_id: int, scan_id: int, profile: Profile
) -> ScanRow:
    """A file of a registration that the actor may open; PaperNotFoundError otherwise."""
    registration = get_registration(session, actor, registration_id, profile)
    for scan in registration.scans:
        if scan.scan_id == scan_id:
            return scan
    raise PaperNotFoundError


def list_paper(session: Session, actor: Actor, limit: int = 50) -> PaperLists:
    """Both lists of one person."""
    waiting = session.scalars(
        _joined().where(_waits_for(actor)).order_by(PaperRegistration.id).limit(limit)
    ).all()
    registered = session.scalars(
        _joined()
        .where(PaperRegistration.registrar_id == actor.person_id, visible_to(actor))
        .order_by(PaperRegistration.id.desc())
        .limit(limit)
    ).all()
    return PaperLists(
        tuple(_row(session, row, may_confirm=True) for row in waiting),
        tuple(_row(session, row, may_confirm=False) for row in registered),
    )


def waiting_paper(actor: Actor) -> sa.ScalarSelect[int]:
    """How many registrations wait for this person's confirmation, to be asked with other counts."""
    return (
        sa.select(sa.func.count(PaperRegistration.id))
        .join(SupervisionCase, SupervisionCase.id == PaperRegistration.case_id)
        .where(_waits_for(actor))
        .scalar_subquery()
    )


def _joined() -> sa.Select[PaperRegistration]:
    return sa.select(PaperRegistration).join(
        SupervisionCase, SupervisionCase.id == PaperRegistration.case_id
    )


def _live() -> sa.ColumnElement[bool]:
    """Undecided, the step open, and no act of it on record since."""
    return sa.and_(
        PaperRegistration.state == PaperState.PENDING.value,
        sa.exists().where(open_task.c.task_id == PaperRegistration.task_id),
        # An act that was taken back leaves the step open; what was registered before stays void.
        ~sa.exists().where(
            Act.task_id == PaperRegistration.task_id,
            Act.case_id == PaperRegistration.case_id,
            Act.at >= PaperRegistration.registered_at,
        ),
    )


def _waits_for(actor: Actor) -> sa.ColumnElement[bool]:
    """`may_confirm` as SQL, for those that are live, within the cases that the actor sees."""
    offices = {p.organisation_id for p in actor.own_posts if p.role in CONFIRMING_ROLES}
    posts = {post.organisation_id for post in actor.posts}
    of_other_side = sa.or_(
        sa.and_(
            SupervisionCase.responsible_party_id.in_(sorted(posts)),
            SupervisionCase.responsible_party_id != SupervisionCase.listing_body_id,
        ),
        sa.and_(
            SupervisionCase.parent_company_id.in_(sorted(posts)),
            SupervisionCase.parent_company_id != SupervisionCase.listing_body_id,
        ),
        sa.exists().where(
            Act.case_id == PaperRegistration.case_id,
            Act.person_id == actor.person_id,
            Act.action.in_(sorted(SUPERVISED_SIDE_ACTS)),
        ),
    )
    return sa.and_(
        _live(),
        visible_to(actor),
        PaperRegistration.registrar_id != actor.person_id,
        sa.or_(
            PaperRegistration.signer_id == actor.person_id,
            PaperRegistration.organisation_id.in_(sorted(offices)),
        ),
        sa.or_(
            PaperRegistration.action.not_in(sorted(SUPERVISING)),
            sa.func.coalesce(of_other_side, sa.false()).is_(sa.false()),
        ),
    )


def _paper_step(
    actor: Actor, live: PaperRegistration | None, standing: CaseStanding, *, may_register: bool
) -> PaperStepRow:
    if live is None:
        return PaperStepRow(may_register)
    return PaperStepRow(
        may_register=False,
        registration_id=live.id,
        registrar_name=live.registrar.name,
        registered_at=live.registered_at,
        may_confirm=may_confirm(actor, in_question(live), standing),
    )


def _standing(session: Session, case_id: int, profile: Profile) -> CaseStanding:
    case = session.get_one(SupervisionCase, case_id)
    return standing_of(session, case, load_record(session, case, profile))


def _organisations(case: CaseStanding, receiver: int | None) -> set[int]:
    named = {
        case.responsible_party_id,
        case.parent_company_id,
        case.competent_department_id,
        case.territorial_government_id,
        case.listing_body_id,
        case.listing_office_id,
        case.safety_committee_id,
        receiver,
        case.invited[1] if case.invited else None,
    }
    return {number for number in named if number is not None}


def _row(session: Session, row: PaperRegistration, *, may_confirm: bool) -> RegistrationRow:
    state, obstacle = PaperState(row.state), row.obstacle or {}
    if state is PaperState.PENDING and not is_live(session, row):
        state = PaperState.VOID
        faster = who_was_faster(session, row.case_id, row.task_id)
        obstacle = {"code": TaskNotReadyError.code, "detail": faster}
    return RegistrationRow(
        registration_id=row.id,
        case_id=row.case_id,
        number=row.case.case_number or row.case.intake_number,
        hazard_name=row.case.hazard_name,
        party_name=row.case.responsible_party.name,
        action=Action(row.action),
        outcome=Outcome(row.outcome),
        opinion=row.opinion,
        content=row.content,
        signer_name=row.signer.name,
        signed_on=row.signed_on,
        original_place=row.original_place,
        registrar_name=row.registrar.name,
        registrar_organisation=row.organisation.name,
        registered_at=row.registered_at,
        state=state,
        decided_by=row.decided_by.name if row.decided_by else "",
        decided_at=row.decided_at,
        reason=row.reason,
        obstacle_code=str(obstacle.get("code", "")),
        obstacle_detail=dict(obstacle.get("detail", {})),
        draft_sha256=row.draft_sha256,
        scans=tuple(_scan(scan) for scan in row.scans),
        may_confirm=may_confirm and state is PaperState.PENDING,
    )


def _scan(scan: PaperScan) -> ScanRow:
    return ScanRow(scan.id, scan.file_name, scan.media_type, scan.size, scan.sha256)
