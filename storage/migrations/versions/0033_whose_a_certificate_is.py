"""Whose a certificate is where that is not the applicant, such as the new owner of a business

Every new column is empty for what was issued before: it is the applicant's, as it was.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

COLUMNS = ("owner_km", "owner_latin", "owner_id_number")


def upgrade() -> None:
    for column in COLUMNS:
        op.add_column("certificate", sa.Column(column, sa.String(), nullable=False, server_default=""))
    op.create_index("ix_certificate_owner_id_number", "certificate", ["owner_id_number"])


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM certificate WHERE owner_latin <> ''")):
        raise RuntimeError("Certificates are held by others than their applicants; the version before would not know.")
    op.drop_index("ix_certificate_owner_id_number", "certificate")
    with op.batch_alter_table("certificate") as batch:
        for column in COLUMNS:
            batch.drop_column(column)
