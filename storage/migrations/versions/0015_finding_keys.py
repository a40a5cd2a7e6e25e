"""What people, businesses and places are found by, whichever way it is typed"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.finding import keys_of_answers, keys_of_person

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

AT_ONCE = 500
KEY = sa.String(40).with_variant(sa.String(40, "C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    table = op.create_table(
        "finding_key",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("text", KEY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_key")),
    )
    for rows in _people():
        op.bulk_insert(table, [key for row in rows for key in _keys("person", row.id, keys_of_person(*row[1:]))])
    for rows in _applications():
        op.bulk_insert(
            table, [key for row in rows for key in _keys("application", row.id, keys_of_answers(_read(row.answers)))]
        )
    op.create_index("ix_finding_key_text", "finding_key", ["kind", "text", "owner_id"])
    op.create_index("ix_finding_key_owner", "finding_key", ["kind", "owner_id"])


def downgrade() -> None:
    op.drop_table("finding_key")


def _people() -> Iterator[Any]:
    return _parts("SELECT id, name_km, name_latin FROM person WHERE id > :after ORDER BY id LIMIT :most")


def _applications() -> Iterator[Any]:
    return _parts(
        "SELECT id, answers FROM application WHERE submitted_at IS NOT NULL AND id > :after ORDER BY id LIMIT :most"
    )


def _parts(statement: str) -> Iterator[Any]:
    """Some rows at a time: a nation's people do not fit into memory."""
    after = 0
    while rows := op.get_bind().execute(sa.text(statement), {"after": after, "most": AT_ONCE}).all():
        yield rows
        after = rows[-1].id


def _keys(kind: str, owner: int, keys: set[str]) -> list[dict[str, Any]]:
    return [{"kind": kind, "owner_id": owner, "text": key} for key in sorted(keys)]


def _read(answers: Any) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(answers) if isinstance(answers, str) else answers
    return kept
