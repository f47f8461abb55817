"""Lock-out, life of a session, passwords, names and networks."""

from datetime import UTC, datetime, timedelta

import pytest

from services.sign_in_rules import (
    PasswordProblem,
    RecentAttempts,
    find_password_problem,
    is_locked,
    network_of,
    normalised_username,
    session_is_over,
)

BEGAN = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("recent", "locked"),
    [
        (RecentAttempts(0, 0, 0, False), False),
        (RecentAttempts(4, 4, 4, False), False),
        (RecentAttempts(5, 5, 5, False), True),
        (RecentAttempts(5, 5, 5, True), True),
        (RecentAttempts(0, 49, 0, False), False),
        (RecentAttempts(0, 50, 0, False), True),
        (RecentAttempts(0, 5000, 0, True), False),
        (RecentAttempts(0, 0, 99, True), False),
        (RecentAttempts(0, 0, 100, True), True),
    ],
)
def test_locks_by_account_and_network_and_spares_the_owner_elsewhere(
    recent: RecentAttempts, locked: bool
) -> None:
    assert is_locked(recent) is locked


@pytest.mark.parametrize(
    ("idle", "open_for", "over"),
    [
        (timedelta(minutes=29, seconds=59), timedelta(hours=1), False),
        (timedelta(minutes=30), timedelta(hours=1), True),
        (timedelta(0), timedelta(hours=11, minutes=59), False),
        (timedelta(0), timedelta(hours=12), True),
    ],
)
def test_session_ends_when_idle_or_old(idle: timedelta, open_for: timedelta, over: bool) -> None:
    now = BEGAN + open_for
    assert session_is_over(BEGAN, now - idle, now) is over


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("elevenchars", PasswordProblem.TOO_SHORT),
        ("twelve chars", None),
        ("隐患整改到位责任落实到人头", None),
        ("x" * 60 + "abcdefgh", None),
        ("abcde" * 25 + "abc", None),
        ("abcde" * 25 + "abcd", PasswordProblem.TOO_LONG),
        ("aaaaaaaaaaaaaa", PasswordProblem.TOO_SIMPLE),
        ("my Zhang.Wei password", PasswordProblem.CONTAINS_USERNAME),
    ],
)
def test_new_password_is_judged_by_length_not_composition(
    password: str, problem: PasswordProblem | None
) -> None:
    assert find_password_problem(password, "zhang.wei") is problem


def test_one_spelling_per_user_name() -> None:
    assert normalised_username("  Ｚhang.WEI ") == "zhang.wei"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
    ],
)
def test_a_network_is_an_address_or_a_subscribers_prefix(address: str, network: str) -> None:
    assert network_of(address) == network
