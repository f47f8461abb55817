"""Task lists as they stand: the board of one, a task with its reports, the units to choose from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.errors import RecordNotFoundError
from services.models.campaign import Campaign, CampaignAssignment, CampaignProgress, CampaignTask
from services.models.organisation import Organisation, Person, Post
from workflows.campaigns import TaskState
from workflows.vocabulary import OrganisationKind

MOST_REPORTS = 100
# Who may answer for a task; parties that are supervised never do.
OWNING = (
    OrganisationKind.GOVERNMENT,
    OrganisationKind.DEPARTMENT,
    OrganisationKind.COMMITTEE_OFFICE,
)
_OWNER = aliased(Organisation)
_PRINCIPAL = aliased(Person)


@dataclass(frozen=True)
class TaskRow:
    """One task of a list, its owner, and what was reported of it last.

    `state` is None where the ledger of cases says how far it is.
    """

    task_id: int
    number: int
    heading: str
    text: str
    units_text: str
    deadline_text: str
    due_on: date | None
    standing: bool
    frequencies: tuple[str, ...]
    listed_progress: str
    note: str
    owner_id: int | None
    owner_name: str
    state: TaskState | None
    reported_at: datetime | None
    report: str

    @property
    def counts_cases(self) -> bool:
        """Whether the ledger says how far it is."""
        return self.state is None

    def is_overdue(self, today: date) -> bool:
        """Past its day and not reported as done."""
        late = self.due_on is not None and self.due_on < today
        return late and self.state is not TaskState.DONE


@dataclass(frozen=True)
class Board:
    """A list with all its tasks, in the order of the document."""

    key: str
    title: str
    short_title: str
    document: str
    document_number: str | None
    issued_by: str
    issued_on: date
    certainty: str
    tasks: tuple[TaskRow, ...]

    @cached_property
    def states(self) -> dict[TaskState, int]:
        """How many tasks were reported to stand so."""
        return {state: sum(task.state is state for task in self.tasks) for state in TaskState}

    def count_overdue(self, today: date) -> int:
        """How many tasks are overdue."""
        return sum(task.is_overdue(today) for task in self.tasks)


@dataclass(frozen=True)
class Report:
    """One report as it was made."""

    state: TaskState
    text: str
    evidence: str
    organisation_name: str
    person_name: str
    principal_name: str
    at: datetime


@dataclass(frozen=True)
class Assigned:
    """One time that the task was given to a unit; without a name it was taken back."""

    owner_name: str
    person_name: str
    principal_name: str
    at: datetime


@dataclass(frozen=True)
class TaskPage:
    """A task with its reports and assignments, newest first. `latest_id`: 0 without a report."""

    board: Board
    task: TaskRow
    latest_id: int
    reports: tuple[Report, ...]
    assignments: tuple[Assigned, ...]


def list_boards(session: Session) -> tuple[Board, ...]:
    """All lists that were loaded, the newest document first."""
    keys = session.scalars(
        sa.select(Campaign.key).order_by(Campaign.issued_on.desc(), Campaign.key)
    ).all()
    return tuple(get_board(session, key) for key in keys)


def get_board(session: Session, key: str) -> Board:
    """One list. RecordNotFoundError where none of this key was loaded."""
    campaign = session.scalar(sa.select(Campaign).where(Campaign.key == key))
    if campaign is None:
        raise RecordNotFoundError
    latest = (
        sa.select(sa.func.max(CampaignProgress.id))
        .where(CampaignProgress.task_id == CampaignTask.id)
        .correlate(CampaignTask)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(CampaignTask, Organisation.name, CampaignProgress)
        .outerjoin(Organisation, Organisation.id == CampaignTask.owner_id)
        .outerjoin(CampaignProgress, CampaignProgress.id == latest)
        .where(CampaignTask.campaign_id == campaign.id)
        .order_by(CampaignTask.number)
    )
    return Board(
        key=campaign.key,
        title=campaign.title,
        short_title=campaign.short_title,
        document=campaign.document,
        document_number=campaign.document_number,
        issued_by=campaign.issued_by,
        issued_on=campaign.issued_on,
        certainty=campaign.certainty,
        tasks=tuple(_row(task, owner, progress) for task, owner, progress in rows),
    )


def get_task_page(session: Session, key: str, number: int) -> TaskPage:
    """One task with everything on record about it."""
    board = get_board(session, key)
    task = next((row for row in board.tasks if row.number == number), None)
    if task is None:
        raise RecordNotFoundError
    return TaskPage(
        board=board,
        task=task,
        latest_id=latest_report_id(session, task.task_id),
        reports=tuple(_reports(session, task.task_id)),
        assignments=tuple(_assignments(session, task.task_id)),
    )


def latest_report_id(session: Session, task_id: int) -> int:
    """The latest report on a task; 0 where there is none."""
    return (
        session.scalar(
            sa.select(sa.func.max(CampaignProgress.id)).where(CampaignProgress.task_id == task_id)
        )
        or 0
    )


def list_possible_owners(session: Session) -> dict[int, str]:
    """The units that a task may be given to, by id."""
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(*_may_own())
        .order_by(Organisation.kind, Organisation.name)
    )
    return {row.id: row.name for row in rows}


def may_own(session: Session, organisation_id: int) -> bool:
    """Whether a task may be given to this organisation."""
    found = sa.select(Organisation.id).where(Organisation.id == organisation_id, *_may_own())
    return session.scalar(found) is not None


def _may_own() -> Iterable[sa.ColumnElement[bool]]:
    return (
        Organisation.kind.in_([kind.value for kind in OWNING]),
        Organisation.dissolved_on.is_(None),
    )


def _reports(session: Session, task_id: int) -> Iterable[Report]:
    rows = session.execute(
        sa.select(
            CampaignProgress,
            Organisation.name.label("organisation_name"),
            Person.name.label("person_name"),
            _PRINCIPAL.name.label("principal_name"),
        )
        .join(Person, Person.id == CampaignProgress.person_id)
        .join(Post, Post.id == CampaignProgress.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .join(_PRINCIPAL, _PRINCIPAL.id == Post.person_id)
        .where(CampaignProgress.task_id == task_id)
        .order_by(CampaignProgress.id.desc())
        .limit(MOST_REPORTS)
    )
    for row in rows:
        progress = row.CampaignProgress
        yield Report(
            state=TaskState(progress.state),
            text=progress.text,
            evidence=progress.evidence,
            organisation_name=row.organisation_name,
            person_name=row.person_name,
            principal_name=row.principal_name if progress.substitution_id else "",
            at=progress.at,
        )


def _assignments(session: Session, task_id: int) -> Iterable[Assigned]:
    rows = session.execute(
        sa.select(
            CampaignAssignment,
            _OWNER.name.label("owner_name"),
            Person.name.label("person_name"),
            _PRINCIPAL.name.label("principal_name"),
        )
        .join(Person, Person.id == CampaignAssignment.person_id)
        .join(Post, Post.id == CampaignAssignment.post_id)
        .join(_PRINCIPAL, _PRINCIPAL.id == Post.person_id)
        .outerjoin(_OWNER, _OWNER.id == CampaignAssignment.owner_id)
        .where(CampaignAssignment.task_id == task_id)
        .order_by(CampaignAssignment.id.desc())
        .limit(MOST_REPORTS)
    )
    for row in rows:
        assignment = row.CampaignAssignment
        yield Assigned(
            owner_name=row.owner_name or "",
            person_name=row.person_name,
            principal_name=row.principal_name if assignment.substitution_id else "",
            at=assignment.at,
        )


def _row(task: CampaignTask, owner_name: str | None, progress: CampaignProgress | None) -> TaskRow:
    reported = TaskState(progress.state) if progress else TaskState.NOT_BEGUN
    return TaskRow(
        task_id=task.id,
        number=task.number,
        heading=task.heading,
        text=task.text,
        units_text=task.units_text,
        deadline_text=task.deadline_text,
        due_on=task.due_on,
        standing=task.standing,
        frequencies=tuple(task.frequencies),
        listed_progress=task.listed_progress,
        note=task.note,
        owner_id=task.owner_id,
        owner_name=owner_name or "",
        state=None if task.counts_cases else reported,
        reported_at=progress.at if progress else None,
        report=progress.text if progress else "",
    )
