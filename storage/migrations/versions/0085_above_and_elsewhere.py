"""Somebody of the office above confirms the books of a small office; an application is forwarded to another office;
photos come until the officer signs out

The column is empty in rows of before and in those that servers of the version before write: their addresses end by
their minutes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.base import Id, Moment

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("photo_link", sa.Column("made_in_id", Id, nullable=True))
    op.create_table(
        "book_second",
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("office_id", Id, sa.ForeignKey("office.id"), nullable=False),
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("named_at", Moment(), nullable=False),
        sa.Column("named_by_id", Id, sa.ForeignKey("person.id"), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by_id", Id, sa.ForeignKey("person.id"), nullable=True),
    )
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_book_second_office", "book_second", ["office_id"], unique=True, sqlite_where=standing,
        postgresql_where=standing,
    )  # fmt: skip
    op.create_index(
        "ix_book_second_person", "book_second", ["person_id"], sqlite_where=standing, postgresql_where=standing
    )
    op.create_table(
        "forwarding",
        sa.Column("id", Id, primary_key=True, autoincrement=True),
        sa.Column("application_id", Id, sa.ForeignKey("application.id", ondelete="CASCADE"), nullable=False),
        sa.Column("from_office_id", Id, sa.ForeignKey("office.id"), nullable=False),
        sa.Column("to_office_id", Id, sa.ForeignKey("office.id"), nullable=False),
        sa.Column("by_id", Id, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_index("ix_forwarding_application_id", "forwarding", ["application_id"])


def downgrade() -> None:
    op.drop_table("forwarding")
    op.drop_table("book_second")
    op.drop_column("photo_link", "made_in_id")
