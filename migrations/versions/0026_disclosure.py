"""publications on their way, and what the public is told"""

import sqlalchemy as sa
from alembic import op

from services.database import JsonValue, UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("supervision_case.id"), nullable=True),
        sa.Column("period", sa.String(7), nullable=True),
        sa.Column("office_id", sa.Integer, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("content", JsonValue, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("waiting_step", sa.String(40), nullable=True),
        sa.Column("due_on", sa.Date, nullable=True),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=True),
    )
    op.create_index("ix_publication_case_id", "publication", ["case_id"])
    op.create_index("ix_publication_office_id", "publication", ["office_id"])
    op.create_index("ix_publication_state", "publication", ["state"])
    op.create_table(
        "publication_step",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("publication_id", sa.Integer, sa.ForeignKey("publication.id"), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("substitution_id", sa.Integer, sa.ForeignKey("substitution.id"), nullable=True),
        sa.Column("opinion", sa.Text, nullable=False),
        sa.Column("content", JsonValue, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
    op.create_index("ix_publication_step_publication_id", "publication_step", ["publication_id"])
    op.create_table(
        "public_case",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "case_id", sa.Integer, sa.ForeignKey("supervision_case.id"), nullable=False, unique=True
        ),
        sa.Column("exposure", sa.String(20), nullable=False),
        sa.Column("sector", sa.String(40), nullable=False),
        sa.Column("division_code", sa.String(12), nullable=False),
        sa.Column("listing_body_name", sa.String(200), nullable=False),
        sa.Column("department_name", sa.String(200), nullable=True),
        sa.Column("case_number", sa.String(40), nullable=True),
        sa.Column("notice_number", sa.String(60), nullable=True),
        sa.Column("title", sa.String(200), nullable=True),
        sa.Column("party_name", sa.String(200), nullable=True),
        sa.Column("place", sa.String(200), nullable=True),
        sa.Column("basis", sa.String(300), nullable=True),
        sa.Column("summary", sa.Text, nullable=True),
        sa.Column("progress", sa.Text, nullable=True),
        sa.Column("result", sa.Text, nullable=True),
        sa.Column("listed_on", sa.Date, nullable=False),
        sa.Column("limit_on", sa.Date, nullable=True),
        sa.Column("delisted_on", sa.Date, nullable=True),
        sa.Column("ending", sa.String(20), nullable=True),
        sa.Column("published_at", UtcDateTime, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("taken_down_at", UtcDateTime, nullable=True),
    )
    op.create_index("ix_public_case_changed_at", "public_case", ["changed_at"])
    op.create_index("ix_public_case_division_code", "public_case", ["division_code"])
    op.create_index("ix_public_case_exposure", "public_case", ["exposure"])
    op.create_index("ix_public_case_sector", "public_case", ["sector"])
    op.create_table(
        "public_entry",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_case_id", sa.Integer, sa.ForeignKey("public_case.id"), nullable=False),
        sa.Column(
            "publication_id",
            sa.Integer,
            sa.ForeignKey("publication.id"),
            nullable=False,
            unique=True,
        ),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("basis", sa.String(300), nullable=False),
        sa.Column("fields", JsonValue, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_public_entry_at", "public_entry", ["at"])
    op.create_index("ix_public_entry_public_case_id", "public_entry", ["public_case_id"])
    op.create_table(
        "public_picture",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("public_case_id", sa.Integer, sa.ForeignKey("public_case.id"), nullable=False),
        sa.Column("publication_id", sa.Integer, sa.ForeignKey("publication.id"), nullable=False),
        sa.Column("token", sa.String(43), nullable=False, unique=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("caption", sa.String(200), nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
    )
    op.create_index("ix_public_picture_public_case_id", "public_picture", ["public_case_id"])
    op.create_table(
        "public_bulletin",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "publication_id",
            sa.Integer,
            sa.ForeignKey("publication.id"),
            nullable=False,
            unique=True,
        ),
        sa.Column("number", sa.String(60), nullable=False, unique=True),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("content", JsonValue, nullable=False),
        sa.Column("audit_size", sa.Integer, nullable=False),
        sa.Column("audit_head", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("published_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_public_bulletin_period", "public_bulletin", ["period"])


def downgrade() -> None:
    op.drop_table("public_bulletin")
    op.drop_table("public_picture")
    op.drop_table("public_entry")
    op.drop_table("public_case")
    op.drop_table("publication_step")
    op.drop_table("publication")
