"""What kind of installation this is."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.installation import Installation


def is_demonstration(session: Session) -> bool:
    """True once the database has been marked as a demonstration; it never turns back."""
    return bool(session.scalars(sa.select(Installation.demonstration).limit(1)).first())
