"""What was kept for a while only, and is deleted when that is over."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from services.database import reading, transaction
from services.models.tip import CustodianOpening, IdentityRequest
from services.tips.custodians import forget_over
from services.tips.identity import forget_identities
from services.tips.quotas import forget_old


def forget_what_is_over(engine: Engine, now: datetime) -> bool:
    """Identities whose day is over, and openings of the vault; False when there was nothing."""
    over = (
        sa.select(IdentityRequest.id).where(
            IdentityRequest.ends_at <= now, IdentityRequest.sealed.is_not(None)
        ),
        sa.select(CustodianOpening.key_id).where(CustodianOpening.ends_at <= now),
    )
    with reading(engine) as session:
        if not any(session.execute(each.limit(1)).first() for each in over):
            return False
    with transaction(engine) as session:
        forget_identities(session, now)
        forget_over(session, now)
        forget_old(session, now)
    return True
