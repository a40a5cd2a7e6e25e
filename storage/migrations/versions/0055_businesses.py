"""Businesses, for which people act as representatives

A person is an individual unless it says otherwise; rows of before, and those that servers of the version before still
make, are. The rows of the table are read once, because the database looks whether the rule holds. One more word among
what a helper is to the person.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

KINDS = ("family", "neighbour", "volunteer", "other")


def upgrade() -> None:
    op.execute(  # in one statement, which neither database answers by writing the table anew
        "ALTER TABLE person ADD COLUMN person_kind VARCHAR(80) DEFAULT 'individual' NOT NULL"
        " CONSTRAINT ck_person_person_kind CHECK (person_kind IN ('individual', 'business'))"
    )
    _let_helpers_be((*KINDS, "representative"))


def downgrade() -> None:
    """Businesses stay as people whom nobody signs in as; who represents them is somebody else to them."""
    op.execute("UPDATE mandate SET mandate_kind = 'other' WHERE mandate_kind = 'representative'")
    _let_helpers_be(KINDS)
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint("person_kind", type_="check")
        batch.drop_column("person_kind")


def _let_helpers_be(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("mandate") as batch:
        batch.drop_constraint("mandate_kind", type_="check")
        batch.create_check_constraint("mandate_kind", sa.column("mandate_kind").in_(kinds))
