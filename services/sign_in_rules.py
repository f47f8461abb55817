"""The rules of signing in, without storage: lock-out, life of a session, passwords, names."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
SEEN_PRECISION = timedelta(minutes=1)
LOCK_WINDOW = timedelta(minutes=30)
KNOWN_NETWORK_WINDOW = timedelta(days=30)
ATTEMPTS_KEPT = timedelta(days=180)
FAILURES_FROM_ONE_NETWORK = 5
FAILURES_OF_ACCOUNT = 50
FAILURES_OF_NETWORK = 100
PASSWORD_MINIMUM = 12
PASSWORD_MAXIMUM = 128
DIFFERENT_CHARACTERS = 5
USERNAME_MINIMUM = 3
USERNAME_MAXIMUM = 80
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


class PasswordProblem(StrEnum):
    """Why a new password is refused."""

    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    TOO_SIMPLE = "password_too_simple"
    CONTAINS_USERNAME = "password_contains_username"


class UsernameProblem(StrEnum):
    """Why a new user name is refused."""

    LENGTH = "username_length"
    CHARACTERS = "username_characters"


@dataclass(frozen=True)
class RecentAttempts:
    """What was tried within the lock window, as far as it counts for one new attempt."""

    failures_here: int
    failures_of_account: int
    failures_of_network: int
    network_is_known: bool


def is_locked(recent: RecentAttempts) -> bool:
    """Keyed by account and network, so that nobody can lock a leader out from elsewhere.

    The account-wide bound, against guessing from many networks at once, spares the networks from
    which this account has lately signed in.
    """
    if recent.failures_here >= FAILURES_FROM_ONE_NETWORK:
        return True
    if recent.failures_of_network >= FAILURES_OF_NETWORK:
        return True
    return recent.failures_of_account >= FAILURES_OF_ACCOUNT and not recent.network_is_known


def session_is_over(created_at: datetime, last_seen_at: datetime, now: datetime) -> bool:
    """Idle too long, or open too long whatever was done."""
    return now - last_seen_at >= IDLE_LIMIT or now - created_at >= ABSOLUTE_LIMIT


def find_password_problem(password: str, username: str) -> PasswordProblem | None:
    """Length decides; no rules of composition, but no single repeated key and no own name."""
    if len(password) < PASSWORD_MINIMUM:
        return PasswordProblem.TOO_SHORT
    if len(password) > PASSWORD_MAXIMUM:
        return PasswordProblem.TOO_LONG
    if username.casefold() in password.casefold():
        return PasswordProblem.CONTAINS_USERNAME
    if len(set(password)) < DIFFERENT_CHARACTERS:
        return PasswordProblem.TOO_SIMPLE
    return None


def find_username_problem(username: str) -> UsernameProblem | None:
    """A new name is one that anybody can read out: letters, digits, dots, dashes."""
    name = normalised_username(username)
    if not USERNAME_MINIMUM <= len(name) <= USERNAME_MAXIMUM:
        return UsernameProblem.LENGTH
    return None if USERNAME.fullmatch(name) else UsernameProblem.CHARACTERS


def normalised_username(username: str) -> str:
    """One spelling per account: full-width letters, case and blanks round it do not count."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def network_of(address: str) -> str:
    """What counts as one place to try from: an IPv4 address, or an IPv6 subscriber's /64."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))
