"""Notes of officers on cases, questions to colleagues, and declared interests

The tables are new and empty. The new column of applications is false in all rows of before, which takes no time on
either database; servers of the version before do not set it, and know of no interest that it would tell of.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
IS_ASKED = sa.text("status = 'asked'")


def upgrade() -> None:
    op.create_table(
        "case_note",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        _to("case_note", "application_id", "application"),
        _to("case_note", "person_id", "person"),
        _one_of("case_note", "kind", "private", "shared"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
        sa.UniqueConstraint("key", name=op.f("uq_case_note_key")),
    )
    op.create_index("ix_case_note_application_id", "case_note", ["application_id"])
    op.create_table(
        "colleague_question",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_of_id", ID, nullable=True),
        sa.Column("group", sa.String(length=80), nullable=False),
        sa.Column("office_id", ID, nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        _to("colleague_question", "application_id", "application"),
        *(_to("colleague_question", name, "person") for name in ("asked_by_id", "asked_of_id", "answered_by_id")),
        _to("colleague_question", "office_id", "office"),
        _one_of("colleague_question", "status", "asked", "answered", "taken_back"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_colleague_question")),
        sa.UniqueConstraint("key", name=op.f("uq_colleague_question_key")),
    )
    op.create_index("ix_colleague_question_application_id", "colleague_question", ["application_id"])
    for name, columns in (("person", ["asked_of_id", "id"]), ("group", ["office_id", "group", "id"])):
        op.create_index(
            f"ix_colleague_question_{name}",
            "colleague_question",
            columns,
            sqlite_where=IS_ASKED,
            postgresql_where=IS_ASKED,
        )
    op.create_table(
        "declared_interest",
        sa.Column("application_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _to("declared_interest", "application_id", "application"),
        _to("declared_interest", "person_id", "person"),
        sa.PrimaryKeyConstraint("application_id", "person_id", name=op.f("pk_declared_interest")),
    )
    op.add_column("application", sa.Column("has_interests", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("application", "has_interests")  # no copy of the table, which would lose its triggers on SQLite
    op.drop_table("declared_interest")
    op.drop_table("colleague_question")
    op.drop_table("case_note")


def _one_of(table: str, column: str, *known: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(sa.column(column).in_(known), name=op.f(f"ck_{table}_{column}"))


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
