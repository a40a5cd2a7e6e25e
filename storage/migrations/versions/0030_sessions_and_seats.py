"""Sessions with seats, and tasks in which one is chosen

The constraint on the kinds of tasks is made anew, wider. Servers of the version before write neither table and no such
task.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0034"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = sa.DateTime(timezone=True)
NAME = sa.String(length=400)
KINDS = ("form", "payment", "handover", "correction")


def upgrade() -> None:
    op.create_table(
        "office_session",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("service_key", KEY, nullable=False),
        sa.Column("session_key", KEY, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("place_km", NAME, nullable=False),
        sa.Column("place_en", NAME, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by_id", ID, nullable=True),
        sa.Column("cancelled_at", MOMENT, nullable=True),
        sa.Column("cancelled_by_id", ID, nullable=True),
        sa.CheckConstraint(sa.column("status").in_(("open", "cancelled")), name="status"),
        sa.CheckConstraint("taken >= 0 AND taken <= seats", name="never_overbooked"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_it_begins"),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_session_office_id_office")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["person.id"], name=op.f("fk_office_session_published_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["person.id"], name=op.f("fk_office_session_cancelled_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_session")),
        sa.UniqueConstraint("key", name=op.f("uq_office_session_key")),
    )
    op.create_index(
        "ix_office_session_of_office", "office_session", ["office_id", "service_key", "session_key", "starts_at"]
    )
    op.create_table(
        "seat",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("session_id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("session_key", KEY, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("chosen_at", MOMENT, nullable=False),
        sa.Column("chosen_by_id", ID, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.CheckConstraint(sa.column("status").in_(("held", "lost", "left")), name="status"),
        sa.CheckConstraint("seats > 0", name="at_least_one"),
        sa.ForeignKeyConstraint(["session_id"], ["office_session.id"], name=op.f("fk_seat_session_id_office_session")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_seat_application_id_application")
        ),
        sa.ForeignKeyConstraint(["chosen_by_id"], ["person.id"], name=op.f("fk_seat_chosen_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
    )
    op.create_index(op.f("ix_seat_session_id"), "seat", ["session_id"])
    op.create_index(op.f("ix_seat_application_id"), "seat", ["application_id"])
    current = sa.text("status <> 'left'")
    op.create_index(
        "uq_seat_current",
        "seat",
        ["application_id", "session_key"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )
    _allow(*KINDS, "appointment")


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM user_task WHERE kind = 'appointment'")):
        raise RuntimeError("Cases have tasks in which a session is chosen; the version before does not know them.")
    _allow(*KINDS)
    op.drop_table("seat")
    op.drop_table("office_session")


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("user_task") as batch:
        batch.drop_constraint("kind", type_="check")
        batch.create_check_constraint("kind", sa.column("kind").in_(kinds))
