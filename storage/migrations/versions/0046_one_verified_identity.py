"""One identity number, one verified person

What stands in the way of the constraint is put in order first: numbers of identity cards lose zeros before their nine
digits, and of several accounts that were verified with one number the earliest stays verified. The others go back to
"not verified", with a line in the security log for each; nothing else of them changes, and a dispute at the counter
decides who is right. Rows that change: an account for each such number, and each verified account once, for when and
where that was; a hundred thousand take some seconds. Servers of the version before meet the constraint as a failed
page, until they are replaced.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.base

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = sa.String(length=80)
MOMENT = storage.base.Moment(timezone=True)
VERIFIED = sa.text("identity_status = 'verified' AND id_number <> ''")
ASKED = sa.text("status = 'asked'")
DIGITS = 9
PEOPLE = ("holder_id", "claimant_id", "asked_by_id", "answered_by_id")

FROM_CASES = """
UPDATE person SET
 verified_at = (SELECT max(a.decided_at) FROM application a
                WHERE a.applicant_id = person.id AND a.outcome = 'verified'),
 verified_office_id = (SELECT max(a.office_id) FROM application a
                       WHERE a.applicant_id = person.id AND a.outcome = 'verified')
WHERE identity_status = 'verified' AND id_number <> ''
"""
FROM_COUNTERS = """
UPDATE person SET verified_at = (SELECT min(l.at) FROM access_log l WHERE l.subject_id = person.id
                                 AND l.page IN ('registered', 'verified'))
WHERE identity_status = 'verified' AND id_number <> '' AND verified_at IS NULL
"""

person = sa.table(
    "person",
    sa.column("id", sa.Integer),
    sa.column("id_kind", sa.String),
    sa.column("id_number", sa.String),
    sa.column("identity_status", sa.String),
    sa.column("verified_at", MOMENT),
    sa.column("verified_office_id", sa.Integer),
)
security_event = sa.table(
    "security_event",
    *(sa.column(name, sa.String) for name in ("kind", "actor_role", "address", "browser", "previous_hash", "hash")),
    sa.column("at", MOMENT),
    sa.column("person_id", sa.Integer),
    sa.column("data", storage.base.Json),
)


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("verified_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("verified_office_id", ID, nullable=True))
        batch.create_foreign_key(op.f("fk_person_verified_office_id_office"), "office", ["verified_office_id"], ["id"])
    op.execute(FROM_CASES)
    op.execute(FROM_COUNTERS)
    _write_numbers_in_one_way()
    _leave_one_verified()
    op.create_index(
        "uq_person_verified_identity",
        "person",
        ["id_kind", "id_number"],
        unique=True,
        sqlite_where=VERIFIED,
        postgresql_where=VERIFIED,
    )
    _make_disputes()


def _write_numbers_in_one_way() -> None:
    connection = op.get_bind()
    padded = person.c.id_kind == "national_id", person.c.id_number.like(f"0{'_' * DIGITS}%")
    for person_id, number in connection.execute(sa.select(person.c.id, person.c.id_number).where(*padded)).all():
        values = {"id_number": number.lstrip("0").rjust(DIGITS, "0")}
        connection.execute(person.update().where(person.c.id == person_id).values(values))


def _leave_one_verified() -> None:
    connection = op.get_bind()
    number = person.c.id_kind, person.c.id_number
    shared = sa.select(*number).where(VERIFIED).group_by(*number).having(sa.func.count() > 1)
    for kind, digits in connection.execute(shared).all():
        mine = person.c.id_kind == kind, person.c.id_number == digits, person.c.identity_status == "verified"
        order = person.c.verified_at.is_(None), person.c.verified_at, person.c.id
        first, *later = connection.scalars(sa.select(person.c.id).where(*mine).order_by(*order)).all()
        for person_id in later:
            _take_back(connection, person_id, first)


def _take_back(connection: Any, person_id: int, first: int) -> None:
    values = {"identity_status": "unverified", "verified_at": None, "verified_office_id": None}
    connection.execute(person.update().where(person.c.id == person_id).values(values))
    line = {
        "at": datetime.now(UTC),
        "kind": "identity_shared",
        "actor_role": "operator",
        "person_id": person_id,
        "data": {"verified": first},
        **dict.fromkeys(("address", "browser", "previous_hash", "hash"), ""),
    }
    connection.execute(security_event.insert().values(line))


def _make_disputes() -> None:
    op.create_table(
        "identity_dispute",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("holder_id", ID, nullable=False),
        sa.Column("claimant_id", ID, nullable=False),
        sa.Column("id_kind", sa.String(), nullable=False),
        sa.Column("id_number", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.CheckConstraint(
            sa.column("status").in_(("asked", "agreed", "declined")), name=op.f("ck_identity_dispute_status")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_identity_dispute_office_id_office")),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_identity_dispute_{name}_person"))
            for name in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_dispute")),
        sa.UniqueConstraint("key", name=op.f("uq_identity_dispute_key")),
    )
    for name in ("office_id", "holder_id", "claimant_id"):
        op.create_index(f"ix_identity_dispute_{name}", "identity_dispute", [name])
    op.create_index(
        "uq_identity_dispute_asked",
        "identity_dispute",
        ["holder_id"],
        unique=True,
        sqlite_where=ASKED,
        postgresql_where=ASKED,
    )


def downgrade() -> None:
    """Who was verified with a number twice stays as the migration left it: the counter can verify them again."""
    op.drop_table("identity_dispute")
    op.drop_index("uq_person_verified_identity", "person")
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("fk_person_verified_office_id_office"), type_="foreignkey")
        batch.drop_column("verified_office_id")
        batch.drop_column("verified_at")
