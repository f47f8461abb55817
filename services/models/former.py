"""What rows of a case said before they were overwritten, so that any past day can be read."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class FormerValue(Base):
    """The former values of some columns of one row, until `at`. Never changed, never deleted.

    Empty: until then there was no such row.
    """

    __tablename__ = "former_value"
    __table_args__ = (sa.Index(None, "case_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"))
    record: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[int]
    former: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    at: Mapped[datetime]
