"""Attempts, sessions and passwords on a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services import accounts
from services.accounts import Attempt, PasswordRefusedError, SignedIn
from services.database import reading, transaction
from services.models.account import Account, LoginSession, SignInAttempt
from services.models.organisation import Organisation, Person, Post
from workflows.vocabulary import OrganisationKind, Role

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    with transaction(sqlite_engine) as session:
        session.add(Person(id=1, name="测试员"))
        session.add(
            Organisation(id=1, key="office", kind=OrganisationKind.COMMITTEE_OFFICE, name="安委办")
        )
        session.flush()
        for title, first, last in (
            ("前任", date(2020, 1, 1), date(2026, 3, 1)),
            ("现任", date(2026, 3, 2), None),
            ("候任", date(2026, 3, 3), None),
        ):
            session.add(
                Post(
                    person_id=1,
                    organisation_id=1,
                    role=Role.COMMITTEE_OFFICER,
                    title=title,
                    valid_from=first,
                    valid_to=last,
                )
            )
        accounts.create_account(session, 1, "Officer", HASH)
    return sqlite_engine


def attempt(
    engine: Engine, password: str, network: str = HERE, now: datetime = NOW, name: str = "officer"
) -> Attempt | None:
    with transaction(engine) as session:
        tried = accounts.begin_attempt(session, name, network, now)
    return tried if accounts.password_matches(tried, password) else None


def sign_in(engine: Engine, network: str = HERE, now: datetime = NOW) -> str:
    tried = attempt(engine, PASSWORD, network, now)
    assert tried is not None
    with transaction(engine) as session:
        return accounts.open_session(session, tried, now)


def find(engine: Engine, token: str, now: datetime = NOW) -> SignedIn | None:
    with reading(engine) as session:
        return accounts.find_session(session, token, now)


def fill_with_failures(engine: Engine, count: int, network: str = HERE) -> None:
    with transaction(engine) as session:
        for _ in range(count):
            accounts.begin_attempt(session, "officer", network, NOW)


def test_signed_in_person_has_todays_posts(engine: Engine) -> None:
    found = find(engine, sign_in(engine))
    assert found is not None
    assert found.name == "测试员"
    assert [post.title for post in found.posts] == ["现任"]
    assert found.roles == {Role.COMMITTEE_OFFICER}


def test_token_is_stored_as_a_hash_only(engine: Engine) -> None:
    token = sign_in(engine)
    with reading(engine) as session:
        stored = session.scalars(sa.select(LoginSession.token_hash)).one()
    assert token not in stored


def test_typed_name_is_not_stored(engine: Engine) -> None:
    attempt(engine, "x", name="my secret password")
    with reading(engine) as session:
        assert "secret" not in session.scalars(sa.select(SignInAttempt.username_key)).one()


@pytest.mark.parametrize("name", ["officer", "nobody"])
def test_wrong_password_and_unknown_name_fail_alike(engine: Engine, name: str) -> None:
    assert attempt(engine, "wrong", name=name) is None


def test_disabled_account_neither_signs_in_nor_stays_signed_in(engine: Engine) -> None:
    token = sign_in(engine)
    with transaction(engine) as session:
        session.execute(sa.update(Account).values(disabled_at=NOW))
    assert attempt(engine, PASSWORD) is None
    assert find(engine, token) is None


def test_sixth_try_is_refused_and_thirty_minutes_later_allowed(engine: Engine) -> None:
    fill_with_failures(engine, 5)
    assert attempt(engine, PASSWORD) is None
    assert attempt(engine, PASSWORD, now=NOW + timedelta(minutes=30)) is not None


def test_locked_tries_do_not_prolong_the_lock(engine: Engine) -> None:
    fill_with_failures(engine, 1000)
    with reading(engine) as session:
        assert session.scalars(sa.select(sa.func.count(SignInAttempt.id))).one() == 5


def test_attacker_elsewhere_cannot_lock_the_owner_out(engine: Engine) -> None:
    fill_with_failures(engine, 1000, ELSEWHERE)
    assert attempt(engine, PASSWORD, HERE) is not None


def test_many_networks_lock_new_networks_but_not_the_known_one(engine: Engine) -> None:
    sign_in(engine, HERE, NOW - timedelta(days=3))
    for number in range(10):
        fill_with_failures(engine, 5, f"10.9.0.{number}")
    assert attempt(engine, PASSWORD, ELSEWHERE) is None
    assert attempt(engine, PASSWORD, HERE) is not None


def test_success_starts_the_count_anew(engine: Engine) -> None:
    fill_with_failures(engine, 4)
    sign_in(engine)
    fill_with_failures(engine, 4)
    assert attempt(engine, PASSWORD) is not None


def test_session_lives_on_while_it_is_used_and_ends_when_idle(engine: Engine) -> None:
    token = sign_in(engine)
    later = NOW + timedelta(minutes=29)
    found = find(engine, token, later)
    assert found is not None
    assert accounts.seen_long_enough_ago(found, later)
    with transaction(engine) as session:
        accounts.record_seen(session, found, later)
    assert find(engine, token, later + timedelta(minutes=29)) is not None
    assert find(engine, token, later + timedelta(minutes=30)) is None


def test_signing_out_kills_the_token(engine: Engine) -> None:
    token = sign_in(engine)
    with transaction(engine) as session:
        accounts.end_session(session, token, NOW)
    assert find(engine, token) is None


def test_ending_other_sessions_spares_this_one(engine: Engine) -> None:
    other, mine = sign_in(engine, ELSEWHERE), sign_in(engine)
    me = find(engine, mine)
    assert me is not None
    with transaction(engine) as session:
        assert accounts.count_other_sessions(session, me, NOW) == 1
        accounts.end_other_sessions(session, me, NOW)
        assert accounts.count_other_sessions(session, me, NOW) == 0
    assert find(engine, other) is None
    assert find(engine, mine) is not None


def test_changed_password_ends_every_session_and_opens_a_new_one(engine: Engine) -> None:
    old = sign_in(engine)
    me = find(engine, old)
    assert me is not None
    new_hash = accounts.checked_new_password(me.username, "另一个足够长的新密码一二三")
    with transaction(engine) as session:
        new = accounts.change_password(session, me, new_hash, NOW)
    assert find(engine, old) is None
    assert find(engine, new) is not None
    assert attempt(engine, PASSWORD) is None
    assert attempt(engine, "另一个足够长的新密码一二三") is not None


def test_refused_password_names_the_rule(engine: Engine) -> None:
    me = find(engine, sign_in(engine))
    assert me is not None
    with pytest.raises(PasswordRefusedError) as refused:
        accounts.checked_new_password(me.username, "short")
    assert refused.value.detail == {"problem": "password_too_short"}


def test_old_attempts_are_forgotten(engine: Engine) -> None:
    with transaction(engine) as session:
        _old_attempt(session)
    attempt(engine, "wrong")
    with reading(engine) as session:
        assert session.scalars(sa.select(SignInAttempt.at)).all() == [NOW]


def _old_attempt(session: Session) -> None:
    session.add(
        SignInAttempt(username_key="x", network=HERE, at=NOW - timedelta(days=181), succeeded=False)
    )
