"""parties and tracks"""

import sqlalchemy as sa
from alembic import op

import services.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["supervision_case.id"], name="fk_case_party_case_id_supervision_case"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_case_party_organisation_id_organisation",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_party"),
    )
    op.create_index("ix_case_party_case_id", "case_party", ["case_id"])
    op.create_index("ix_case_party_organisation_id", "case_party", ["organisation_id"])
    op.add_column("organisation", sa.Column("affiliation", sa.String(length=20), nullable=True))

    # Column by column: SQLite would otherwise copy a table that others refer to.
    committee = sa.ForeignKey(
        "organisation.id", name="fk_supervision_case_safety_committee_id_organisation"
    )
    merged_into = sa.ForeignKey(
        "supervision_case.id", name="fk_supervision_case_merged_into_id_supervision_case"
    )
    for column in (
        sa.Column("safety_committee_id", sa.Integer(), committee, nullable=True),
        sa.Column("merged_into_id", sa.Integer(), merged_into, nullable=True),
        sa.Column("party_kind", sa.String(20), nullable=False, server_default="enterprise"),
        sa.Column("track", sa.String(20), nullable=False, server_default="undecided"),
        sa.Column("flags", services.database.JsonValue(), nullable=False, server_default="[]"),
    ):
        op.add_column("supervision_case", column, inline_references=True)
    op.create_index(
        "ix_supervision_case_safety_committee_id", "supervision_case", ["safety_committee_id"]
    )
    op.create_index("ix_supervision_case_track", "supervision_case", ["track"])
    _fill()


def _fill() -> None:
    """Until now every case was the committee's; a government stood in where no enterprise was."""
    op.execute("UPDATE supervision_case SET safety_committee_id = listing_body_id")
    op.execute(
        "UPDATE supervision_case SET party_kind = 'ownerless' WHERE responsible_party_id IN"
        " (SELECT id FROM organisation WHERE kind = 'government')"
    )
    op.execute(
        "UPDATE supervision_case SET track = 'listed' WHERE id IN (SELECT case_id FROM act"
        " WHERE action = 'confirm_verdict' AND outcome = 'major')"
    )
    op.execute("UPDATE supervision_case SET track = 'ordinary' WHERE ending = 'ordinary'")


def downgrade() -> None:
    for name in ("track", "safety_committee_id"):
        op.drop_index(f"ix_supervision_case_{name}", "supervision_case")
    for name in ("flags", "track", "party_kind", "merged_into_id", "safety_committee_id"):
        op.drop_column("supervision_case", name)
    op.drop_column("organisation", "affiliation")
    op.drop_table("case_party")
