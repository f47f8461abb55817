"""In a demonstration a visitor signs with one hand on a phone: the device shows its code."""

import re
from dataclasses import replace

import sqlalchemy as sa
from playwright.sync_api import expect

from services.database import transaction
from services.models.case import Act
from services.models.installation import Installation as InstallationRow
from tests.browser.conftest import Installation
from tests.integration.test_second_factor import to_signature
from workflows.vocabulary import Action


def test_the_demonstrations_device_fills_in_what_it_shows_when_pressed(
    installation_with_devices: Installation,
) -> None:
    installation = installation_with_devices
    world = installation.world
    asked, world.office = world.office, replace(world.office, second_factor=False)
    case_id = to_signature(world)
    world.office = asked
    with transaction(world.engine) as session:
        session.add(InstallationRow(profile="shuozhou", demonstration=True, made_at=world.now))
    page = installation.page("signatory")
    page.set_viewport_size({"width": 375, "height": 800})
    task = world.task_id(case_id, Action.SIGN_LISTING)
    page.goto(f"{installation.address}/cases/{case_id}/tasks/{task}")
    world.later(minutes=5)  # the code on the page is long over
    page.get_by_role("button", name="填入").click()
    expect(page.locator("[name=one_time_code]")).to_have_value(re.compile(r"\d{6}"))
    page.click("button[name=outcome][value=accepted]")
    page.wait_for_url("**/cases/*")
    with transaction(world.engine) as session:
        signed = sa.select(sa.func.count(Act.id)).where(Act.action == Action.SIGN_LISTING)
        assert session.scalars(signed).one() == 1
    assert installation.violations == []
