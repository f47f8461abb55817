"""Who took or was given an open step: rows that are only ever added."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.database import Base
from services.models.organisation import Person, Post


class StepAssignment(Base):
    """One claim, release, transfer or delegation of one step. The last of a step's rows counts."""

    __tablename__ = "step_assignment"
    # Duties ask for the last row of each open step.
    __table_args__ = (sa.UniqueConstraint("task_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("supervision_case.id"), index=True)
    task_id: Mapped[str] = mapped_column(sa.String(32))
    number: Mapped[int]
    action: Mapped[str] = mapped_column(sa.String(40))
    process_id: Mapped[str] = mapped_column(sa.String(60))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(20))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    former_holder_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    post: Mapped[Post] = relationship(lazy="joined")
    holder: Mapped[Person | None] = relationship(foreign_keys=[holder_id], lazy="joined")
    former_holder: Mapped[Person | None] = relationship(
        foreign_keys=[former_holder_id], lazy="joined"
    )
