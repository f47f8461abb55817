"""the office above that has taken over the supervision of a case"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "supervision_case",
        sa.Column(
            "superior_office_id",
            sa.Integer(),
            sa.ForeignKey(
                "organisation.id", name=op.f("fk_supervision_case_superior_office_id_organisation")
            ),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index(
        op.f("ix_supervision_case_superior_office_id"),
        "supervision_case",
        ["superior_office_id"],
        unique=False,
    )
