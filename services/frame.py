"""What every act is made of: the frame it happens in, its command, and its record."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.clock import local_date
from services.documents.paper import PAPER, PaperOrigin
from services.errors import InvalidCommandError
from services.models.case import ORIGINALS, PHOTOS, Act, Attachment, SupervisionCase
from services.office import Office
from services.second_factor import CheckedCode, use_code
from services.uploads import AcceptedUpload, KeptUpload, keep_upload
from workflows.engine.runner import OpenTask
from workflows.permissions import Actor, PostRecord
from workflows.signing import SIGNED_ACTS
from workflows.vocabulary import Action, CaseEnding, DocumentKind, Outcome

MOST_CHARACTERS = 10_000
# Ten pages of lines; each line is a paragraph of the documents that print it.
MOST_LINES = 300


@dataclass(frozen=True)
class Frame:
    """Who acts, when, on which transaction, in which installation; `paper`: it was on paper.

    `code`: what the actor typed to sign with. `signed_on_paper`: the actor signed a sheet, which
    two persons put on record.
    """

    session: Session
    actor: Actor
    now: datetime
    office: Office
    paper: PaperOrigin | None = None
    code: CheckedCode | None = None
    signed_on_paper: bool = False

    @property
    def today(self) -> date:
        """The day in Asia/Shanghai."""
        return local_date(self.now)


@dataclass(frozen=True, kw_only=True)
class TaskCommand:
    """An act on an open step. `shown` is the hash of what the person saw."""

    case_id: int
    task_id: str
    shown: str
    outcome: Outcome = Outcome.DONE
    opinion: str = ""
    uploads: tuple[AcceptedUpload, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What an act brought about."""

    case_id: int
    act_id: int
    opened: tuple[OpenTask, ...]
    issued: tuple[DocumentKind, ...]
    ending: CaseEnding | None


BASE_FIELDS = frozenset(field.name for field in fields(TaskCommand))


@dataclass(frozen=True)
class ActOrigin:
    """The step that an act completed, its receiver, and the hash of what was shown.

    `takes_back_id` is the act that it takes back.
    """

    task_id: str | None = None
    handover_id: int | None = None
    shown: str | None = None
    takes_back_id: int | None = None


def record_act(
    frame: Frame,
    case: SupervisionCase,
    action: Action,
    post: PostRecord,
    command: TaskCommand,
    origin: ActOrigin,
) -> Act:
    """Write one act with its files: the only way to one. A signature takes its one-time code.

    Asked for last, so that who is late or may not sign hears that, and keeps the code.
    """
    _refuse_too_long(command)
    _take_code(frame, action)
    kept = [(upload, keep_upload(frame.office.files, upload)) for upload in command.uploads]
    act = Act(
        case_id=case.id,
        action=action.value,
        outcome=command.outcome.value,
        opinion=command.opinion,
        content=content_of(command) | _paper_content(frame) | _told_of(kept),
        round_number=case.round_number,
        handover_id=origin.handover_id,
        task_id=origin.task_id,
        shown_sha256=origin.shown,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        substitution_id=post.authority.substitution_id if post.authority else None,
        at=frame.now,
        nonce=secrets.token_hex(16),
        takes_back_id=origin.takes_back_id,
    )
    frame.session.add(act)
    frame.session.flush()
    _attach(frame, case.id, act.id, kept)
    return act


def _take_code(frame: Frame, action: Action) -> None:
    on_paper = frame.paper is not None or frame.signed_on_paper
    if frame.office.second_factor and action in SIGNED_ACTS and not on_paper:
        use_code(frame.session, frame.actor.person_id, frame.code)


def _paper_content(frame: Frame) -> dict[str, object]:
    return {PAPER: frame.paper.as_record()} if frame.paper is not None else {}


def _told_of(kept: Sequence[tuple[AcceptedUpload, KeptUpload]]) -> dict[str, object]:
    """Originals, and what photographs show, are part of what the chain commits to."""
    originals = {file.sha256: file.original_sha256 for _, file in kept if file.original_sha256}
    photos = {file.sha256: _plain(upload.mark) for upload, file in kept if upload.mark}
    found = {ORIGINALS: originals, PHOTOS: photos}
    return {name: files for name, files in found.items() if files}


