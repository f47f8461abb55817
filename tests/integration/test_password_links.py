"""Links to set a password and requests for one, as an attacker would try them."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from services.accounts import Attempt, create_account, find_session, open_session
from services.database import reading, transaction
from services.models.account import Account
from services.models.administration import PasswordLink, PasswordRequest, PublicRequest
from services.password_links import (
    LinkOverError,
    NewLink,
    NoAccountError,
    find_link,
    make_link,
    request_link,
    use_link,
)
from services.public_requests import MOST_IN_WINDOW, TooManyRequestsError
from tests.builders import World
from workflows.administration import LinkPurpose


def with_accounts(world: World) -> World:
    """A case officer who was never here, and a leader with a password."""
    with transaction(world.engine) as session:
        create_account(session, world.person_ids["case_officer"], "officer")
        create_account(session, world.person_ids["leader"], "leader", "a hash")
    return world


@pytest.fixture
def invited(world: World) -> World:
    return with_accounts(world)


@pytest.fixture
def each_invited(each_world: World) -> World:
    return with_accounts(each_world)


def made(world: World, name: str = "case_officer") -> NewLink:
    with transaction(world.engine) as session:
        return make_link(session, world.person_ids[name], None, world.now)


def use(world: World, code: str, password_hash: str = "new hash") -> None:
    with transaction(world.engine) as session:
        use_link(session, code, password_hash, world.now)


def reason(world: World, code: str) -> str:
    with pytest.raises(LinkOverError) as refused:
        use(world, code)
    return refused.value.detail["reason"]


def hash_of(world: World, username: str) -> str:
    with reading(world.engine) as session:
        return session.scalars(
            sa.select(Account.password_hash).where(Account.username == username)
        ).one()


def test_an_invitation_lasts_three_days_and_a_reset_one_hour(invited: World) -> None:
    invitation, reset = made(invited), made(invited, "leader")
    assert invitation.purpose is LinkPurpose.INVITATION
    assert invitation.expires_at - invited.now == timedelta(hours=72)
    assert reset.purpose is LinkPurpose.RESET
    assert reset.expires_at - invited.now == timedelta(hours=1)
    invited.later(minutes=59)
    use(invited, reset.code)
    invited.later(hours=71, minutes=1)
    assert reason(invited, invitation.code) == "expired"


def test_only_a_hash_of_the_code_is_stored(invited: World) -> None:
    link = made(invited)
    with reading(invited.engine) as session:
        row = session.scalars(sa.select(PasswordLink)).one()
        assert link.code not in str(row.__dict__)


def test_a_used_link_sets_nothing_a_second_time(each_invited: World) -> None:
    link = made(each_invited)
    use(each_invited, link.code)
    assert reason(each_invited, link.code) == "used"
    with pytest.raises(LinkOverError):
        use(each_invited, link.code, "the thief's hash")
    assert hash_of(each_invited, "officer") == "new hash"


def test_a_link_sets_the_password_of_its_own_person_only(invited: World) -> None:
    use(invited, made(invited).code)
    assert hash_of(invited, "leader") == "a hash"


def test_a_newer_link_and_a_disabled_account_end_the_older_one(invited: World) -> None:
    first, second = made(invited), made(invited)
    assert reason(invited, first.code) == "replaced"
    with transaction(invited.engine) as session:
        session.execute(sa.update(Account).values(disabled_at=invited.now))
    assert reason(invited, second.code) == "replaced"
    with pytest.raises(NoAccountError):
        made(invited)


@pytest.mark.parametrize("code", ["", "x", "a" * 32, "0" * 5000, "' OR 1=1 --"])
def test_a_guessed_code_is_unknown(invited: World, code: str) -> None:
    made(invited)
    assert reason(invited, code) == "unknown"


def test_a_code_typed_from_paper_counts(invited: World) -> None:
    code = made(invited).code
    typed = "-".join(code[start : start + 4] for start in range(0, 32, 4)).upper()
    with reading(invited.engine) as session:
        assert find_link(session, f" {typed} ", invited.now).username == "officer"


def test_looking_at_a_link_spends_nothing(invited: World) -> None:
    link = made(invited)
    for _ in range(3):
        with reading(invited.engine) as session:
            find_link(session, link.code, invited.now)
    use(invited, link.code)


def test_setting_the_password_ends_every_session_of_the_person(each_invited: World) -> None:
    attempt = Attempt(id=None, person_id=each_invited.person_ids["leader"], password_hash=None)
    with transaction(each_invited.engine) as session:
        token = open_session(session, attempt, each_invited.now)
    use(each_invited, made(each_invited, "leader").code)
    with reading(each_invited.engine) as session:
        assert find_session(session, token, each_invited.now) is None


def test_of_two_browsers_at_once_one_sets_the_password(each_invited: World) -> None:
    code = made(each_invited).code
    start, outcomes = Barrier(2), list[str]()

    def try_it(password_hash: str) -> None:
        start.wait()
        try:
            use(each_invited, code, password_hash)
            outcomes.append(password_hash)
        except LinkOverError as error:
            outcomes.append(error.detail["reason"])

    threads = [Thread(target=try_it, args=(name,)) for name in ("one", "other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[1:] == ["used"] or sorted(outcomes) == ["one", "used"]
    assert hash_of(each_invited, "officer") in outcomes


def ask(world: World, username: str, network: str = "10.0.0.1") -> None:
    with transaction(world.engine) as session:
        request_link(session, username, network, world.now)


def requests(world: World) -> list[int]:
    with reading(world.engine) as session:
        return list(
            session.scalars(
                sa.select(PasswordRequest.person_id).where(PasswordRequest.closed_at.is_(None))
            )
        )


def test_a_request_is_kept_for_a_known_name_once(each_invited: World) -> None:
    ask(each_invited, " LEADER ")
    ask(each_invited, "leader")
    ask(each_invited, "nobody")
    assert requests(each_invited) == [each_invited.person_ids["leader"]]
    with reading(each_invited.engine) as session:
        assert len(session.scalars(sa.select(PublicRequest.id)).all()) == 3


def test_a_link_answers_the_request(invited: World) -> None:
    ask(invited, "leader")
    made(invited, "leader")
    assert requests(invited) == []


@pytest.mark.parametrize("username", ["leader", "nobody"])
def test_one_network_asks_ten_times_an_hour_whoever_it_names(invited: World, username: str) -> None:
    for _ in range(MOST_IN_WINDOW):
        ask(invited, username)
    with pytest.raises(TooManyRequestsError):
        ask(invited, username)
    ask(invited, username, "10.0.0.2")
    invited.later(hours=1)
    ask(invited, username)
