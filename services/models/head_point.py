"""Points of heads of enterprises that were taken back; the points themselves follow from acts."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base


class PointReversal(Base):
    """The points of one act no longer count, with the reason. Never changed, never deleted."""

    __tablename__ = "point_reversal"

    id: Mapped[int] = mapped_column(primary_key=True)
    act_id: Mapped[int] = mapped_column(sa.ForeignKey("act.id"), unique=True)
    reason: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))
