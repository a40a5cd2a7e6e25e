"""Drafts of service packages, with every save"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0035"
down_revision = "0030"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "package_draft",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("ministry_key", KEY, nullable=False),
        sa.Column("based_on_id", ID, nullable=True),
        sa.Column("status", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("touched_by_id", ID, nullable=True),
        sa.CheckConstraint(sa.column("status").in_(("open", "closed")), name="status"),
        sa.ForeignKeyConstraint(
            ["based_on_id"], ["process_definition.id"], name=op.f("fk_package_draft_based_on_id_process_definition")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_package_draft_made_by_id_person")),
        sa.ForeignKeyConstraint(["touched_by_id"], ["person.id"], name=op.f("fk_package_draft_touched_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_draft")),
        sa.UniqueConstraint("key", name=op.f("uq_package_draft_key")),
    )
    op.create_index("ix_package_draft_ministry_key", "package_draft", ["ministry_key", "status"])
    op.create_table(
        "draft_save",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("saved_by_id", ID, nullable=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("files", storage.base.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["package_draft.id"], name=op.f("fk_draft_save_draft_id_package_draft"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name=op.f("fk_draft_save_saved_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_save")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_draft_save_draft_id_number")),
    )
    op.create_table(
        "draft_content",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["package_draft.id"],
            name=op.f("fk_draft_content_draft_id_package_draft"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("draft_id", "digest", name=op.f("pk_draft_content")),
    )


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM package_draft")):
        raise RuntimeError("Analysts keep drafts of services. Pull them as folders first, then delete them.")
    for table in ("draft_content", "draft_save", "package_draft"):
        op.drop_table(table)
