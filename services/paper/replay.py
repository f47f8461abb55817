"""A case from paper, carried out again through the diagram, act by act, at its real dates.

Nothing is assigned: phase, round, rights and deadlines follow from the acts, as always.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa

from services.action_table import ACTIONS
from services.clock import LOCAL_ZONE
from services.documents.issue import put_pages_from_paper
from services.documents.paper import PaperOrigin
from services.errors import InvalidCommandError
from services.frame import BASE_FIELDS, Frame, Receipt, TaskCommand
from services.models.case import Attachment, SupervisionCase
from services.models.organisation import Organisation, Person, Post, PostSector
from services.models.paper import PaperAct
from services.paper.case_file import NAMED, CaseFile, FiledAct, ReplayRefusedError
from services.paper.rebuilt import typed_content
from services.queries.facts import load_record, standing_of
from services.queries.people import find_actor
from services.queries.shown import find_listing_draft, shown_sha256
from services.queries.tasks import TaskRow, list_open_tasks
from services.uploads import AcceptedUpload
from workflows.errors import RuleError
from workflows.paper import PaperManner
from workflows.permissions import (
    STARTING_ACTIONS,
    Actor,
    CaseStanding,
    PostRecord,
    rows_of,
    stands_so,
)
from workflows.vocabulary import Action, Role

NOON = time(12)
PDF = "application/pdf"
Scans = Mapping[str, AcceptedUpload]


@dataclass(frozen=True)
class ReplayedBy:
    """Who put the case on record, when; the second person while only tried is nobody."""

    recorder_id: int
    recorder_name: str
    recorded_at: datetime
    nonce: str
    confirmer_id: int | None = None


@dataclass
class _Replay:
    """A replay under way."""

    frame: Frame
    file: CaseFile
    scans: Scans
    by: ReplayedBy
    case_id: int = 0
    moment: datetime | None = None


def replay(frame: Frame, file: CaseFile, scans: Scans, by: ReplayedBy) -> int:
    """Carry out every act in this transaction; returns the id of the case.

    ReplayRefusedError names the first act that the diagram or the rules do not allow, and why.
    """
    under_way = _Replay(frame, file, scans, by)
    for act in file.acts:
        try:
            _carry_out(under_way, act)
        except ReplayRefusedError:
            raise
        except InvalidCommandError as error:
            field, problem = next(iter(error.fields.items()))
            raise ReplayRefusedError(act.place, act.action, field, problem) from error
        except RuleError as error:
            reason = str(error.detail.get("reason", ""))
            problem = f"{error.code}.{reason}" if reason else error.code
            missing = str(error.detail.get("missing", ""))
            raise ReplayRefusedError(act.place, act.action, "", problem, missing) from error
    return under_way.case_id


def _carry_out(under_way: _Replay, act: FiledAct) -> None:
    frame = under_way.frame
    moment = _moment(under_way, act)
    organisation = _organisation(under_way, act)
    task, role = (
        (None, _starting_role(act))
        if under_way.case_id == 0
        else (_open_task(under_way, act, organisation))
    )
    actor = _person(under_way, act, organisation, role)
    uploads = tuple(_scan(under_way, act, name) for name in act.scans)
    origin = PaperOrigin(
        person=act.person,
        post=act.post,
        organisation=act.organisation,
        recorded_by=under_way.by.recorder_name,
        recorded_at=under_way.by.recorded_at.isoformat(),
        number=act.number,
        case_number=act.case_number,
        pages_sha256=_pages(frame, act, uploads),
    )
    command = _command(under_way, act, task, uploads)
    receipt = ACTIONS[act.action].carry_out(
        replace(frame, actor=actor, now=moment, paper=origin), command
    )
    under_way.case_id, under_way.moment = receipt.case_id, moment
    if act.action is Action.PROPOSE_LISTING:
        _put_signed_pages(under_way, act)
    _mark(under_way, act, receipt)


def _moment(under_way: _Replay, act: FiledAct) -> datetime:
    """Noon of the day on paper; acts of one day a second apart; never later than now."""
    noon = datetime.combine(act.on, NOON, LOCAL_ZONE)
    before = under_way.moment
    following = noon if before is None else max(noon, before + timedelta(seconds=1))
    return min(following, under_way.frame.now)


def _organisation(under_way: _Replay, act: FiledAct) -> Organisation:
    found = under_way.frame.session.scalars(
        sa.select(Organisation)
        .where(sa.or_(Organisation.name == act.organisation, Organisation.key == act.organisation))
        .order_by(Organisation.id)
        .limit(2)
    ).all()
    if len(found) != 1:
        problem = "unknown_organisation" if not found else "two_organisations"
        raise ReplayRefusedError(act.place, act.action, "by", problem, act.organisation)
    return found[0]


def _starting_role(act: FiledAct) -> Role:
    return STARTING_ACTIONS[act.action][0]


def _open_task(
    under_way: _Replay, act: FiledAct, organisation: Organisation
) -> tuple[TaskRow | None, Role]:
    """The open step of this act that falls to the organisation, and the role that does it."""
    session = under_way.frame.session
    case = session.get_one(SupervisionCase, under_way.case_id)
    record = load_record(session, case, under_way.frame.office.profile)
    standing = standing_of(session, case, record)
    if act.action is Action.CONFIRM_CRITERION:
        return None, _role(act, organisation, standing, None)
    tasks = list_open_tasks(session, case.id)
    of_step = [task for task in tasks if task.step is act.action]
    if not of_step:
        names = ",".join(dict.fromkeys(task.step.value for task in tasks))
        raise ReplayRefusedError(act.place, act.action, "action", "not_open", names)
    refusal: ReplayRefusedError | None = None
    for task in of_step:
        receiver = standing.receiver_at(task.process_id, task.position)
        try:
            return task, _role(act, organisation, standing, receiver)
        except ReplayRefusedError as error:
            refusal = error
    assert refusal is not None
    raise refusal


def _role(
    act: FiledAct, organisation: Organisation, standing: CaseStanding, receiver: int | None
) -> Role:
    sectors = frozenset({standing.sector})
    for row in rows_of(act.action, standing):
        post = PostRecord(0, row.role, organisation.id, sectors)
        if stands_so(post, row.relation, standing, receiver):
            return row.role
    raise ReplayRefusedError(act.place, act.action, "by", "not_entitled", act.organisation)


def _person(under_way: _Replay, act: FiledAct, organisation: Organisation, role: Role) -> Actor:
    """Who is named on the paper, with a post at that day.

    A person of that name who holds or held a post at the organisation is taken to be the same, so
    that separation of duties goes on to hold; otherwise a person without an account is added.
    """
    session = under_way.frame.session
    people = session.scalars(
        sa.select(Person)
        .where(
            Person.name == act.person,
            sa.exists().where(Post.person_id == Person.id, Post.organisation_id == organisation.id),
        )
        .order_by(Person.id)
        .limit(2)
    ).all()
    if len(people) > 1:
        raise ReplayRefusedError(act.place, act.action, "by", "two_people", act.person)
    person = people[0] if people else Person(name=act.person)
    session.add(person)
    session.flush()
    actor = find_actor(session, person.id, act.on)
    assert actor is not None
    if not any(
        post.role is role and post.organisation_id == organisation.id for post in actor.own_posts
    ):
        _add_post(under_way, act, person, organisation, role)
        actor = find_actor(session, person.id, act.on)
        assert actor is not None
    # Only the post that the paper names counts.
    posts = tuple(
        post
        for post in actor.own_posts
        if post.role is role and post.organisation_id == organisation.id
    )
    return Actor(actor.person_id, actor.name, posts)


def _add_post(
    under_way: _Replay, act: FiledAct, person: Person, organisation: Organisation, role: Role
) -> None:
    """A post of that one day: it gives no rights today."""
    session = under_way.frame.session
    post = Post(
        person_id=person.id,
        organisation_id=organisation.id,
        role=role.value,
        title=act.post,
        valid_from=act.on,
        valid_to=act.on,
    )
    if role is Role.LEADER_IN_CHARGE:
        case = session.get_one(SupervisionCase, under_way.case_id)
        post.sectors = [PostSector(sector=case.sector)]
    session.add(post)
    session.flush()


def _scan(under_way: _Replay, act: FiledAct, name: str) -> AcceptedUpload:
    found = under_way.scans.get(name)
    if found is None:
        raise ReplayRefusedError(act.place, act.action, "scans", "scan_missing", name)
    return found


def _pages(frame: Frame, act: FiledAct, uploads: tuple[AcceptedUpload, ...]) -> str:
    """The hash of the first scan when it is a PDF: the pages of the document, where one is."""
    first = uploads[0] if uploads else None
    if first is None or first.media_type != PDF or not act.number:
        return ""
    return frame.office.files.put(first.data, first.media_type).sha256


def _put_signed_pages(under_way: _Replay, proposal: FiledAct) -> None:
    """What was reviewed on paper are the pages that were signed: their scan stands for the draft.

    A proposal without a signature on paper is rendered and goes on in the system.
    """
    later = (act for act in under_way.file.acts if act.place > proposal.place)
    signed = next((act for act in later if act.action is Action.SIGN_LISTING), None)
    if signed is None:
        return
    scan = _scan(under_way, signed, signed.scans[0])
    if scan.media_type != PDF:
        raise ReplayRefusedError(signed.place, signed.action, "scans", "notice_not_pdf")
    stored = under_way.frame.office.files.put(scan.data, scan.media_type)
    put_pages_from_paper(under_way.frame.session, under_way.case_id, stored.sha256)


def _command(
    under_way: _Replay, act: FiledAct, task: TaskRow | None, uploads: tuple[AcceptedUpload, ...]
) -> TaskCommand:
    session = under_way.frame.session
    values: dict[str, Any] = {**_empty(act.action), **_typed(act), **_filled_in(under_way, act)}
    lacking = sorted(_needed(act.action) - set(values))
    if lacking:
        raise ReplayRefusedError(act.place, act.action, lacking[0], "required")
    if under_way.case_id:
        values |= {
            "case_id": under_way.case_id,
            "task_id": task.task_id if task else "",
            "shown": shown_sha256(session, under_way.case_id, act.action),
        }
    return ACTIONS[act.action].command(
        outcome=act.outcome, opinion=act.opinion, uploads=uploads, **values
    )


def _typed(act: FiledAct) -> dict[str, Any]:
    for name, value in act.content.items():
        try:
            typed_content(act.action, {name: value})
        except (TypeError, ValueError) as error:
            raise ReplayRefusedError(act.place, act.action, name, "choice") from error
    return typed_content(act.action, act.content)


def _empty(action: Action) -> dict[str, Any]:
    """Texts that were left out are empty, and dates unknown: the act itself says what it needs."""
    kinds = get_type_hints(ACTIONS[action].command)
    empty: dict[str, Any] = {}
    for name in _needed(action):
        if kinds[name] is str:
            empty[name] = ""
        elif date in get_args(kinds[name]):
            empty[name] = None
    return empty


def _needed(action: Action) -> frozenset[str]:
    return frozenset(
        item.name
        for item in fields(ACTIONS[action].command)
        if item.name not in BASE_FIELDS
        and item.default is MISSING
        and item.default_factory is MISSING
    )


def _filled_in(under_way: _Replay, act: FiledAct) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    if act.action in STARTING_ACTIONS:
        filled["nonce"] = under_way.by.nonce
    if act.action in NAMED:
        filled[f"{NAMED[act.action]}_id"] = _named_organisation(under_way, act)
    if act.action is Action.SIGN_LISTING:
        draft = find_listing_draft(under_way.frame.session, under_way.case_id)
        filled["draft_sha256"] = (draft.draft_sha256 if draft else "") or ""
    return filled


def _named_organisation(under_way: _Replay, act: FiledAct) -> int | None:
    field = NAMED[act.action]
    name = str(act.content.get(field, ""))
    if not name:
        return None
    try:
        return _organisation(under_way, replace(act, organisation=name)).id
    except ReplayRefusedError as error:
        detail = error.detail
        raise ReplayRefusedError(
            act.place, act.action, field, detail["problem"], detail["missing"]
        ) from error


def _mark(under_way: _Replay, act: FiledAct, receipt: Receipt) -> None:
    """The mark of each act; a trial has no second person and leaves none."""
    if under_way.by.confirmer_id is None:
        return
    session = under_way.frame.session
    scan = session.scalars(
        sa.select(Attachment.sha256).where(Attachment.act_id == receipt.act_id).order_by("id")
    ).first()
    session.add(
        PaperAct(
            act_id=receipt.act_id,
            manner=PaperManner.REPLAYED.value,
            registrar_id=under_way.by.recorder_id,
            confirmer_id=under_way.by.confirmer_id,
            signed_on=act.on,
            original_place=under_way.file.original_place,
            scan_sha256=scan or "",
        )
    )
    session.flush()
