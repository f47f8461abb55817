"""Playing the demonstration cases: real acts under a clock that is moved from act to act."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.action_table import ACTIONS
from services.clock import LOCAL_ZONE, local_date
from services.criterion import CriterionEntry
from services.database import reading, transaction
from services.demonstration.cases import DemonstrationAct, Moment, load_cases
from services.demonstration.disclosures import (
    DemonstrationPublication,
    Publisher,
    load_publications,
)
from services.demonstration.pictures import picture
from services.frame import Frame, TaskCommand
from services.models.account import Account
from services.models.case import SupervisionCase
from services.models.document import Document
from services.models.organisation import Post
from services.models.process import open_task, outbox
from services.office import Office
from services.queries.facts import load_record, standing_of
from services.queries.people import find_actor, get_organisation_by_key
from services.queries.shown import find_listing_draft, shown_sha256
from services.referral.package import Material
from services.signing import Signatory
from services.tracebacks.report import InWords
from services.worker import Workshop, work_off
from workflows.permissions import STARTING_ACTIONS, Actor
from workflows.vocabulary import Action, DocumentKind, Role
from workflows.working_days import Calendar, is_working_day

Render = Callable[[str, Mapping[str, Any]], bytes]
Bind = Callable[[Session, Material], bytes]
Sign = Callable[[bytes, Sequence[Signatory], datetime], bytes]
ASKING_FOR_PAGES = (Action.PROPOSE_LISTING, Action.SIGN_LISTING)
PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 60.0
_ONE_DAY = timedelta(days=1)


class DemonstrationUnfinishedError(Exception):
    """The demonstration could not be played to its end; the message names where it stopped."""


@dataclass(frozen=True)
class Press:
    """What makes the pages of documents: sets them in type, signs those that are issued, binds
    what is referred into one file, and puts the report of a traceback in words.
    """

    render: Render
    sign: Sign
    bind: Bind
    in_words: InWords


@dataclass
class Play:
    """The stage: one installation, the moment it is all played before, and the cases so far."""

    engine: Engine
    office: Office
    press: Press
    now: datetime
    case_ids: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    pages: dict[str, Future[None]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day that the working days are counted from."""
        return local_date(self.now)


def play_cases(play: Play) -> None:
    """Play every act in the order of time; a document is rendered while other cases go on."""
    shop = Workshop(play.engine, play.office.files, play.press.render, play.press.sign)
    with ThreadPoolExecutor(max_workers=1) as worker:
        for moment, deed in _in_order(play):
            if deed.case_key in play.pages:
                play.pages.pop(deed.case_key).result()
            if isinstance(deed, DemonstrationPublication):
                _publish(play, deed, moment)
                continue
            _carry_out(play, deed, moment)
            if deed.action in ASKING_FOR_PAGES:
                play.pages[deed.case_key] = worker.submit(_render_what_was_asked, shop, moment)
        for pages in play.pages.values():
            pages.result()
        worker.submit(_render_what_was_asked, shop, play.now).result()


def _in_order(play: Play) -> list[tuple[datetime, DemonstrationAct | DemonstrationPublication]]:
    """Acts and publications by time; what happens at one moment stays as it is written down."""
    deeds: list[DemonstrationAct | DemonstrationPublication] = [
        *load_cases().acts,
        *load_publications(),
    ]
    timed = [(_datetime(play, deed.moment), deed) for deed in deeds]
    return sorted(timed, key=lambda pair: pair[0])


def _publish(play: Play, one: DemonstrationPublication, moment: datetime) -> None:
    Publisher(play.engine, partial(frame_at, play)).play(one, play.case_ids[one.case_key], moment)


def frame_at(play: Play, session: Session, username: str, moment: datetime) -> Frame:
    """The frame of what somebody did then: long ago, when nobody held a device."""
    office = replace(play.office, second_factor=False)
    return Frame(session, actor_of(play, session, username, moment), moment, office)


def day_at(today: date, place: int, calendar: Calendar) -> date:
    """The working day that many places before today; after today when the place is negative."""
    day, left = today, abs(place)
    while left:
        day += _ONE_DAY if place < 0 else -_ONE_DAY
        left -= is_working_day(day, calendar)
    return day


def _datetime(play: Play, moment: Moment) -> datetime:
    day = day_at(play.today, moment.day, play.office.calendar)
    return datetime.combine(day, moment.time, LOCAL_ZONE)


def _carry_out(play: Play, act: DemonstrationAct, moment: datetime) -> None:
    with transaction(play.engine) as session:
        frame = frame_at(play, session, act.username, moment)
        command = _command(play, session, act, frame.actor)
        receipt = ACTIONS[act.action].carry_out(frame, command)
    play.case_ids[act.case_key] = receipt.case_id


def actor_of(play: Play, session: Session, username: str, moment: datetime) -> Actor:
    """The person behind an account; posts do not change while the cases are played."""
    if username not in play.actors:
        account = sa.select(Account.person_id).where(Account.username == username)
        actor = find_actor(session, session.scalars(account).one(), local_date(moment))
        if actor is None:
            raise DemonstrationUnfinishedError(f"{username}: an account without a person")
        play.actors[username] = actor
    return play.actors[username]


