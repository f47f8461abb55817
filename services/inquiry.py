"""Who may take part in an inquiry: nobody of the side whose hazard it is about."""

import re

import sqlalchemy as sa

from services.errors import InvalidCommandError
from services.models.case import Act, CaseParty
from services.models.organisation import Person, Post
from services.step import OpenedStep
from workflows.permissions import SUPERVISED_SIDE_ACTS

FEWEST_MEMBERS = 2
_END_OF_NAME = re.compile(r"[\s（(，,、；;]")


def check_members(step: OpenedStep, members: str) -> None:
    """Two names at least, one a line, none of the judged side; InvalidCommandError otherwise."""
    names = {_END_OF_NAME.split(line.strip())[0] for line in members.splitlines() if line.strip()}
    if len(names) < FEWEST_MEMBERS:
        raise InvalidCommandError({"inquiry_members": f"too_few:{FEWEST_MEMBERS}"})
    judged = names & _judged_side(step)
    if judged:
        raise InvalidCommandError({"inquiry_members": f"judged_side:{min(judged)}"})


def _judged_side(step: OpenedStep) -> set[str]:
    """Whoever has acted for the party or its parent in this case, or has a post there today."""
    session, case, today = step.frame.session, step.case, step.frame.today
    houses = sa.select(CaseParty.organisation_id).where(
        CaseParty.case_id == case.id, CaseParty.organisation_id.is_not(None)
    )
    there = sa.select(Person.name).where(
        Person.id == Post.person_id,
        sa.or_(
            Post.organisation_id.in_([case.responsible_party_id, case.parent_company_id or 0]),
            Post.organisation_id.in_(houses),
        ),
        sa.or_(Post.valid_to.is_(None), Post.valid_to >= today),
    )
    acted = sa.select(Person.name).where(
        Person.id == Act.person_id,
        Act.case_id == case.id,
        Act.action.in_(sorted(SUPERVISED_SIDE_ACTS)),
    )
    return {*session.scalars(there), *session.scalars(acted)}
