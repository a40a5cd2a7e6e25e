"""The moment from which on a row may be taken is also the end of its lease"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CLAIMED = {"notification": "sending", "connector_call": "calling"}


def upgrade() -> None:
    for table, taken in CLAIMED.items():
        rows = sa.table(table, sa.column("status"), sa.column("next_attempt_at"), sa.column("lease_until"))
        is_taken = (rows.c.status == taken) & rows.c.lease_until.is_not(None)
        op.execute(sa.update(rows).where(is_taken).values(next_attempt_at=rows.c.lease_until))
        op.drop_column(table, "lease_until")


def downgrade() -> None:
    for table, taken in CLAIMED.items():
        op.add_column(table, sa.Column("lease_until", storage.base.Moment(timezone=True), nullable=True))
        rows = sa.table(table, sa.column("status"), sa.column("next_attempt_at"), sa.column("lease_until"))
        op.execute(sa.update(rows).where(rows.c.status == taken).values(lease_until=rows.c.next_attempt_at))
