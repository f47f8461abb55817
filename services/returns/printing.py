"""The pages of a return, made from the step by which it was submitted."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.models.monthly_return import MonthlyReturn, MonthlyReturnStep
from services.models.organisation import Organisation, Person
from services.models.succession import Substitution

RETURN_TEMPLATE = "monthly_return.html"


def printed_return(session: Session, step_id: int) -> dict[str, Any] | None:
    """What the pages are made from; None where the step is gone."""
    step = session.get(MonthlyReturnStep, step_id)
    if step is None:
        return None
    row = session.get_one(MonthlyReturn, step.return_id)
    return {
        "kind": "monthly_return",
        "unit": session.get_one(Organisation, row.unit_id).name,
        "office": session.get_one(Organisation, row.office_id).name,
        "period": row.period,
        "due_on": row.due_on.isoformat(),
        "submitted_on": local_date(step.at).isoformat(),
        "drafted_on": local_date(step.at).isoformat(),
        "issued_on": local_date(step.at).isoformat(),
        "approved_by": session.get_one(Person, step.person_id).name,
        "principal": _principal_of(session, step),
        **step.content["return"],
    }


def keep_pages(session: Session, step_id: int, sha256: str) -> None:
    """The pages of what was submitted last; those of an earlier time are not looked at again."""
    step = session.get_one(MonthlyReturnStep, step_id)
    session.execute(
        sa.update(MonthlyReturn)
        .where(
            MonthlyReturn.id == step.return_id,
            MonthlyReturn.submitted_at == step.at,
            MonthlyReturn.sha256.is_(None),
        )
        .values(sha256=sha256)
    )


def _principal_of(session: Session, step: MonthlyReturnStep) -> str:
    """In whose name it was approved, where a substitute did it."""
    name = session.scalar(
        sa.select(Person.name)
        .join(Substitution, Substitution.principal_person_id == Person.id)
        .where(Substitution.id == step.substitution_id)
    )
    return name or ""
