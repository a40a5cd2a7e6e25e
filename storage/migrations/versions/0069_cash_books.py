"""Books of cashiers, counted and closed; what was handed over, and when a receipt was first printed

Receipts of before are in no book; those of the same day come into the first that is begun, and what servers of the
version before write after it comes into none. The new columns are empty, so that nothing is written anew. On PostgreSQL
the foreign keys hold for what is written from now on: rows of before have none and are not read, nor indexed.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
JSON = storage.base.Json
UNSETTLED, OF_THE_BANK = sa.text("status <> 'confirmed'"), sa.text("cashier_id IS NULL")
INDEXES = (
    ("ix_payment_booked", "payment", ["book_id", "id"], "book_id"),
    ("ix_payment_taken_back", "payment", ["void_book_id", "id"], "void_book_id"),
    ("ix_remission_booked", "remission", ["book_id"], "book_id"),
)
REFERENCES = (
    ("payment", "book_id", "cash_book"),
    ("payment", "void_book_id", "cash_book"),
    ("payment", "printed_by_id", "person"),
    ("remission", "book_id", "cash_book"),
)


def upgrade() -> None:
    _make_books()
    _make_closings()
    op.add_column("payment", sa.Column("handed", sa.BigInteger(), nullable=True))
    op.add_column("payment", sa.Column("printed_at", MOMENT, nullable=True))
    for table, column, target in REFERENCES:
        _add_reference(table, column, target)
    for name, table, columns, there in INDEXES:
        where = sa.text(f"{there} IS NOT NULL")
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    for table, column, _ in reversed(REFERENCES):
        op.drop_column(table, column)
    op.drop_column("payment", "printed_at")
    op.drop_column("payment", "handed")
    op.drop_table("book_closing")
    op.drop_table("cash_book")


def _make_books() -> None:
    op.create_table(
        "cash_book",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("cashier_id", ID, nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.CheckConstraint("status IN ('open', 'closed', 'confirmed')", name=op.f("ck_cash_book_status")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_cash_book_office_id_office")),
        sa.ForeignKeyConstraint(["cashier_id"], ["person.id"], name=op.f("fk_cash_book_cashier_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cash_book")),
        sa.UniqueConstraint("key", name=op.f("uq_cash_book_key")),
        sa.UniqueConstraint("office_id", "cashier_id", "day", name=op.f("uq_cash_book_office_id_cashier_id_day")),
    )
    op.create_index(
        "uq_cash_book_bank",
        "cash_book",
        ["office_id", "day"],
        unique=True,
        sqlite_where=OF_THE_BANK,
        postgresql_where=OF_THE_BANK,
    )
    op.create_index(
        "ix_cash_book_unsettled",
        "cash_book",
        ["office_id", "day"],
        sqlite_where=UNSETTLED,
        postgresql_where=UNSETTLED,
    )


def _make_closings() -> None:
    answers = "status IN ('waits', 'confirmed', 'sent_back', 'reopened')"
    people = (("closed_by_id", False), ("answered_by_id", True))
    op.create_table(
        "book_closing",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("book_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("receipts", "voids")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("first", "last")),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("in_cash", "by_khqr", "banked", "paid_back", "counted")
        ),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        *(sa.Column(name, ID, nullable=nullable) for name, nullable in people),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(answers, name=op.f("ck_book_closing_status")),
        sa.ForeignKeyConstraint(["book_id"], ["cash_book.id"], name=op.f("fk_book_closing_book_id_cash_book")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_book_closing_{name}_person"))
            for name, _ in people
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book_closing")),
        sa.UniqueConstraint("book_id", "number", name=op.f("uq_book_closing_book_id_number")),
    )


def _add_reference(table: str, column: str, target: str) -> None:
    """A column that names a row of another table. The tables are not copied, which would lose their triggers on SQLite,
    and not read, which would keep everybody waiting on PostgreSQL."""
    if op.get_bind().dialect.name == "sqlite":
        named = sa.Column(column, ID, sa.ForeignKey(f"{target}.id"), nullable=True)
        op.add_column(table, named, inline_references=True)
        return
    op.add_column(table, sa.Column(column, ID, nullable=True))
    name = op.f(f"fk_{table}_{column}_{target}")
    op.create_foreign_key(name, table, target, [column], ["id"], postgresql_not_valid=True)
