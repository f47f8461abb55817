"""bans: the register of principals who may hold no such post, its steps, and who was compared"""

import sqlalchemy as sa
from alembic import op

from services.database import UtcDateTime

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ban",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("name_key", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("counted_from", sa.Date, nullable=False),
        sa.Column("sector", sa.String(40), nullable=True),
        sa.Column("organ", sa.String(200), nullable=False),
        sa.Column("document_number", sa.String(100), nullable=False),
        sa.Column("document_on", sa.Date, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("identity_hash", sa.String(64), nullable=True),
        sa.Column("identity_tail", sa.String(4), nullable=True),
        sa.Column("scan_sha256", sa.String(64), nullable=True),
        sa.Column("scan_original_sha256", sa.String(64), nullable=True),
        sa.Column("scan_media_type", sa.String(60), nullable=True),
        sa.Column("scan_file_name", sa.String(200), nullable=True),
        sa.Column("office_id", sa.Integer, sa.ForeignKey("organisation.id"), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("form_nonce", sa.String(64), nullable=False, unique=True),
    )
    op.create_index("ix_ban_name_key", "ban", ["name_key"])
    op.create_index("ix_ban_state", "ban", ["state"])
    op.create_table(
        "ban_step",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ban_id", sa.Integer, sa.ForeignKey("ban.id"), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        *_by_whom(),
    )
    op.create_index("ix_ban_step_ban_id", "ban_step", ["ban_id"])
    op.create_table(
        "ban_comparison",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ban_id", sa.Integer, sa.ForeignKey("ban.id"), nullable=False),
        sa.Column("principal_id", sa.Integer, sa.ForeignKey("person.id"), nullable=True),
        sa.Column(
            "registration_id",
            sa.Integer,
            sa.ForeignKey("enterprise_registration.id"),
            nullable=True,
        ),
        sa.Column(
            "proposal_id", sa.Integer, sa.ForeignKey("administration_proposal.id"), nullable=True
        ),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("units", sa.Text, nullable=False),
        sa.Column("likeness", sa.String(20), nullable=False),
        sa.Column("compared", sa.Text, nullable=False),
        sa.Column("identity_hash", sa.String(64), nullable=True),
        sa.Column("identity_tail", sa.String(4), nullable=True),
        *_by_whom(),
    )
    for column in ("ban_id", "principal_id", "registration_id", "proposal_id"):
        op.create_index(f"ix_ban_comparison_{column}", "ban_comparison", [column])


def downgrade() -> None:
    op.drop_table("ban_comparison")
    op.drop_table("ban_step")
    op.drop_table("ban")


def _by_whom() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("post_id", sa.Integer, sa.ForeignKey("post.id"), nullable=False),
        sa.Column("substitution_id", sa.Integer, sa.ForeignKey("substitution.id"), nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("nonce", sa.String(32), nullable=False),
    )
