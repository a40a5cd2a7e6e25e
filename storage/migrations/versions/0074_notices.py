"""What officers are told in the office, and how they want to hear of it outside

Three tables, all new and empty; servers of the version before neither read nor write them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
JSON = storage.base.Json
KINDS = (
    "task_given", "task_taken", "nearly_due", "late", "office_nearly_due", "office_late", "will_be_late", "raised",
    "asks", "answered", "deputy", "deputy_over", "deputy_task", "dispute", "book", "release_waits", "release_replayed",
    "incident",
)  # fmt: skip
PLACES = ("task", "case", "asked", "absences", "dispute", "book", "release", "incidents")
PARTIAL = {
    "unread": (["person_id", "id"], sa.text("read_at IS NULL")),
    "goes": (["goes_at", "id"], sa.text("goes_at IS NOT NULL")),
}


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("place_kind", sa.String(length=80), nullable=False),
        sa.Column("opens", sa.String(length=80), server_default="", nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("goes_at", MOMENT, nullable=True),
        sa.Column("told_at", MOMENT, nullable=True),
        _to_person("notice"),
        _one_of("notice", "kind", *KINDS),
        _one_of("notice", "place_kind", *PLACES),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "kind", "subject", name=op.f("uq_notice_person_id_kind_subject")),
    )
    op.create_index("ix_notice_at", "notice", ["at"])
    op.create_index("ix_notice_person", "notice", ["person_id", "id"])
    for name, (columns, where) in PARTIAL.items():
        op.create_index(f"ix_notice_{name}", "notice", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "notice_choice",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("way_kind", sa.String(length=80), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("digest_hour", "quiet_from", "quiet_until")),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        _to_person("notice_choice"),
        _one_of("notice_choice", "way_kind", "none", "email", "telegram"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_choice")),
    )
    op.create_index("ix_notice_choice_next_at", "notice_choice", ["next_at"])
    op.create_table(
        "notice_at_once",
        sa.Column("person_id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        _to_person("notice_at_once"),
        _one_of("notice_at_once", "kind", *KINDS),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_notice_at_once")),
    )


def downgrade() -> None:
    for table in ("notice_at_once", "notice_choice", "notice"):
        op.drop_table(table)


def _one_of(table: str, column: str, *known: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(sa.column(column).in_(known), name=op.f(f"ck_{table}_{column}"))


def _to_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person"))
