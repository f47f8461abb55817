"""Floods and guesses: stopped by counting, whoever sends them, and an honest informant is heard."""

import random
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.account import SignInAttempt
from services.models.administration import PublicRequest
from services.models.tip import PublicQuota, Tip
from services.reference.profile import load_profile
from services.settings import Settings
from services.tips.forgetting import forget_what_is_over
from services.tips.quotas import Quota, TipsFullError, use
from services.tips.receipts import _check_digits, read_receipt, receipt_for
from services.tips.receiving import Subject, SuperiorChannelError
from tests.builders import KEYS, World
from tests.tips import Tips, tips_in
from web.app import create_app
from workflows.tips import TipAction, TipChannel, TipOutcome

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def tips(world: World) -> Tips:
    return tips_in(world)


@pytest.fixture
def each_tips(each_world: World) -> Tips:
    return tips_in(each_world)


@pytest.fixture
def stranger(tips: Tips, tmp_path: Path) -> Iterator[FlaskClient]:
    world = tips.world
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    app = create_app(settings, office=world.office, now=lambda: world.now)
    yield app.test_client()
    app.extensions["guapai"].connection.engine.dispose()


def ask(client: FlaskClient, token: str, code: str) -> int:
    data = {"csrf_token": token, "code": code}
    return client.post("/public/report/status", data=data).status_code


def token_of(client: FlaskClient) -> str:
    found = TOKEN.search(client.get("/public/report/status").text)
    assert found
    return found[1]


def test_guesses_find_nothing_are_stopped_and_hold_up_no_honest_informant(
    tips: Tips, stranger: FlaskClient
) -> None:
    receipts = [tips.send(pictures=()) for _ in range(20)]
    chance, token = random.Random(1), token_of(stranger)
    guesses = [f"{chance.randrange(10**20):020d}" for _ in range(300)]
    assert not set(guesses) & set(receipts)
    answers = [ask(stranger, token, guess) for guess in guesses]
    assert set(answers) == {404, 429}
    assert answers.count(404) == 30
    begun = time.perf_counter()
    assert ask(stranger, token, receipts[7]) == 200
    assert time.perf_counter() - begun < 2
    tips.world.later(minutes=1)
    assert ask(stranger, token, guesses[0]) == 404


def test_whoever_could_make_check_digits_is_stopped_as_well(
    tips: Tips, stranger: FlaskClient
) -> None:
    tips.send()
    chance, token = random.Random(2), token_of(stranger)
    answers = []
    for _ in range(30):
        secret = f"{chance.randrange(10**16):016d}"
        answers.append(ask(stranger, token, secret + _check_digits(KEYS, secret)))
    assert answers == [404] * 20 + [429] * 10


def test_whoever_has_found_such_codes_keeps_nobody_from_an_answer(
    tips: Tips, stranger: FlaskClient
) -> None:
    receipt, token = tips.send(), token_of(stranger)
    found = "0" * 16 + _check_digits(KEYS, "0" * 16)
    assert [ask(stranger, token, found) for _ in range(21)] == [404] * 20 + [429]
    assert ask(stranger, token, receipt) == 200


def test_one_digit_in_ten_thousand_guesses_passes_the_check() -> None:
    chance = random.Random(3)
    passed = sum(
        read_receipt(KEYS, f"{chance.randrange(10**20):020d}") is not None for _ in range(100_000)
    )
    assert 0 < passed < 40  # ten are expected
    made = {receipt_for(KEYS, f"{number:032x}") for number in range(2000)}
    assert len(made) == 2000
    assert all(read_receipt(KEYS, code) == code for code in made)


