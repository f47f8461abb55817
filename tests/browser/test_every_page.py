"""Every kind of page that links lead to in the demonstration, as one person of each role.

It answers, nothing lies beside a telephone's screen, axe finds no fault, the console none.
"""

import logging
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from services.database import create_engine_for
from services.demonstration.loader import DEMONSTRATION_PASSWORD, load_demonstration
from services.demonstration.organisations import load
from services.demonstration.play import Press
from services.migrate import migrate
from services.settings import Settings
from tests.browser.conftest import expect_to_fit, serving
from tests.builders import fake_bind, fake_render, fake_sign, make_office
from web.app import create_app
from web.views.tracebacks import report_inputs

NOW = datetime(2026, 11, 18, 7, 0, tzinfo=UTC)
OF_A_KIND = 2
FEWEST_KINDS = 20
ONE_OF_EACH_ROLE = {person.posts[0].role: person.username for person in reversed(load().persons)}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, served."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    folder = tmp_path_factory.mktemp("demonstration")
    settings = Settings.from_environment({"GUAPAI_DATA": str(folder)})
    engine = create_engine_for(settings.database_url)
    migrate(engine)
    office = replace(make_office(folder), second_factor=True)
    load_demonstration(engine, office, Press(fake_render, fake_sign, fake_bind, report_inputs), NOW)
    with serving(create_app(settings, office=office, now=lambda: NOW)) as found:
        yield found
    engine.dispose()


@pytest.mark.long
@pytest.mark.parametrize("username", sorted(ONE_OF_EACH_ROLE.values()))
def test_whatever_a_link_leads_to_answers_fits_and_reads_well(
    browser: Browser, address: str, username: str
) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 375, "height": 812})
    context.set_default_timeout(30_000)
    page = context.new_page()
    said: list[str] = []
    page.on(
        "console", lambda message: said.append(message.text) if message.type == "error" else None
    )
    page.goto(f"{address}/sign-in")
    page.fill("[name=username]", username)
    page.fill("[name=password]", DEMONSTRATION_PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("nav")
    faults, kinds = walk(page, address, said)
    context.close()
    assert faults == []
    assert len(kinds) > FEWEST_KINDS


def walk(page: Page, address: str, said: list[str]) -> tuple[list[str], Counter[str]]:
    """Follow the links from where the page is, to so many pages of a kind: what was wrong."""
    ahead, seen = deque([urlsplit(page.url).path]), set[str]()
    kinds, faults = Counter[str](), list[str]()
    while ahead:
        place = ahead.popleft()
        kind = kind_of(place)
        if place in seen or kinds[kind] >= OF_A_KIND:
            continue
        seen.add(place)
        kinds[kind] += 1
        answer = page.context.request.get(f"{address}{place}")
        if answer.status != HTTPStatus.OK:
            faults.append(f"{place}: {answer.status}")
        elif "html" in answer.headers["content-type"]:
            page.goto(f"{address}{place}")
            faults += look(page, place, first_of_kind=kinds[kind] == 1)
            ahead.extend(links_of(page, address))
        faults += [f"{place}: {text}" for text in said]
        said.clear()
    return faults, kinds


def kind_of(place: str) -> str:
    """The address without what tells one record from another."""
    return re.sub(r"[0-9a-f]{16,}|\d+", "*", urlsplit(place).path)


def look(page: Page, place: str, *, first_of_kind: bool) -> list[str]:
    """What is wrong with the page that is shown."""
    expect_to_fit(page)
    if not first_of_kind:
        return []
    found = Axe().run(page).response["violations"]
    return [f"{place}: {row['id']} {row['nodes'][0]['html'][:120]}" for row in found]


def links_of(page: Page, address: str) -> Iterator[str]:
    """Where the links of the page lead to on this installation; not out of it."""
    for link in page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)"):
        parts = urlsplit(urljoin(page.url, link))
        if f"{parts.scheme}://{parts.netloc}" == address:
            yield parts.path + (f"?{parts.query}" if parts.query else "")
