"""A person's own stock phrases."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base


class StockPhrase(Base):
    """One phrase, as its owner wrote it."""

    __tablename__ = "stock_phrase"
    __table_args__ = (sa.UniqueConstraint("person_id", "text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(sa.String(200))
    added_at: Mapped[datetime]
