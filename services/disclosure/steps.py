"""The steps of a publication: prepared, reviewed for secrecy, approved; each by another person."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit, instances
from services.chain import commitment
from services.database import lock_until_commit
from services.disclosure.bulletin import (
    BulletinText,
    bulletin_content,
    bulletin_due_on,
    find_bulletin,
    is_outdated,
)
from services.disclosure.copy import TypedCopy, compose, private_parts
from services.disclosure.pictures import draw_anew
from services.disclosure.publish import find_public_case, publish
from services.errors import InvalidCommandError, RecordNotFoundError, ShownChangedError
from services.frame import MOST_CHARACTERS, Frame
from services.models.case import SupervisionCase
from services.models.disclosure import Publication, PublicationStep
from services.models.public import PublicCase
from services.queries.disclosure import WITHOUT_DELISTING, offices_of, read_steps
from services.queries.months import Month
from services.queries.scope import get_visible_case
from workflows.disclosure import (
    CHECKS,
    OUTCOMES,
    REQUIRED,
    SHOWS_PICTURES,
    DisclosureStep,
    Exposure,
    PublicationKind,
    PublicationState,
    check_step,
    derive,
)
from workflows.errors import RuleError, TaskNotReadyError
from workflows.permissions import PostRecord
from workflows.vocabulary import Outcome

SUBJECT = "publication"
STEP_ID = "publication_step_id"


class DisclosureUnderWayError(RuleError):
    """A publication about this case is on its way already; the next one waits for its end."""

    code = "disclosure_under_way"


class NothingToDiscloseError(RuleError):
    """The case is not at a point where this can be published."""

    code = "nothing_to_disclose"


@dataclass(frozen=True, kw_only=True)
class StepCommand:
    """One step of a publication. `shown` is the hash of the copy that the person read."""

    publication_id: int
    step: DisclosureStep
    shown: str
    outcome: Outcome
    opinion: str = ""
    typed: TypedCopy | BulletinText | None = None
    checked: tuple[str, ...] = ()


def begin_publication(
    frame: Frame, case_id: int, kind: PublicationKind, typed: TypedCopy, due_on: date | None
) -> int:
    """Prepare a publication about a case; returns its id.

    Raises CaseNotFoundError, DisclosureRefusedError, DisclosureUnderWayError,
    NothingToDiscloseError, InvalidCommandError.
    """
    session = frame.session
    lock_until_commit(session, f"publications of case {case_id}")
    case = get_visible_case(session, frame.actor, case_id)
    post = check_step(frame.actor, DisclosureStep.PREPARE, case.listing_office_id, ())
    if find_under_way(session, case_id) is not None:
        raise DisclosureUnderWayError
    published = find_public_case(frame, case_id)
    _require_occasion(kind, case, published)
    publication = Publication(
        kind=kind.value,
        case_id=case.id,
        office_id=case.listing_office_id,
        content=_content(frame, case, kind, typed, published),
        state=PublicationState.UNDER_WAY.value,
        due_on=due_on,
        made_at=frame.now,
    )
    return _start(frame, publication, post)


def begin_bulletin(frame: Frame, office_id: int, month: Month, text: BulletinText) -> int:
    """Prepare the bulletin of a month; returns its id.

    Raises DisclosureRefusedError, NothingToDiscloseError, InvalidCommandError.
    """
    session = frame.session
    lock_until_commit(session, f"bulletins of office {office_id}")
    post = check_step(frame.actor, DisclosureStep.PREPARE, office_id, ())
    if find_bulletin(session, office_id, month) is not None:
        raise NothingToDiscloseError(reason="bulletin_there")
    if month.last_on >= frame.today:
        raise NothingToDiscloseError(reason="month_not_over")
    publication = Publication(
        kind=PublicationKind.BULLETIN.value,
        period=str(month),
        office_id=office_id,
        content=bulletin_content(month, text),
        state=PublicationState.UNDER_WAY.value,
        due_on=bulletin_due_on(month, frame.office.profile),
        made_at=frame.now,
    )
    return _start(frame, publication, post)


def _start(frame: Frame, publication: Publication, post: PostRecord) -> int:
    """Begin the instance of what was prepared; the preparation is its first step."""
    session = frame.session
    session.add(publication)
    session.flush()
    publication.waiting_step = instances.begin(
        session,
        frame.office.keys,
        frame.office.disclosure,
        instances.Subject(SUBJECT, publication.id),
        derive(()),
        frame.now,
    )
    _complete(frame, publication, post, DisclosureStep.PREPARE, Outcome.DONE, "", ())
    return publication.id


def take_step(frame: Frame, command: StepCommand) -> None:
    """Prepare anew, review for secrecy, or approve; approved, it is published at once.

    Raises RecordNotFoundError, TaskNotReadyError, DisclosureRefusedError, ShownChangedError,
    NothingToDiscloseError, InvalidCommandError.
    """
    session = frame.session
    publication = session.scalars(
        sa.select(Publication)
        .where(Publication.id == command.publication_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if publication is None or publication.office_id not in offices_of(frame.actor):
        raise RecordNotFoundError
    if publication.waiting_step != command.step:
        raise TaskNotReadyError(step=command.step.value)
    taken = read_steps(session, publication.id)
    post = check_step(frame.actor, command.step, publication.office_id, taken)
    if command.shown != instances.shown_of(publication.content):
        raise ShownChangedError
    _require_answer(command)
    if command.step is DisclosureStep.APPROVE and command.outcome is Outcome.ACCEPTED:
        _require_present(frame, publication)
    if command.typed is not None and command.outcome is Outcome.DONE:
        publication.content = _content_again(frame, publication, command.typed)
    waits_for = _complete(
        frame, publication, post, command.step, command.outcome, command.opinion, command.checked
    )
    if waits_for is None:
        published_now = command.outcome is Outcome.ACCEPTED
        state = PublicationState.PUBLISHED if published_now else PublicationState.DROPPED
        publication.state, publication.ended_at = state.value, frame.now
        if published_now:
            publish(frame, publication)


def find_under_way(session: Session, case_id: int) -> int | None:
    """The publication about this case that has not ended, or None."""
    return session.scalar(
        sa.select(Publication.id).where(
            Publication.case_id == case_id, Publication.state == PublicationState.UNDER_WAY.value
        )
    )


def first_changed_step(session: Session) -> int | None:
    """The id of the first step that no longer is what the chain committed to, or None."""
    return audit.first_changed(session, STEP_ID, PublicationStep, _commitment)


def _complete(
    frame: Frame,
    publication: Publication,
    post: PostRecord,
    step: DisclosureStep,
    outcome: Outcome,
    opinion: str,
    checked: tuple[str, ...],
) -> str | None:
    """Put the step on record, move the diagram on, chain the step; returns the next one."""
    session = frame.session
    before = read_steps(session, publication.id)
    row = PublicationStep(
        publication_id=publication.id,
        step=step.value,
        outcome=outcome.value,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        substitution_id=post.authority.substitution_id if post.authority else None,
        opinion=opinion.strip(),
        content={"copy": publication.content, "checked": list(checked)},
        at=frame.now,
        nonce=secrets.token_hex(16),
    )
    session.add(row)
    session.flush()
    publication.waiting_step = instances.take_step(
        session,
        frame.office.keys,
        instances.Subject(SUBJECT, publication.id),
        step.value,
        derive(read_steps(session, publication.id)),
        len(before),
        frame.now,
    )
    session.flush()
    body: Mapping[str, object] = {
        STEP_ID: row.id,
        "publication_id": publication.id,
        "step": row.step,
        "outcome": row.outcome,
        "person_id": row.person_id,
        "post_id": row.post_id,
        "at": frame.now.isoformat(),
        "content": _commitment(row),
    }
    audit.append(session, publication.case_id, body, frame.now)
    return publication.waiting_step


def _commitment(step: PublicationStep) -> str:
    return commitment(step.nonce, [step.opinion, step.content, []])


def _content_again(
    frame: Frame, publication: Publication, typed: TypedCopy | BulletinText
) -> dict[str, Any]:
    """What is prepared anew after a return, by the same rules."""
    if isinstance(typed, BulletinText):
        month = Month.read(publication.period or "")
        if month is None:
            raise RecordNotFoundError
        return bulletin_content(month, typed)
    if publication.case_id is None:
        raise RecordNotFoundError
    case = get_visible_case(frame.session, frame.actor, publication.case_id)
    published = find_public_case(frame, case.id)
    return _content(frame, case, PublicationKind(publication.kind), typed, published)


def _content(
    frame: Frame,
    case: SupervisionCase,
    kind: PublicationKind,
    typed: TypedCopy,
    published: PublicCase | None,
) -> dict[str, Any]:
    """The copy to be published, frozen; InvalidCommandError naming what is wrong with it."""
    copy = compose(frame, case, kind, typed, published)
    exposure = Exposure(copy["exposure"])
    _refuse_unfit(frame.session, case, kind, exposure, typed)
    shown = kind in SHOWS_PICTURES and exposure is not Exposure.COUNTED
    pictures = typed.pictures if shown else ()
    return {
        "copy": copy,
        "reason": typed.reason.strip(),
        "basis": typed.basis.strip(),
        "pictures": draw_anew(frame.session, frame.office.files, case.id, pictures),
    }


def _refuse_unfit(
    session: Session,
    case: SupervisionCase,
    kind: PublicationKind,
    exposure: Exposure,
    typed: TypedCopy,
) -> None:
    texts = {
        name: getattr(typed, name).strip()
        for name in ("title", "place", "summary", "progress", "result", "reason", "basis")
    }
    only_counted = exposure is Exposure.COUNTED
    required = [name for name in REQUIRED[kind] if not only_counted or name in ("reason", "basis")]
    problems = {name: "required" for name in required if not texts[name]}
    for name, text in texts.items():
        if len(text) > MOST_CHARACTERS:
            problems[name] = f"too_long:{MOST_CHARACTERS}"
        for code in private_parts(session, case, exposure, text):
            problems.setdefault(name, code)
    for picture in typed.pictures:
        for code in private_parts(session, case, exposure, picture.caption):
            problems.setdefault("pictures", code)
    if problems:
        raise InvalidCommandError(problems)


def _require_present(frame: Frame, publication: Publication) -> None:
    """What was prepared earlier can still be told: its case, or what it tells of, may be gone."""
    if publication.case_id is None:
        if is_outdated(frame.session, publication):
            raise NothingToDiscloseError(reason="bulletin_outdated")
        return
    case = frame.session.get_one(SupervisionCase, publication.case_id)
    published = find_public_case(frame, case.id)
    _require_occasion(PublicationKind(publication.kind), case, published)


def _require_occasion(
    kind: PublicationKind, case: SupervisionCase, published: PublicCase | None
) -> None:
    told = published is not None and published.taken_down_at is None
    if case.case_number is None:
        raise NothingToDiscloseError(reason="not_listed")
    if kind is PublicationKind.LISTING and case.ending in WITHOUT_DELISTING:
        raise NothingToDiscloseError(reason="listing_gone")
    if kind is PublicationKind.LISTING and told:
        raise NothingToDiscloseError(reason="published")
    if kind is not PublicationKind.LISTING and not told:
        raise NothingToDiscloseError(reason="not_published")
    if kind is PublicationKind.RESULT and case.ended_at is None:
        raise NothingToDiscloseError(reason="not_ended")


def _require_answer(command: StepCommand) -> None:
    if command.outcome not in OUTCOMES[command.step]:
        raise InvalidCommandError({"outcome": "choice"})
    if command.outcome in (Outcome.RETURNED, Outcome.DECLINED) and not command.opinion.strip():
        raise InvalidCommandError({"opinion": "required"})
    reviews = command.step is DisclosureStep.REVIEW_SECRECY
    if reviews and command.outcome is Outcome.ACCEPTED and set(command.checked) != set(CHECKS):
        raise InvalidCommandError({"checked": "check_all"})
