"""Bans (任职限制): who may not be principal of a production unit, until when, of which units.

How the days are counted is the office's own reading of a law that was not read at its source
(`services/reference/ban_rule.toml`); nothing here is stored.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.errors import RuleError
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Role


class BanKind(StrEnum):
    """For how long, and of which units: of any for five years, of one trade for life."""

    FIVE_YEARS = "five_years"
    LIFETIME = "lifetime"


class BanGround(StrEnum):
    """What the ban follows from."""

    SENTENCE = "sentence"
    DISMISSAL = "dismissal"


class BanState(StrEnum):
    """Where an entry of the register stands. It stands until its revocation is confirmed."""

    PENDING = "pending"
    STANDING = "standing"
    REFUSED = "refused"
    REVOKING = "revoking"
    REVOKED = "revoked"


class BanStep(StrEnum):
    """What one person of the office does about an entry."""

    ENTER = "enter"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    PROPOSE_REVOCATION = "propose_revocation"
    CONFIRM_REVOCATION = "confirm_revocation"
    REFUSE_REVOCATION = "refuse_revocation"


class Likeness(StrEnum):
    """What comparing a principal with an entry of the same name has shown."""

    SAME = "same"
    DIFFERENT = "different"


class SubjectKind(StrEnum):
    """By what a principal is known: as a person, or by what asks for a person not yet there."""

    PERSON = "person"
    REGISTRATION = "registration"
    PROPOSAL = "proposal"


# Of whom the law speaks: whoever heads a unit, its parent company included.
PRINCIPALS = frozenset({Role.ENTERPRISE_PRINCIPAL, Role.PARENT_COMPANY_HEAD})
KEEPERS = (Role.COMMITTEE_OFFICER, Role.COMMITTEE_OFFICE_HEAD)
OF_DEPARTMENTS = (Role.CASE_OFFICER, Role.DEPARTMENT_HEAD)
READERS = (*KEEPERS, *OF_DEPARTMENTS)
COMPARERS = (*READERS, Role.SECURITY_ADMIN)
# Entries that stop somebody; one whose revocation waits for its second person still does.
IN_FORCE = (BanState.STANDING, BanState.REVOKING)
AWAITING = (BanState.PENDING, BanState.REVOKING)
FOLLOWS: Mapping[tuple[BanState, BanStep], BanState] = {
    (BanState.PENDING, BanStep.CONFIRM): BanState.STANDING,
    (BanState.PENDING, BanStep.REFUSE): BanState.REFUSED,
    (BanState.STANDING, BanStep.PROPOSE_REVOCATION): BanState.REVOKING,
    (BanState.REVOKING, BanStep.CONFIRM_REVOCATION): BanState.REVOKED,
    (BanState.REVOKING, BanStep.REFUSE_REVOCATION): BanState.STANDING,
}
NEEDS_REASON = frozenset({BanStep.REFUSE, BanStep.PROPOSE_REVOCATION, BanStep.REFUSE_REVOCATION})
YEARS = 5
MOST_OF_KEY = 120
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_DOTS = frozenset("·•‧・∙⋅")


class BanRefusedError(RuleError):
    """Not this person's step. `detail["reason"]`: `no_post` or `own_entry`."""

    code = "ban_refused"


@dataclass(frozen=True)
class Bar:
    """What a rule needs to know of an entry. `sector` is that of a ban for life."""

    kind: BanKind
    counted_from: date
    sector: str | None = None

    @property
    def until(self) -> date | None:
        """The last day of the ban, itself included; None: for life."""
        return last_day(self.counted_from) if self.kind is BanKind.FIVE_YEARS else None

    def stands_on(self, day: date) -> bool:
        """Whether the ban has not ended on that day."""
        return self.until is None or day <= self.until

    def reaches(self, sector: str | None) -> bool:
        """Whether it bars from units of that trade; a unit of unknown trade is within reach."""
        return self.kind is BanKind.FIVE_YEARS or sector is None or sector == self.sector


def last_day(counted_from: date) -> date:
    """The same day of the month five years on. The day counted from is not part of the five
    years; where the month has no such day (29 February), its last day is the last one.
    """
    try:
        return counted_from.replace(year=counted_from.year + YEARS)
    except ValueError:
        return date(counted_from.year + YEARS, 2, 28)


def first_that_stands(day: date) -> date:
    """The earliest day counted from of the five-year bans that have not ended on a day."""
    try:
        return day.replace(year=day.year - YEARS)
    except ValueError:
        return date(day.year - YEARS, 3, 1)


def name_key(name: str) -> str:
    """A name as it is compared: of one width and case, without blanks and middle dots."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    kept = (letter for letter in plain if not letter.isspace() and letter not in _DOTS)
    return "".join(kept)[:MOST_OF_KEY]


def plain_number(text: str) -> str:
    """An identity number as it is compared: without blanks, in capitals."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def is_identity_number(number: str) -> bool:
    """Eighteen characters with a day of birth and the check character of GB 11643.

    A mistyped number would make one person look like two.
    """
    if not _IDENTITY.fullmatch(number):
        return False
    try:
        date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return number[17] == _CHECKS[total % 11]


def find_keeper_post(actor: Actor, office_id: int | None = None) -> PostRecord | None:
    """The post by which the actor keeps the register: in this office, or in any."""
    return next(
        (
            post
            for post in actor.posts
            if post.role in KEEPERS and office_id in (None, post.organisation_id)
        ),
        None,
    )


def check_step(actor: Actor, office_id: int, first_persons: Collection[int | None]) -> PostRecord:
    """The post by which the actor takes a step about an entry; BanRefusedError otherwise.

    `first_persons`: who entered the entry, or proposed its revocation, and in whose place; empty
    where the step is the first of two.
    """
    post = find_keeper_post(actor, office_id)
    if post is None:
        raise BanRefusedError(reason="no_post")
    own = {actor.person_id, post.principal_person_id} - {None}
    if own & set(first_persons):
        raise BanRefusedError(reason="own_entry")
    return post
