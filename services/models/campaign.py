"""Task lists of notices: the tasks, the units that own them, and what was reported of them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base, JsonValue


class Campaign(Base):
    """The list of one document, as it was loaded."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    short_title: Mapped[str] = mapped_column(sa.String(60))
    document: Mapped[str] = mapped_column(sa.String(200))
    document_number: Mapped[str | None] = mapped_column(sa.String(60))
    issued_by: Mapped[str] = mapped_column(sa.String(100))
    issued_on: Mapped[date]
    certainty: Mapped[str] = mapped_column(sa.Text)
    loaded_at: Mapped[datetime]


class CampaignTask(Base):
    """One task as the document words it; `counts_cases`: the ledger says how far it is.

    `owner_id` is the latest of its assignments.
    """

    __tablename__ = "campaign_task"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int]
    heading: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    units_text: Mapped[str] = mapped_column(sa.Text)
    deadline_text: Mapped[str] = mapped_column(sa.String(60))
    due_on: Mapped[date | None]
    standing: Mapped[bool]
    frequencies: Mapped[list[str]] = mapped_column(JsonValue)
    listed_progress: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.Text)
    counts_cases: Mapped[bool]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)


class CampaignAssignment(Base):
    """One time that a task was given to a unit, or taken from one. Never changed."""

    __tablename__ = "campaign_assignment"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign_task.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    at: Mapped[datetime]


class CampaignProgress(Base):
    """One report on a task by one person. Never changed, never deleted."""

    __tablename__ = "campaign_progress"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign_task.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    evidence: Mapped[str] = mapped_column(sa.Text)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    post_id: Mapped[int] = mapped_column(sa.ForeignKey("post.id"))
    substitution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("substitution.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(sa.String(32))
