"""Releases of a ministry, versions in a pilot, and the history of analysts and approvers

Servers of the version before give a version in a pilot to every office, and know nothing of withdrawing one: approve a
release for pilot offices when all servers are of this version.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("process_definition", sa.Column("is_pilot", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("process_definition", sa.Column("withdrawn_at", MOMENT, nullable=True))
    op.add_column("ministry", sa.Column("event_seq", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ministry", sa.Column("event_hash", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "pilot_office",
        sa.Column("definition_id", ID, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        _refers("pilot_office", "definition_id", "process_definition"),
        _refers("pilot_office", "office_id", "office"),
        sa.PrimaryKeyConstraint("definition_id", "office_id", name=op.f("pk_pilot_office")),
    )
    _releases()
    _items()
    _results()
    _history()


def _releases() -> None:
    op.create_table(
        "release",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("ministry_key", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("based_on_id", ID, nullable=True),
        sa.Column("status", KEY, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("planned_for", MOMENT, nullable=True),
        sa.Column("offices", JSON, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("submitted_by_id", ID, nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_by_id", ID, nullable=True),
        sa.Column("effective_from", MOMENT, nullable=True),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.CheckConstraint(sa.column("status").in_(("draft", "submitted", "approved", "withdrawn")), name="status"),
        _refers("release", "based_on_id", "release"),
        _refers("release", "made_by_id", "person"),
        _refers("release", "submitted_by_id", "person"),
        _refers("release", "approved_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("key", name=op.f("uq_release_key")),
        sa.UniqueConstraint("ministry_key", "number", name=op.f("uq_release_ministry_key_number")),
    )


def _items() -> None:
    op.create_table(
        "release_item",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("release_id", ID, nullable=False),
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("base_id", ID, nullable=True),
        sa.Column("archive", sa.LargeBinary(), nullable=True),
        sa.Column("definition_id", ID, nullable=True),
        sa.Column("put_in_at", MOMENT, nullable=True),
        sa.Column("put_in_by_id", ID, nullable=True),
        _refers("release_item", "release_id", "release"),
        _refers("release_item", "base_id", "process_definition"),
        _refers("release_item", "definition_id", "process_definition"),
        _refers("release_item", "put_in_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_item")),
        sa.UniqueConstraint("release_id", "service_key", name=op.f("uq_release_item_release_id_service_key")),
    )
    op.create_index(op.f("ix_release_item_definition_id"), "release_item", ["definition_id"])


def _results() -> None:
    steps = ("checked", "tested", "covered", "compared", "replayed")
    op.create_table(
        "gate_result",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("release_id", ID, nullable=False),
        sa.Column("step", KEY, nullable=False),
        sa.Column("verdict", KEY, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column("overridden_at", MOMENT, nullable=True),
        sa.Column("overridden_by_id", ID, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(sa.column("step").in_(steps), name="step"),
        sa.CheckConstraint(sa.column("verdict").in_(("passed", "failed", "not_done")), name="verdict"),
        _refers("gate_result", "release_id", "release"),
        _refers("gate_result", "overridden_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_result")),
        sa.UniqueConstraint("release_id", "step", name=op.f("uq_gate_result_release_id_step")),
    )


def _history() -> None:
    op.create_table(
        "ministry_event",
        sa.Column("ministry_key", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("release_id", ID, nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        _refers("ministry_event", "actor_id", "person"),
        _refers("ministry_event", "release_id", "release"),
        sa.PrimaryKeyConstraint("ministry_key", "seq", name=op.f("pk_ministry_event")),
    )
    of_releases = sa.text("release_id IS NOT NULL")
    op.create_index(
        "ix_ministry_event_release",
        "ministry_event",
        ["release_id"],
        sqlite_where=of_releases,
        postgresql_where=of_releases,
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM release")):
        raise RuntimeError("There are releases, and the version before knows neither them nor their history.")
    for table in ("ministry_event", "gate_result", "release_item", "release", "pilot_office"):
        op.drop_table(table)
    for table, columns in (
        ("ministry", ("event_hash", "event_seq")),
        ("process_definition", ("withdrawn_at", "is_pilot")),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
