"""Closed sets of words that the database itself keeps closed; follow-ups by their name; columns that nobody read"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import storage.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OPERATIONS = (
    "start", "complete", "fail", "timers", "deliver", "signal", "perform", "cancel", "skip", "move", "correct",
)  # fmt: skip
WORDS: dict[str, dict[str, Sequence[str]]] = {
    "application": {
        "channel": ("online", "counter", "follow_up"),
        "status": ("draft", "running", "ended"),
        "outcome": ("", "approved", "rejected", "withdrawn", "verified", "refused", "cancelled"),
    },
    "clock": {
        "kind": ("term", "norm", "task"),
        "status": ("running", "paused", "met", "late", "stopped"),
    },
    "connector_call": {"status": ("pending", "calling", "answered", "failed", "withdrawn")},
    "correction": {"target_kind": ("field", "document")},
    "handover": {"kind": ("drawn", "scanned")},
    "incident": {
        "kind": OPERATIONS,
        "what": ("", "expression", "script", "decision", "operation", "connector"),
        "status": ("open", "resolved"),
    },
    "notification": {
        "channel": ("sms", "email", "portal"),
        "status": ("pending", "sending", "delivered", "failed"),
    },
    "office": {"level": ("ministry", "province", "district")},
    "payment": {
        "method": ("cash", "khqr", "bank"),
        "status": ("pending", "confirmed", "void"),
        "bank_problem": ("", "amount", "paid_before", "not_due", "reference_used", "suspended"),
    },
    "person": {"identity_status": ("unverified", "pending", "verified", "refused")},
    "process_instance": {"status": ("running", "suspended", "completed", "terminated", "failed")},
    "start_event": {"kind": ("message", "signal", "timer")},
    "subscription": {"kind": ("message", "signal")},
    "transfer_verdict": {"verdict": ("safe", "mapped", "blocked")},
    "user_task": {
        "kind": ("form", "payment", "handover", "correction"),
        "status": ("ready", "claimed", "completed", "cancelled"),
    },
    "waiting_message": {"kind": ("message", "signal")},
}
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = storage.base.Moment(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
NEVER_READ: dict[str, Sequence[str]] = {"notification": ("read_at",), "user_task": ("properties", "result")}
COLUMNS = (
    "id", "definition_id", "element_id", "kind", "name", "office_id", "applicant_id", "sender_id", "payload", "due_at",
    "application_id", "generation",
)  # fmt: skip


def upgrade() -> None:
    for table, columns in WORDS.items():
        with op.batch_alter_table(table) as batch:
            for column, words in columns.items():
                batch.create_check_constraint(column, sa.column(column).in_(words))
            for unread in NEVER_READ.get(table, ()):
                batch.drop_column(unread)
    _begun("follow_up", sa.CheckConstraint(sa.column("kind").in_(("message", "signal", "timer")), name="kind"))
    _brought("beginning", "follow_up")


def downgrade() -> None:
    _begun("beginning")
    _brought("follow_up", "beginning")
    for table, columns in WORDS.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_constraint(column, type_="check")
            for unread in NEVER_READ.get(table, ()):
                batch.add_column(_empty(unread))


def _empty(column: str) -> sa.Column[object]:
    if column == "read_at":
        return sa.Column(column, MOMENT, nullable=True)
    return sa.Column(column, JSON, nullable=False, server_default="{}")


def _begun(table: str, *checks: sa.CheckConstraint) -> None:
    op.create_table(
        table,
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("definition_id", ID, nullable=False),
        sa.Column("element_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("applicant_id", ID, nullable=True),
        sa.Column("sender_id", ID, nullable=True),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("application_id", ID, nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False, server_default="1"),
        sa.ForeignKeyConstraint(["applicant_id"], ["person.id"], name=op.f(f"fk_{table}_applicant_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f(f"fk_{table}_application_id")),
        sa.ForeignKeyConstraint(["definition_id"], ["process_definition.id"], name=op.f(f"fk_{table}_definition_id")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f(f"fk_{table}_office_id")),
        sa.ForeignKeyConstraint(["sender_id"], ["application.id"], name=op.f(f"fk_{table}_sender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("application_id", name=op.f(f"uq_{table}_application_id")),
        *checks,
    )
    op.create_index(op.f(f"ix_{table}_sender_id"), table, ["sender_id"])


def _brought(old: str, new: str) -> None:
    """Takes the rows over, under their ids."""
    columns: list[sa.ColumnClause[object]] = [sa.column(name) for name in COLUMNS]
    rows = sa.select(*columns).select_from(sa.table(old))
    op.execute(sa.insert(sa.table(new, *map(sa.column, COLUMNS))).from_select(COLUMNS, rows))
    if op.get_bind().dialect.name == "postgresql":
        following: sa.ColumnElement[int] = sa.func.coalesce(sa.func.max(sa.column("id")), 0) + 1
        series = sa.func.pg_get_serial_sequence(new, "id")
        op.execute(sa.select(sa.func.setval(series, following, False)).select_from(sa.table(new)))
    op.drop_table(old)