def _command(play: Play, session: Session, act: DemonstrationAct, actor: Actor) -> TaskCommand:
    hints = _hints(act.action)
    label = load_cases().picture_label
    values: dict[str, Any] = {
        name: _value(play, hints[name], raw) for name, raw in act.values.items()
    }
    if "expert_post_id" in values:
        values["expert_post_id"] = _expert_post_id(session, values["expert_post_id"])
    if "corrected_id" in values:
        kind = DocumentKind(str(values["corrected_id"]))
        values["corrected_id"] = _document_id(session, play.case_ids[act.case_key], kind)
    values["uploads"] = tuple(
        replace(picture(caption, label), mark=mark) for caption, mark in act.photos
    )
    if act.action in STARTING_ACTIONS:
        values |= {"nonce": f"demonstration-{act.case_key}", "sector": "", "division_code": ""}
        if act.action is Action.REGISTER_HAZARD:
            values["responsible_party_id"] = get_organisation_by_key(session, act.party).id
    else:
        values |= _what_was_shown(play, session, play.case_ids[act.case_key], act, actor)
    return ACTIONS[act.action].command(**values)


def _expert_post_id(session: Session, username: str) -> int:
    """The post by which an account's person belongs to the pool of experts."""
    return session.scalars(
        sa.select(Post.id)
        .join(Account, Account.person_id == Post.person_id)
        .where(Account.username == username, Post.role == Role.EXPERT)
    ).one()


def _document_id(session: Session, case_id: int, kind: DocumentKind) -> int:
    """The newest document of this kind in the case."""
    found = sa.select(sa.func.max(Document.id)).where(
        Document.case_id == case_id, Document.kind == kind
    )
    return session.scalars(found).one()


@cache
def _hints(action: Action) -> Mapping[str, object]:
    return get_type_hints(ACTIONS[action].command)


def _what_was_shown(
    play: Play, session: Session, case_id: int, act: DemonstrationAct, actor: Actor
) -> dict[str, object]:
    shown: dict[str, object] = {
        "case_id": case_id,
        "shown": shown_sha256(session, case_id, act.action),
    }
    if act.action is Action.SIGN_LISTING:
        draft = find_listing_draft(session, case_id)
        shown["draft_sha256"] = (draft.draft_sha256 if draft else None) or ""
    if act.action is not Action.CONFIRM_CRITERION:
        shown["task_id"] = _task_id(play, session, case_id, act, actor)
    return shown


def _task_id(
    play: Play, session: Session, case_id: int, act: DemonstrationAct, actor: Actor
) -> str:
    """The first open task of the step; of several receivers or visitors, the actor's own."""
    mine = {None, *(post.organisation_id for post in actor.posts)}
    case = session.get_one(SupervisionCase, case_id)
    standing = standing_of(session, case, load_record(session, case, play.office.profile))
    for row in session.connection().execute(
        sa.select(open_task.c.task_id, open_task.c.process_id, open_task.c.position)
        .where(open_task.c.case_id == case_id, open_task.c.step_id == act.action)
        .order_by(open_task.c.position)
    ):
        if standing.receiver_at(row.process_id, row.position) in mine:
            return str(row.task_id)
    raise DemonstrationUnfinishedError(f"{act.case_key}: {act.action} is not open")


def _value(play: Play, hint: object, raw: object) -> object:
    match raw:
        case int() if date in (hint, *get_args(hint)):
            return day_at(play.today, raw, play.office.calendar)
        case Moment():
            return _datetime(play, raw)
        case str() if (member := _enumeration(hint)) is not None:
            return member(raw)
        case str():
            return raw.strip()
        case dict():
            return CriterionEntry(**raw)
        case [dict(), *_]:
            return tuple(_entry(play, get_args(hint)[0], row) for row in raw)
        case list():
            return tuple(raw)
        case _:
            return raw


def _entry(play: Play, kind: Any, row: Any) -> object:
    """One of several entries of a field, such as what was undertaken and by when."""
    hints = get_type_hints(kind)
    return kind(**{name: _value(play, hints[name], raw) for name, raw in row.items()})


def _enumeration(hint: object) -> type[StrEnum] | None:
    """The enumeration that a field holds a member of, also where it may be None."""
    for choice in (hint, *get_args(hint)):
        if isinstance(choice, type) and issubclass(choice, StrEnum):
            return choice
    return None


def _render_what_was_asked(shop: Workshop, moment: datetime) -> None:
    """Work off the outbox. A running service's worker may have taken a message: wait for it."""
    asked = sa.select(outbox.c.id).where(outbox.c.done_at.is_(None), outbox.c.made_at <= moment)
    waited = 0.0
    while waited < PATIENCE_SECONDS:
        work_off(shop, moment + timedelta(seconds=waited))
        with reading(shop.engine) as session:
            if session.connection().execute(asked.limit(1)).first() is None:
                return
        time.sleep(PAUSE_SECONDS)
        waited += PAUSE_SECONDS
    raise DemonstrationUnfinishedError("a document could not be rendered; see the worker's log")
