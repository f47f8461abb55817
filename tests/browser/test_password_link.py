"""A link in a real browser: the code leaves the address at once, and works without a script."""

from playwright.sync_api import Browser

from services.accounts import NO_PASSWORD
from services.database import transaction
from services.models.account import Account
from services.password_links import make_link
from tests.browser.conftest import Installation, expect_to_fit

NEW = "a new sentence to remember"


def invitation(installation: Installation, name: str) -> str:
    world = installation.world
    with transaction(world.engine) as session:
        account = session.query(Account).filter_by(person_id=world.person_ids[name]).one()
        account.password_hash = NO_PASSWORD
        session.flush()
        return make_link(session, account.person_id, None, world.now).code


def test_the_script_hands_the_code_over_and_clears_the_address(
    installation: Installation, browser: Browser
) -> None:
    code = invitation(installation, "leader")
    requests: list[str] = []
    with browser.new_context(locale="zh-CN", viewport={"width": 375, "height": 900}) as context:
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{installation.address}/set-password#{code}")
        page.fill("[name=password_new]", NEW)
        page.fill("[name=password_again]", NEW)
        assert code not in page.url
        page.click("main button")
        page.wait_for_url("**/sign-in")
        page.fill("[name=username]", "leader")
        page.fill("[name=password]", NEW)
        page.click("main button")
        page.wait_for_selector(".user-menu")
        expect_to_fit(page)
    # A browser may name the first address with its fragment; none is sent on.
    assert not any(code in url for url in requests[1:])


def test_without_a_script_the_code_is_typed(installation: Installation, browser: Browser) -> None:
    code = invitation(installation, "signatory")
    with browser.new_context(locale="zh-CN", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{installation.address}/set-password#{code}")
        page.fill("[name=password_code]", " ".join((code[:16], code[16:])).upper())
        page.click("main button")
        page.fill("[name=password_new]", NEW)
        page.fill("[name=password_again]", NEW)
        page.click("main button")
        assert page.url.endswith("/sign-in")
        page.goto(f"{installation.address}/set-password")
        page.fill("[name=password_code]", code)
        page.click("main button")
        assert page.get_by_text("已经使用过").is_visible()
