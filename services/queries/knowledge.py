"""Who knew what when (谁在何时知道什么): per official and unit, what came, was opened, was done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.definitions import load_definition
from services.diagrams import standing_steps
from services.errors import CaseNotFoundError
from services.models.case import Act, SupervisionCase
from services.models.copy import CaseCopy, CopyRecipient
from services.models.deadline import Deadline
from services.models.organisation import Organisation, Person, Post
from services.models.urge import Urge, UrgeRecipient
from services.office import Office
from services.queries.assignments import DeedRow, list_deeds
from services.queries.calendar import current_calendar
from services.queries.case_page import ActRow, CasePage, DeadlineRow, get_case_page
from services.queries.openings import addressee_of
from services.queries.passage import list_advances
from services.queries.time_held import Stretch, list_stretches
from workflows.deadlines import SUSPENDED
from workflows.permissions import Actor
from workflows.time_held import late_time, working_time
from workflows.vocabulary import Action, DocumentKind, Outcome
from workflows.working_days import Calendar

MOST = 1000


class KnownBy(StrEnum):
    """How something came to somebody, or what somebody did with it."""

    STEP_ARRIVED = "step_arrived"
    STEP_TAKEN = "step_taken"
    HANDED_OVER = "handed_over"
    SERVED = "served"
    COPIED = "copied"
    URGED = "urged"
    OPENED = "opened"
    COPY_READ = "copy_read"
    ACTED = "acted"


class HoldKind(StrEnum):
    """Why something took longer than its limit, or changed hands."""

    SUSPENDED = "suspended"
    EXTENDED = "extended"
    RECOUNTED = "recounted"
    PASSED = "passed"


OPENING = frozenset({KnownBy.OPENED, KnownBy.COPY_READ})


@dataclass(frozen=True)
class KnownLine:
    """One thing that reached a unit or a person there, was opened, or was done.

    What it was: a step, a document, or a limit by its name. `person` is empty for the unit.
    """

    unit: str
    person: str
    by: KnownBy
    at: datetime
    action: Action | None = None
    document: DocumentKind | None = None
    name: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True)
class HeldStep:
    """A step in one pair of hands: working time, against the step's own limit where it has one."""

    holder: str
    action: Action
    since: datetime
    until: datetime
    due_at: datetime | None
    worked: timedelta
    late: timedelta


@dataclass(frozen=True)
class Hold:
    """What stopped or moved a limit, or passed a step on, with the reason that was given."""

    kind: HoldKind
    name: str
    action: Action | None
    person: str
    at: datetime
    reason: str
    until: datetime | None = None


@dataclass(frozen=True)
class UnitKnowledge:
    """All of one unit, in the order of time."""

    unit: str
    lines: tuple[KnownLine, ...]
    held: tuple[HeldStep, ...]

    @property
    def worked(self) -> timedelta:
        """Working time over all steps."""
        return sum((step.worked for step in self.held), timedelta())

    @property
    def late(self) -> timedelta:
        """What of it lay after the steps' own limits."""
        return sum((step.late for step in self.held), timedelta())


@dataclass(frozen=True)
class Knowledge:
    """Who knew what when in one case, up to `at`."""

    case_id: int
    at: datetime
    units: tuple[UnitKnowledge, ...]
    holds: tuple[Hold, ...]


def get_knowledge(
    session: Session, actor: Actor, case_id: int, office: Office, now: datetime
) -> Knowledge:
    """Of a case that the actor reads the inside of; CaseNotFoundError otherwise."""
    page = get_case_page(session, actor, case_id, office.profile)
    if not page.is_inside:
        raise CaseNotFoundError
    deeds = list_deeds(session, actor, case_id, office.profile)
    standing = standing_steps(load_definition(session, page.definition_digest))
    advances = list_advances(session, page)
    stretches = tuple(list_stretches(page, advances, deeds, standing, now))
    lines = [
        *_steps(stretches),
        *_handovers(page),
        *_served(session, page),
        *_copies(session, case_id),
        *_urges(session, case_id),
        *_openings(page),
        *_acts(page),
    ]
    calendar = current_calendar(session, office)
    holds = sorted([*_moved(page), *_suspended(page), *_passed(deeds)], key=lambda row: row.at)
    return Knowledge(case_id, now, tuple(_units(lines, stretches, calendar)), tuple(holds))


def _units(
    lines: Iterable[KnownLine], stretches: Iterable[Stretch], calendar: Calendar
) -> Iterator[UnitKnowledge]:
    """In the order in which the case first came to each."""
    known: dict[str, list[KnownLine]] = {}
    for line in sorted(lines, key=lambda row: row.at):
        known.setdefault(line.unit, []).append(line)
    held: dict[str, list[HeldStep]] = {}
    for part in stretches:
        held.setdefault(part.unit, []).append(_held(part, calendar))
    for unit, rows in known.items():
        yield UnitKnowledge(unit, tuple(rows), tuple(held.get(unit, ())))


def _held(part: Stretch, calendar: Calendar) -> HeldStep:
    return HeldStep(
        part.holder,
        part.action,
        part.since,
        part.until,
        part.due_at,
        working_time(part.since, part.until, calendar),
        late_time(part.since, part.until, part.due_at, calendar),
    )


def _steps(stretches: Iterable[Stretch]) -> Iterator[KnownLine]:
    for part in stretches:
        by = KnownBy.STEP_TAKEN if part.holder else KnownBy.STEP_ARRIVED
        yield KnownLine(part.unit, part.holder, by, part.since, part.action)