def _refuse_too_long(command: TaskCommand) -> None:
    """Whatever the forms let pass, no text of an act outgrows what a page can show."""
    texts = {field.name: getattr(command, field.name) for field in fields(command)}
    typed = {name: text for name, text in texts.items() if isinstance(text, str)}
    many = {name for name, text in typed.items() if len(text.splitlines()) > MOST_LINES}
    long = {name for name, text in typed.items() if len(text) > MOST_CHARACTERS}
    if long | many:
        raise InvalidCommandError(
            dict.fromkeys(many, f"too_many_lines:{MOST_LINES}")
            | dict.fromkeys(long, f"too_long:{MOST_CHARACTERS}")
        )


def append_audit(frame: Frame, act: Act, more: Mapping[str, object]) -> None:
    """One link of the chain for one act: who, what and when; content only as a commitment."""
    audit.append(
        frame.session,
        act.case_id,
        {
            "act_id": act.id,
            "action": act.action,
            "outcome": act.outcome,
            "person_id": act.person_id,
            "post_id": act.post_id,
            **({"substitution_id": act.substitution_id} if act.substitution_id else {}),
            **({"batch_id": act.batch_id} if act.batch_id else {}),
            "at": frame.now.isoformat(),
            "content": _commitment(frame.session, act),
            **more,
        },
        frame.now,
    )


def first_changed_act(session: Session) -> int | None:
    """The id of the first act whose text or files no longer fit what the chain committed to."""

    def committed(act: Act) -> str:
        return _commitment(session, act) if _names_its_act(act) else ""

    return audit.first_changed(session, "act_id", Act, committed)


def _names_its_act(act: Act) -> bool:
    """Only a taking back takes an act back, and the one that its content names."""
    takes_back = act.content["act_id"] if act.action == Action.TAKE_BACK else None
    return bool(act.takes_back_id == takes_back)


def _commitment(session: Session, act: Act) -> str:
    files = session.scalars(
        sa.select(Attachment.sha256).where(Attachment.act_id == act.id).order_by(Attachment.id)
    )
    return commitment(act.nonce, [act.opinion, act.content, list(files)])


def content_of(command: TaskCommand) -> dict[str, object]:
    """The fields of a command beyond the common ones, as plain JSON."""
    return {
        field.name: _plain(getattr(command, field.name))
        for field in fields(command)
        if field.name not in BASE_FIELDS and field.name != "nonce"
    }


def require(command: object, *names: str) -> None:
    """InvalidCommandError naming each of these fields that is empty."""
    missing = {name: "required" for name in names if getattr(command, name) in ("", None, (), [])}
    if missing:
        raise InvalidCommandError(missing)


def require_reason(command: TaskCommand, unless: Outcome) -> None:
    """Whoever does not take the favourable decision says why."""
    if command.outcome is not unless:
        require(command, "opinion")


def require_other_officer(frame: Frame, post: PostRecord, co_officer: str) -> None:
    """At least two officers enforce (Administrative Penalty Law, article 42): not one twice.

    The absent one in whose name a substitute acts is no second officer either.
    """
    principal = post.authority.principal_name if post.authority else frame.actor.name
    if frame.actor.name in co_officer or principal in co_officer:
        raise InvalidCommandError({"co_officer": "own_name"})


def require_not_in_future(frame: Frame, command: object, *names: str) -> None:
    """InvalidCommandError naming each of these dates that lies after today."""
    late = {
        name: "in_future"
        for name in names
        if (day := getattr(command, name)) is not None and day > frame.today
    }
    if late:
        raise InvalidCommandError(late)


def _attach(
    frame: Frame, case_id: int, act_id: int, kept: Sequence[tuple[AcceptedUpload, KeptUpload]]
) -> None:
    for upload, file in kept:
        frame.session.add(
            Attachment(
                case_id=case_id,
                act_id=act_id,
                sha256=file.sha256,
                size=file.size,
                media_type=file.media_type,
                file_name=upload.file_name,
                at=frame.now,
            )
        )
    if kept:
        frame.session.flush()


def _plain(value: object) -> object:
    match value:
        case StrEnum():
            return value.value
        case date() | datetime():
            return value.isoformat()
        case tuple() | list():
            return [_plain(item) for item in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value
