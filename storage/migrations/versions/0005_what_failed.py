"""What an incident tells: the element's name, what failed there, the variables, and the reason in Khmer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("incident", sa.Column("element_name", sa.String(), nullable=False, server_default=""))
    op.add_column("incident", sa.Column("what", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("incident", sa.Column("reason_km", sa.String(), nullable=False, server_default=""))
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.add_column("incident", sa.Column("variables", json, nullable=False, server_default="{}"))


def downgrade() -> None:
    for name in ("variables", "reason_km", "what", "element_name"):
        op.drop_column("incident", name)
