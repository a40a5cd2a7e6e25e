"""${message}"""

# Rules for a change that is safe while people work (docs/operations.md, "A new version of the product", says why):
#  1. Servers of the version before still run. Add first; take away one version later, when nobody reads it any more.
#     Never rename: add, fill, read the new one, take the old one away a version later.
#  2. A new column may be empty or has a server_default. It becomes NOT NULL in a later migration, when every row has it.
#  3. A migration waits ten seconds for a table and holds it until the end. Fill many rows in a command or a sweep, in
#     pieces, not here; what is filled here is small and says how small.
#  4. A constraint or an index on a large table comes alone in its migration.
#  5. Rows are changed with SQL written here, not with the models: those are of a later day.
#  6. The same on both databases: op.batch_alter_table where a column or constraint of an old table changes.
#  7. A table with triggers (tests/guards/test_tallies.py) loses them on SQLite when it is copied: create them again.
#  8. downgrade() leaves what upgrade() found. What would lose what people entered, it refuses with a sentence.

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
import storage.base

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
