"""late deadlines, urges, suggested escalation, incidents by code"""

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deadline", sa.Column("next_look_at", UtcDateTime(), nullable=True))
    op.add_column("deadline", sa.Column("lateness", sa.String(length=20), nullable=True))
    op.add_column(
        "deadline", sa.Column("look_failures", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("deadline", sa.Column("look_incident", sa.String(length=60), nullable=True))
    op.execute("UPDATE deadline SET next_look_at = due_at")
    op.create_index(
        "ix_deadline_to_look_at",
        "deadline",
        ["next_look_at"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("outbox", sa.Column("incident_code", sa.String(length=60), nullable=True))
    op.create_table(
        "urge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lateness", sa.String(length=20), nullable=False),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name=op.f("fk_urge_case_id_supervision_case")
        ),
        sa.ForeignKeyConstraint(
            ["deadline_id"], ["deadline.id"], name=op.f("fk_urge_deadline_id_deadline")
        ),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["organisation.id"], name=op.f("fk_urge_holder_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urge")),
        sa.UniqueConstraint("deadline_id", "number", name=op.f("uq_urge_deadline_id_number")),
    )
    op.create_index(op.f("ix_urge_case_id"), "urge", ["case_id"])
    op.create_table(
        "urge_recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("urge_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_urge_recipient_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["urge_id"], ["urge.id"], name=op.f("fk_urge_recipient_urge_id_urge")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urge_recipient")),
        sa.UniqueConstraint(
            "urge_id", "person_id", name=op.f("uq_urge_recipient_urge_id_person_id")
        ),
    )
    op.create_index(op.f("ix_urge_recipient_person_id"), "urge_recipient", ["person_id"])
    op.create_table(
        "escalation_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("deadline_id", sa.Integer(), nullable=False),
        sa.Column("lateness", sa.String(length=20), nullable=False),
        sa.Column("escalation_kind", sa.String(length=20), nullable=False),
        sa.Column("addressee", sa.String(length=20), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("facts", JsonValue(), nullable=False),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("dismissed_at", UtcDateTime(), nullable=True),
        sa.Column("dismissed_by_id", sa.Integer(), nullable=True),
        sa.Column("dismissed_post_id", sa.Integer(), nullable=True),
        sa.Column("dismissal", sa.Text(), server_default="", nullable=False),
        sa.Column("nonce", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["supervision_case.id"],
            name=op.f("fk_escalation_suggestion_case_id_supervision_case"),
        ),
        sa.ForeignKeyConstraint(
            ["deadline_id"],
            ["deadline.id"],
            name=op.f("fk_escalation_suggestion_deadline_id_deadline"),
        ),
        sa.ForeignKeyConstraint(
            ["dismissed_by_id"],
            ["person.id"],
            name=op.f("fk_escalation_suggestion_dismissed_by_id_person"),
        ),
        sa.ForeignKeyConstraint(
            ["dismissed_post_id"],
            ["post.id"],
            name=op.f("fk_escalation_suggestion_dismissed_post_id_post"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_suggestion")),
        sa.UniqueConstraint(
            "deadline_id",
            "lateness",
            "escalation_kind",
            name=op.f("uq_escalation_suggestion_deadline_id_lateness_escalation_kind"),
        ),
    )
    op.create_index(op.f("ix_escalation_suggestion_case_id"), "escalation_suggestion", ["case_id"])
