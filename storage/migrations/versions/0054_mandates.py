"""Who may act for whom

A new table; servers of the version before know nobody who acts for another.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = storage.base.Moment(timezone=True)
KINDS = ("family", "neighbour", "volunteer", "other")
STANDING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("helper_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("mandate_kind", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by_id", ID, nullable=True),
        sa.CheckConstraint(sa.column("mandate_kind").in_(KINDS), name=op.f("ck_mandate_mandate_kind")),
        sa.CheckConstraint("helper_id <> person_id", name=op.f("ck_mandate_two_people")),
        sa.ForeignKeyConstraint(["helper_id"], ["person.id"], name=op.f("fk_mandate_helper_id_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mandate_person_id_person")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_mandate_ended_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index("ix_mandate_helper_id", "mandate", ["helper_id"])
    op.create_index("ix_mandate_person_id", "mandate", ["person_id"])
    op.create_index(
        "uq_mandate_standing", "mandate", ["helper_id", "person_id"],
        unique=True, sqlite_where=STANDING, postgresql_where=STANDING,
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("mandate")
