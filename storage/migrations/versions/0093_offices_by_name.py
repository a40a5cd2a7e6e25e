"""Offices by name

Whether another office has the name of one is asked wherever an office is named, for each line of a list: it is looked
up and not compared with two hundred names.
"""

from __future__ import annotations

from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_office_name_km", "office", ["name_km"])
    op.create_index("ix_office_name_en", "office", ["name_en"])


def downgrade() -> None:
    op.drop_index("ix_office_name_en", "office")
    op.drop_index("ix_office_name_km", "office")
