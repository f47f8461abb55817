"""Duties that nobody may do are told to those who appoint, and where the case is read."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services import accounts
from services.clock import local_date
from services.database import reading, transaction
from services.models.organisation import Post
from services.models.process import open_task
from services.operations.doctor import examine
from services.queries.vacancies import VacancyRow, list_vacancies, list_vacant_steps
from services.settings import Settings
from tests.builders import World
from web.app import create_app
from workflows.vocabulary import Action, Role

PEOPLE = ("system_admin", "case_officer")


def leave(world: World, *names: str) -> None:
    """Their posts ended yesterday."""
    people = [world.person_ids[name] for name in names]
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Post)
            .where(Post.person_id.in_(people))
            .values(valid_to=local_date(world.now) - timedelta(days=1))
        )


def vacancies(world: World) -> tuple[VacancyRow, ...]:
    with reading(world.engine) as session:
        return list_vacancies(session, world.office.profile, local_date(world.now), 50)


def test_a_step_whose_last_holder_has_left_is_vacant(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    assert vacancies(world) == ()
    leave(world, "committee_officer")
    (row,) = (row for row in vacancies(world) if row.step is Action.PROPOSE_LISTING)
    assert row.organisation_id == world.ids["office"]
    assert row.roles == (Role.COMMITTEE_OFFICER,)
    with reading(world.engine) as session:
        vacant = list_vacant_steps(session, case_id, local_date(world.now))
        steps = session.execute(
            sa.select(open_task.c.step_id).where(open_task.c.task_id.in_(vacant))
        ).scalars()
        assert Action.PROPOSE_LISTING in set(steps)


def test_a_step_that_all_holders_must_leave_to_others_is_vacant(each_world: World) -> None:
    """Of two inspectors one has inspected and the other has left: who signs second?"""
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    world.do("reviewer", case_id, Action.INSPECT_RECTIFICATION)
    assert not [row for row in vacancies(world) if row.step is Action.INSPECT_RECTIFICATION]
    leave(world, "second_reviewer")
    (row,) = (row for row in vacancies(world) if row.step is Action.INSPECT_RECTIFICATION)
    assert row.roles == (Role.ACCEPTANCE_REVIEWER,)


@pytest.fixture
def clients(world: World, tmp_path: Path) -> dict[str, FlaskClient]:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    app = create_app(settings, office=world.office, now=lambda: world.now)
    signed_in = {name: app.test_client() for name in PEOPLE}
    with transaction(world.engine) as session:
        for name, client in signed_in.items():
            accounts.create_account(session, world.person_ids[name], name, "a hash")
            attempt = accounts.Attempt(None, world.person_ids[name], None)
            client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
    return signed_in


def test_who_appoints_is_told_where_and_as_what_but_not_of_the_case(
    world: World, clients: dict[str, FlaskClient], tmp_path: Path
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    assert "无人可办" not in clients["system_admin"].get("/administration").text
    assert "现无人可办" not in clients["case_officer"].get(f"/cases/{case_id}").text
    leave(world, "committee_officer")
    told = clients["system_admin"].get("/administration").text
    assert "无人可办的环节" in told
    assert f"/administration/organisations/{world.ids['office']}" in told
    (row,) = (row for row in vacancies(world) if row.step is Action.PROPOSE_LISTING)
    assert row.case_number not in told
    assert "现无人可办" in clients["case_officer"].get(f"/cases/{case_id}").text
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path)})
    (fault,) = (
        check
        for check in examine(settings, world.engine, world.now)
        if check.name == "vacant_steps"
    )
    assert not fault.sound
    assert row.case_number in fault.detail
