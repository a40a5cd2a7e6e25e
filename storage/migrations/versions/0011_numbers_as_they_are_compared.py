"""Numbers of identity papers and references of banks as they are compared: in capitals, without blanks and dashes"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_LATIN = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_PARTING = re.compile("[\\s\u00a0\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff-]+")


def _compared(number: str) -> str:
    return _PARTING.sub("", number.translate(_LATIN)).upper()


def upgrade() -> None:
    _rewrite("person", "id_number", is_unique=False)
    _rewrite("payment", "bank_reference", is_unique=True)


def _rewrite(name: str, column: str, *, is_unique: bool) -> None:
    table = sa.table(name, sa.column("id", sa.Integer), sa.column(column, sa.String))
    number_of = table.c[column]
    connection = op.get_bind()
    rows = connection.execute(sa.select(table.c.id, number_of).where(number_of != "").order_by(table.c.id)).all()
    taken = {number for _, number in rows}
    for row_id, number in rows:
        compared = _compared(number)
        # Two payments under one reference, written differently, stay as they are: nobody may void one of them here.
        if compared == number or (is_unique and compared in taken):
            continue
        taken.add(compared)
        connection.execute(table.update().where(table.c.id == row_id).values({column: compared}))


def downgrade() -> None:
    """What was typed is not kept; the compared numbers mean the same to the version before."""
