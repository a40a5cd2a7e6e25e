"""Who never chose how to hear of what is new outside of the office is told there at once what came as a message before

That is on Telegram where it is linked and preferred, else by an e-mail that was proved; not whoever wants no message at
all, or has chosen under the bell. Whoever has neither is told by the bell alone: no SMS of a case goes to officers.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
from alembic import op

from storage.base import Id, Moment

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

KINDS: Final = (
    "nearly_due", "late", "office_nearly_due", "office_late", "will_be_late", "raised", "incident", "release_waits",
)  # fmt: skip
CHOICE: Final = sa.table(
    "notice_choice", sa.column("person_id", Id), sa.column("way_kind", sa.String()), sa.column("changed_at", Moment())
)
AT_ONCE: Final = sa.table("notice_at_once", sa.column("person_id", Id), sa.column("kind", sa.String()))
FOUND: Final = """
SELECT person.id AS person_id,
 CASE WHEN person.preferred_channel = 'telegram' AND EXISTS
  (SELECT 1 FROM telegram_link WHERE telegram_link.person_id = person.id AND telegram_link.chat IS NOT NULL)
  THEN 'telegram' ELSE 'email' END AS way_kind
FROM person
WHERE EXISTS (SELECT 1 FROM membership WHERE membership.person_id = person.id)
 AND NOT EXISTS (SELECT 1 FROM notice_choice WHERE notice_choice.person_id = person.id)
 AND coalesce(person.preferred_channel, '') <> 'portal' AND person.disabled_at IS NULL
 AND ((person.email IS NOT NULL AND person.email_proved_at IS NOT NULL) OR (person.preferred_channel = 'telegram' AND
  EXISTS (SELECT 1 FROM telegram_link WHERE telegram_link.person_id = person.id AND telegram_link.chat IS NOT NULL)))
ORDER BY person.id
"""


def upgrade() -> None:
    connection, now = op.get_bind(), datetime.now(UTC)
    found = [dict(row) for row in connection.execute(sa.text(FOUND)).mappings()]
    if not found:
        return
    connection.execute(sa.insert(CHOICE), [row | {"changed_at": now} for row in found])
    connection.execute(
        sa.insert(AT_ONCE), [{"person_id": row["person_id"], "kind": kind} for row in found for kind in KINDS]
    )


def downgrade() -> None:
    """What was chosen stays: nobody can say any more which of it was chosen here."""
