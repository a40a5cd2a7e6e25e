"""Several results of a case, of several kinds, for one use, replaced and to be renewed

Costs nothing to speak of: one row for each granted case, and every new column is empty or has a default.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0028"
down_revision = "0024"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
KINDS = ("certificate", "stamped_document", "notice", "register_entry")
MOMENTS = ("used_at", "replaced_at", "renewable_from", "renewal_due_at")
LINKS = {"used_by_id": "person", "replaces_id": "certificate"}
INDEXED = ("replaces_id", "renewal_due_at")


def upgrade() -> None:
    with op.batch_alter_table("certificate") as batch:
        batch.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("row_place", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("kind", sa.String(length=80), nullable=False, server_default="certificate"))
        batch.add_column(sa.Column("about_km", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("about_en", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("of_service", sa.String(length=80), nullable=False, server_default=""))
        batch.add_column(sa.Column("single_use", sa.Boolean(), nullable=False, server_default=sa.false()))
        for column in MOMENTS:
            batch.add_column(sa.Column(column, MOMENT, nullable=True))
        for column, table in LINKS.items():
            batch.add_column(sa.Column(column, ID, nullable=True))
            batch.create_foreign_key(f"fk_certificate_{column}", table, [column], ["id"])
        batch.create_check_constraint("kind", sa.column("kind").in_(KINDS))
        batch.drop_constraint("uq_certificate_application_id", type_="unique")
        batch.create_unique_constraint("uq_certificate_application_id_place", ["application_id", "place"])
    for column in INDEXED:
        op.create_index(f"ix_certificate_{column}", "certificate", [column])


def downgrade() -> None:
    several = op.get_bind().scalar(sa.text("SELECT count(*) FROM certificate WHERE place > 0"))
    if several:
        raise RuntimeError("Cases have several certificates each; the version before could not show them.")
    for column in INDEXED:
        op.drop_index(f"ix_certificate_{column}", "certificate")
    with op.batch_alter_table("certificate") as batch:
        batch.drop_constraint("uq_certificate_application_id_place", type_="unique")
        batch.create_unique_constraint("uq_certificate_application_id", ["application_id"])
        batch.drop_constraint("kind", type_="check")
        for column in LINKS:
            batch.drop_constraint(f"fk_certificate_{column}", type_="foreignkey")
        added = ("place", "row_place", "kind", "about_km", "about_en", "of_service", "single_use", *MOMENTS, *LINKS)
        for column in added:
            batch.drop_column(column)