def _handovers(page: CasePage) -> Iterator[KnownLine]:
    for row in page.handovers:
        receivers = [(former.name, former.handed_over_at) for former in row.former]
        for name, at in (*receivers, (row.receiver_name, row.handed_over_at)):
            yield KnownLine(name, "", KnownBy.HANDED_OVER, at)


def _served(session: Session, page: CasePage) -> Iterator[KnownLine]:
    case = session.get_one(SupervisionCase, page.case_id)
    proposed = [
        (act.act_id, act.content) for act in page.acts if act.action is Action.PROPOSE_ESCALATION
    ]
    for row in page.documents:
        addressee_id = addressee_of(case, row.kind, row.signed_by_act_id, proposed)
        if row.served_at is not None and addressee_id is not None:
            unit = session.get_one(Organisation, addressee_id).name
            if addressee_id == case.responsible_party_id:
                unit = party_at(page.counting_acts, row.served_at) or unit
            name = row.number or ""
            yield KnownLine(unit, "", KnownBy.SERVED, row.served_at, None, row.kind, name)


def party_at(acts: Iterable[ActRow], at: datetime) -> str:
    """The responsible party at a moment, where it has changed since; empty otherwise."""
    changes = (
        act
        for act in acts
        if act.action is Action.CONFIRM_PARTY_CHANGE and act.outcome is Outcome.ACCEPTED
    )
    return next((str(act.content["former_party"]) for act in changes if act.at > at), "")


def _openings(page: CasePage) -> Iterator[KnownLine]:
    for row in page.documents:
        for opening in row.openings:
            yield KnownLine(
                opening.organisation_name,
                opening.person_name,
                KnownBy.OPENED,
                opening.at,
                None,
                row.kind,
                row.number or "",
            )


def _copies(session: Session, case_id: int) -> Iterator[KnownLine]:
    """A copy is sent to a person; the unit is that of the person's oldest post."""
    unit = (
        sa.select(Organisation.name)
        .join(Post, Post.organisation_id == Organisation.id)
        .where(Post.person_id == CopyRecipient.person_id)
        .order_by(Post.id)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(CaseCopy.at, CopyRecipient.read_at, Person.name, unit, Act.action)
        .join(CopyRecipient, CopyRecipient.copy_id == CaseCopy.id)
        .join(Person, Person.id == CopyRecipient.person_id)
        .outerjoin(Act, Act.id == CaseCopy.act_id)
        .where(CaseCopy.case_id == case_id)
        .order_by(CaseCopy.id, CopyRecipient.id)
        .limit(MOST)
    )
    for at, read_at, person, house, about in rows:
        action = Action(about) if about else None
        yield KnownLine(house or "", person, KnownBy.COPIED, at, action)
        if read_at is not None:
            yield KnownLine(house or "", person, KnownBy.COPY_READ, read_at, action)


def _urges(session: Session, case_id: int) -> Iterator[KnownLine]:
    rows = session.execute(
        sa.select(Organisation.name, Person.name, Urge.at, Deadline.name)
        .select_from(Urge)
        .join(Deadline, Deadline.id == Urge.deadline_id)
        .join(UrgeRecipient, UrgeRecipient.urge_id == Urge.id)
        .join(Person, Person.id == UrgeRecipient.person_id)
        .outerjoin(Organisation, Organisation.id == Urge.holder_id)
        .where(Urge.case_id == case_id)
        .order_by(Urge.id, UrgeRecipient.id)
        .limit(MOST)
    )
    for unit, person, at, limit in rows:
        yield KnownLine(unit or "", person, KnownBy.URGED, at, name=limit)


def _acts(page: CasePage) -> Iterator[KnownLine]:
    """Acts taken back were done all the same: whoever did them knew."""
    for act in page.acts:
        yield KnownLine(
            act.organisation_name,
            act.person_name,
            KnownBy.ACTED,
            act.at,
            act.action,
            outcome=act.outcome,
        )


def _moved(page: CasePage) -> Iterator[Hold]:
    """Limits that were moved: by an act with its opinion, or by a changed calendar."""
    opinions = {act.act_id: act.opinion for act in page.acts}
    for row in page.deadlines:
        for change in row.changes:
            kind = HoldKind.EXTENDED if change.act_id else HoldKind.RECOUNTED
            reason = opinions.get(change.act_id or 0, "")
            yield Hold(kind, row.name, change.action, change.person_name, change.at, reason)


def _suspended(page: CasePage) -> Iterator[Hold]:
    """Limits that stood still; what they waited for is the act at that moment."""
    for row in page.deadlines:
        if row.ended_as != SUSPENDED or row.ended_at is None:
            continue
        act = next((act for act in page.acts if act.at == row.ended_at), None)
        yield Hold(
            HoldKind.SUSPENDED,
            row.name,
            act.action if act else None,
            act.person_name if act else "",
            row.ended_at,
            act.opinion if act else "",
            next((n.started_at for n in page.deadlines if _resumes(n, row.ended_at)), None),
        )


def _resumes(row: DeadlineRow, stopped_at: datetime) -> bool:
    resumed = row.basis.get("resumed") or {}
    return bool(resumed.get("suspended_at") == stopped_at.isoformat())


def _passed(deeds: Iterable[DeedRow]) -> Iterator[Hold]:
    """Steps that were given to somebody or back, with the reason."""
    for deed in deeds:
        if deed.reason:
            yield Hold(
                HoldKind.PASSED,
                deed.holder_name,
                deed.action,
                deed.person_name,
                deed.at,
                deed.reason,
            )