def test_a_flood_about_one_place_leaves_the_others_open(tips: Tips) -> None:
    for _ in range(40):
        tips.send(pictures=(), contact_name="", contact_phone="")
    with pytest.raises(TipsFullError):
        tips.send(pictures=())
    tips.send(pictures=(), division_code="140621")
    tips.send(pictures=(), channel=TipChannel.EMPLOYEE, enterprise_id=tips.world.ids["mine"])
    tips.world.later(days=1)
    tips.send(pictures=())
    with transaction(tips.world.engine) as session:
        assert session.scalars(sa.select(sa.func.count(Tip.id))).one() == 43


def test_nothing_is_kept_of_who_it_was_and_nothing_finer_than_the_day(
    tips: Tips, stranger: FlaskClient
) -> None:
    tips.world.later(hours=7, minutes=13)
    token = token_of(stranger)
    tips.send()
    ask(stranger, token, "1" * 20)
    with transaction(tips.world.engine) as session:
        rows = session.scalars(sa.select(PublicQuota)).all()
        assert {row.name for row in rows} == {"tips", "tips 140602", "wrong codes"}
        days = [row.begins_at for row in rows if row.name.startswith("tips")]
        assert all((day + timedelta(hours=8)).hour == 0 for day in days)
        for table in (PublicRequest, SignInAttempt):
            assert session.scalars(sa.select(sa.func.count(table.id))).one() == 0


def test_a_full_quota_is_never_passed_by_many_at_once(each_tips: Tips) -> None:
    world, quota = each_tips.world, Quota("test", 5, timedelta(days=1))

    def once(_number: int) -> bool:
        with transaction(world.engine) as session:
            return use(session, quota, world.now)

    with ThreadPoolExecutor(max_workers=6) as crowd:
        assert sum(crowd.map(once, range(24))) == 5


def test_an_identity_and_an_opening_are_deleted_when_their_time_is_over(each_tips: Tips) -> None:
    tips, world = each_tips, each_tips.world
    tips.send()
    tips.register(1)
    tips.take("case_officer", 1, TipAction.REQUEST_IDENTITY, TipOutcome.REQUESTED)
    tips.decide_identity(1, TipOutcome.GRANTED)
    assert not forget_what_is_over(world.engine, world.now)
    world.later(hours=24)
    assert forget_what_is_over(world.engine, world.now)
    assert not forget_what_is_over(world.engine, world.now)
    with transaction(world.engine) as session:
        sealed = sa.text("SELECT count(*) FROM tip_identity_request WHERE sealed IS NOT NULL")
        openings = sa.text("SELECT count(*) FROM custodian_opening")
        assert session.execute(sealed).scalar_one() == 0
        assert session.execute(openings).scalar_one() == 0


@pytest.fixture
def datong(world: World) -> Tips:
    """The same office under the profile of another city."""
    world.office = replace(world.office, profile=load_profile("datong"))
    return tips_in(world)


def test_elsewhere_a_tip_about_an_organ_is_routed_past_it(datong: Tips) -> None:
    organ = datong.world.ids["department"]
    datong.send(subject=Subject.ORGAN, about_organ_id=organ)
    with pytest.raises(InvalidCommandError) as refused:
        datong.register(1)
    assert refused.value.fields == {"handler_id": "choose"}
    datong.register(1, house="office")


@pytest.mark.parametrize("about", ["office", "committee", "county", "city"])
def test_even_there_nothing_is_stored_about_those_who_would_read_it(
    datong: Tips, about: str
) -> None:
    with pytest.raises(SuperiorChannelError):
        datong.send(subject=Subject.ORGAN, about_organ_id=datong.world.ids[about])
    with transaction(datong.world.engine) as session:
        assert session.scalars(sa.select(sa.func.count(Tip.id))).one() == 0


def test_where_employees_have_to_give_a_name_the_public_need_not(datong: Tips) -> None:
    nameless = {"contact_name": "", "contact_phone": ""}
    datong.send(**nameless)
    with pytest.raises(InvalidCommandError) as refused:
        datong.send(channel=TipChannel.EMPLOYEE, **nameless)
    assert refused.value.fields == dict.fromkeys(("contact_name", "contact_phone"), "required")
