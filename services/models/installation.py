"""What kind of installation this database belongs to."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base


class Installation(Base):
    """One row. Once marked as a demonstration, the database stays one."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str] = mapped_column(sa.String(40))
    demonstration: Mapped[bool]
    made_at: Mapped[datetime]
