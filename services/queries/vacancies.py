"""Open duties that nobody may do: nobody holds the post, or whoever does must leave it to others.

To keep duties apart can leave a step without anybody. That no rule can mend, only a person who
is newly appointed; so it is told to those who appoint, and to those who read the case.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import SupervisionCase
from services.models.organisation import Organisation
from services.models.process import open_task
from services.queries.doers import all_hands, doers, open_steps
from services.queries.duties import IS_DUTY, SOONEST_FIRST
from services.queries.facts import load_record, standing_of
from services.queries.tasks import task_row
from services.reference.profile import Profile
from workflows.permissions import holder_of, roles_at_holder
from workflows.vocabulary import Action, Role


@dataclass(frozen=True)
class VacancyRow:
    """A duty that nobody may do. `roles`: who may be appointed at the organisation to do it."""

    case_number: str
    step: Action
    organisation_id: int | None
    organisation_name: str
    roles: tuple[Role, ...]


def list_vacant_steps(session: Session, case_id: int, today: date) -> frozenset[str]:
    """The tasks of one case that wait for nobody."""
    return frozenset(session.scalars(_asking_of_case(today), {"case_id": case_id}))


def list_vacancies(
    session: Session, profile: Profile, today: date, limit: int
) -> tuple[VacancyRow, ...]:
    """The duties of all cases that wait for nobody, soonest due first."""
    rows = session.execute(_asking_of_all(today), {"most": limit}).all()
    return tuple(_vacancy(session, row, profile) for row in rows)


# Kept for the day: to build them takes longer than to ask them.
@lru_cache(maxsize=2)
def _asking_of_case(today: date) -> sa.Select[str]:
    here = open_task.c.case_id == sa.bindparam("case_id", type_=sa.Integer)
    return sa.select(open_task.c.task_id).where(*_wait_for_nobody(today, here))


@lru_cache(maxsize=2)
def _asking_of_all(today: date) -> sa.Select[Any]:
    return (
        sa.select(open_task)
        .where(*_wait_for_nobody(today))
        .order_by(*SOONEST_FIRST)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def _wait_for_nobody(
    today: date, *which: sa.ColumnElement[bool]
) -> tuple[sa.ColumnElement[bool], ...]:
    asked = (IS_DUTY, *which)
    somebodys = doers(open_steps(), all_hands(today), *asked)
    return (*asked, open_task.c.task_id.not_in(somebodys))


def _vacancy(session: Session, row: sa.Row[tuple[object, ...]], profile: Profile) -> VacancyRow:
    task = task_row(row)
    case = session.get_one(SupervisionCase, task.case_id)
    standing = standing_of(session, case, load_record(session, case, profile))
    receiver = standing.receiver_at(task.process_id, task.position)
    organisation_id = holder_of(task.step, standing, receiver)
    organisation = session.get(Organisation, organisation_id) if organisation_id else None
    return VacancyRow(
        case.case_number or case.intake_number,
        task.step,
        organisation_id,
        organisation.name if organisation else "",
        roles_at_holder(task.step, standing, receiver),
    )
