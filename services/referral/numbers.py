"""Ids and numbers of referrals, drawn at random: who has several cannot count what others got."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.models.referral import Referral
from services.office import Office

REGISTER = "referral"
# What an address and a column of whole numbers hold.
_MOST_ID = 2**31 - 1
# Four digits are many times what an office refers in a year; beyond half of them, five.
_FOUR, _FIVE = (1_000, 9_999), (10_000, 99_999)
_HALF = 4_500


def draw_id(session: Session) -> int:
    """An id that no referral has."""
    while True:
        drawn = secrets.randbelow(_MOST_ID) + 1
        if session.get(Referral, drawn) is None:
            return drawn


def draw_number(session: Session, office: Office, year: int) -> str:
    """A number that no referral of the year has; it says nothing of how many there are."""
    lock_until_commit(session, REGISTER)
    pattern = office.profile.referrals.number_format
    like = Referral.number.like(pattern.format(year=year, number="%"))
    taken = set(session.scalars(sa.select(Referral.number).where(like)))
    least, most = _FOUR if len(taken) < _HALF else _FIVE
    while True:
        drawn = pattern.format(year=year, number=least + secrets.randbelow(most - least + 1))
        if drawn not in taken:
            return drawn
