"""A running installation: pages, worker, and a browser for each person."""

import io
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, FilePayload, Page
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wsgi import ClosingIterator

from services.accounts import create_account, hash_password
from services.clock import LOCAL_ZONE
from services.database import create_engine_for, transaction
from services.demonstration.loader import DEMONSTRATION_DEVICE
from services.documents.render import render_pdf
from services.migrate import migrate
from services.second_factor import code_at, counter_at, enrol
from services.settings import Settings
from services.signing import InstallationSigner
from services.worker import Workshop, work_off
from tests.builders import CONTENT, PEOPLE, World, make_world
from web.app import create_app
from web.labels import label_of
from workflows.vocabulary import Action

PASSWORD = "only-for-browser-tests"
MOST_LOOKS = 100


def small_png() -> bytes:
    """A real picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(buffer, "PNG")
    return buffer.getvalue()


@dataclass
class Installation:
    """The world behind the pages, and a signed-in page for each person."""

    world: World
    address: str
    browser: Browser
    screenshots: Path
    pages: dict[str, Page] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)

    def page(self, name: str) -> Page:
        """This person's page; signs in at the first call."""
        if name not in self.pages:
            context: BrowserContext = self.browser.new_context(
                locale="zh-CN", viewport={"width": 1280, "height": 900}
            )
            # A busy machine is no finding.
            context.set_default_timeout(30_000)
            page = context.new_page()
            page.on("console", partial(self._listen, name))
            page.goto(f"{self.address}/sign-in")
            page.fill("[name=username]", name.replace("_", "."))
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_selector("nav")
            self.pages[name] = page
        return self.pages[name]

    def _listen(self, name: str, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.violations.append(f"{name}: {message.text}")

    def do(self, name: str, action: Action, button: str | None = None, **values: object) -> Page:
        """Open the duty from one's list, fill its form, press a button, let the worker work."""
        page = self.page(name)
        page.goto(f"{self.address}/tasks")
        page.get_by_role("link", name=label_of(action), exact=False).first.click()
        content = dict(CONTENT[action](self.world)) if action in CONTENT else {}
        outcome = str(content.pop("outcome", "done"))
        fill(page, {**content, **values})
        self._fill_in_code(page)
        page.click(f"button[name=outcome][value={button or outcome}]")
        page.wait_for_url("**/cases/*")
        self.work()
        return page

    def _fill_in_code(self, page: Page) -> None:
        """What the device shows, where it is asked for; half a minute after the code before."""
        field = page.locator("[name=one_time_code]")
        if field.count():
            self.world.later(seconds=30)
            field.fill(code_at(DEMONSTRATION_DEVICE, counter_at(self.world.now)))

    def work(self) -> None:
        """What the worker beside the pages does."""
        render = partial(render_pdf, fonts_folder=None)
        office = self.world.office
        signer = InstallationSigner(self.world.engine, office.keys.sealing_key, render)
        shop = Workshop(self.world.engine, office.files, render, signer.sign)
        work_off(shop, self.world.now)


def whole_answers(app: WSGIApplication) -> WSGIApplication:
    """Read each answer to its end before it is sent.

    The test server leaves a file open when a browser breaks off while it is being sent.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as parts:
            return [b"".join(parts)]

    return answer


def expect_to_fit(page: Page) -> None:
    """Nothing lies beside the screen, once the page and its style sheet have arrived."""
    complete = "document.readyState === 'complete'"
    fits = f"{complete} && document.documentElement.scrollWidth <= innerWidth"
    for _ in range(MOST_LOOKS):
        with suppress(Error):  # the page was being replaced
            if page.evaluate(fits):
                return
        page.wait_for_timeout(100)
    raise AssertionError(f"{page.url} is wider than the screen")


def fill(page: Page, values: dict[str, Any]) -> None:
    """Put values into the fields that the page shows."""
    for name, value in values.items():
        if name == "uploads":
            picture = FilePayload(name="现场照片.png", mimeType="image/png", buffer=small_png())
            page.set_input_files("input[type=file]", [picture])
            continue
        inputs = page.locator(f"[name={name}]")
        kind = inputs.first.get_attribute("type", timeout=5000)
        for item in value if isinstance(value, tuple) else (value,):
            text = str(item.value if isinstance(item, StrEnum) else item)
            if isinstance(item, datetime):
                text = item.astimezone(LOCAL_ZONE).strftime("%Y-%m-%dT%H:%M")
            if isinstance(item, bool):
                inputs.first.set_checked(item)
            elif kind in ("radio", "checkbox"):
                page.check(f"[name={name}][value='{text}']")
            elif inputs.first.evaluate("element => element.tagName") == "SELECT":
                inputs.first.select_option(text)
            elif kind != "hidden":
                inputs.first.fill(text)


@pytest.fixture
def installation(browser: Browser, tmp_path: Path) -> Iterator[Installation]:
    """A fresh installation on SQLite, served on a free port of this machine."""
    with _served(browser, tmp_path, second_factor=False) as found:
        yield found


@pytest.fixture
def installation_with_devices(browser: Browser, tmp_path: Path) -> Iterator[Installation]:
    """An installation in which whoever signs types the code of the own device."""
    with _served(browser, tmp_path, second_factor=True) as found:
        yield found


@contextmanager
def _served(browser: Browser, tmp_path: Path, *, second_factor: bool) -> Iterator[Installation]:
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path / "data")})
    settings.data_folder.mkdir(parents=True)
    engine = create_engine_for(settings.database_url)
    migrate(engine)
    world = make_world(engine, settings.data_folder)
    world.office = replace(world.office, second_factor=second_factor)
    password_hash = hash_password(PASSWORD)
    with transaction(engine) as session:
        for name in PEOPLE:
            username = name.replace("_", ".")
            create_account(session, world.person_ids[name], username, password_hash)
            if second_factor:
                enrol(
                    session,
                    world.office.keys,
                    world.person_ids[name],
                    DEMONSTRATION_DEVICE,
                    world.now,
                )
    app = create_app(settings, office=world.office, now=lambda: world.now)
    with serving(app) as address:
        found = Installation(world, address, browser, tmp_path / "screenshots")
        yield found
        for page in found.pages.values():
            page.context.close()
    engine.dispose()


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """Serve on a free port of this machine, at this address."""
    server: BaseWSGIServer = make_server("127.0.0.1", 0, whole_answers(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
