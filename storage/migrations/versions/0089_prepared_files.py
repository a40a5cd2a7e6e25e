"""Files of long lists that are made behind the page, and what their people are told

Servers of the version before neither read nor write the table, and know none of the new kinds of notices: nobody is
told one while any of them still runs, since they ask for no such file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
KEY = sa.String(length=80)
KINDS = (
    "task_given", "task_taken", "nearly_due", "late", "office_nearly_due", "office_late", "will_be_late", "raised",
    "asks", "answered", "deputy", "deputy_over", "deputy_task", "dispute", "book", "release_waits", "release_replayed",
    "incident",
)  # fmt: skip
PLACES = ("task", "case", "asked", "absences", "dispute", "book", "release", "incidents")
STATUSES = ("waiting", "making", "ready", "cancelled", "failed")
FAILURES = ("not_allowed", "no_room", "too_large", "broke")


def upgrade() -> None:
    op.create_table(
        "prepared_file",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        *(sa.Column(name, KEY, nullable=False) for name in ("name", "end")),
        sa.Column("rights", storage.base.Json, nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("failure_kind", KEY, nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("asked_at", "due_at")),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("ended_at", "fetched_at")),
        sa.Column("goes_at", MOMENT, nullable=False),
        sa.CheckConstraint(sa.column("status").in_(STATUSES), name=op.f("ck_prepared_file_status")),
        sa.CheckConstraint(sa.column("failure_kind").in_(FAILURES), name=op.f("ck_prepared_file_failure_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_prepared_file_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prepared_file")),
        sa.UniqueConstraint("key", name=op.f("uq_prepared_file_key")),
    )
    op.create_index("ix_prepared_file_sha256", "prepared_file", ["sha256"])
    op.create_index("ix_prepared_file_goes_at", "prepared_file", ["goes_at"])
    op.create_index("ix_prepared_file_person", "prepared_file", ["person_id", "id"])
    op.create_index("ix_prepared_file_due", "prepared_file", ["status", "due_at"])
    _allow((*KINDS, "file_ready", "file_failed"), (*PLACES, "file"))


def downgrade() -> None:
    for table in ("notice", "notice_at_once"):
        op.execute(sa.text(f"DELETE FROM {table} WHERE kind IN ('file_ready', 'file_failed')"))  # noqa: S608
    _allow(KINDS, PLACES)
    op.drop_table("prepared_file")


def _allow(kinds: tuple[str, ...], places: tuple[str, ...]) -> None:
    with op.batch_alter_table("notice") as batch:
        for column, known in (("kind", kinds), ("place_kind", places)):
            batch.drop_constraint(column, type_="check")
            batch.create_check_constraint(column, sa.column(column).in_(known))
    with op.batch_alter_table("notice_at_once") as batch:
        batch.drop_constraint("kind", type_="check")
        batch.create_check_constraint("kind", sa.column("kind").in_(kinds))
