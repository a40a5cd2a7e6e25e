"""What an application is about, and who reads nothing of it

Triggers write down whoever takes or does a task of an application that another one is about, whoever writes the task:
also servers of the version before. A later migration that copies ``user_task`` on SQLite (``batch_alter_table``) loses
them there and creates them again.

Of what was sent before, the number that it names is read as it was written: which question it answers stands in the
archive of its version (``about`` in ``service.yaml``). What a server of the version before takes in after this
migration is kept from nobody until its number is corrected.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa
import yaml
from alembic import op

from storage.base import Id, Json

revision = "0095"
down_revision = "0093"
branch_labels = None
depends_on = None

KEPT: Final = (
    "INSERT INTO kept_apart (person_id, application_id)"
    " SELECT {who}, named_case.application_id FROM named_case WHERE named_case.about_id = NEW.application_id"
    " ON CONFLICT (person_id, application_id) DO NOTHING"
)
TRIGGERS: Final = {
    "user_task_given": ("INSERT", "assignee_id", ""),
    "user_task_taken": ("UPDATE OF assignee_id", "assignee_id", "{new} IS {other} {old}"),
    "user_task_done": ("UPDATE OF completed_by_id", "completed_by_id", "{new} IS {other} {old}"),
}
"""By name: when, whose id, and what must have changed."""
REFERENCE: Final = re.compile(r"([0-9]{2}|[0-9]{4})([0-9]{2})([0-9]{6})([0-9])")
LONGEST: Final = 100
TOGETHER: Final = 1_000
DEFINITION: Final = sa.table("process_definition", sa.column("id"), sa.column("archive", sa.LargeBinary))
APPLICATION: Final = sa.table(
    "application",
    *(sa.column(name) for name in ("id", "reference", "definition_id", "submitted_at")),
    sa.column("answers", Json),
)
NAMED: Final = sa.table("named_case", sa.column("application_id"), sa.column("about_id"))
APART: Final = (
    "INSERT INTO kept_apart (person_id, application_id)"
    " SELECT user_task.assignee_id, named_case.application_id FROM named_case"
    " JOIN user_task ON user_task.application_id = named_case.about_id WHERE user_task.assignee_id IS NOT NULL"
    " UNION SELECT user_task.completed_by_id, named_case.application_id FROM named_case"
    " JOIN user_task ON user_task.application_id = named_case.about_id WHERE user_task.completed_by_id IS NOT NULL"
    " UNION SELECT stood_in.for_id, named_case.application_id FROM named_case"
    " JOIN user_task ON user_task.application_id = named_case.about_id"
    " JOIN stood_in ON stood_in.user_task_id = user_task.id"
    " UNION SELECT application.filed_by_id, named_case.application_id FROM named_case"
    " JOIN application ON application.id = named_case.about_id WHERE application.filed_by_id IS NOT NULL"
)
SHOWN_APART: Final = "UPDATE application SET has_interests = TRUE WHERE id IN (SELECT application_id FROM named_case)"


def upgrade() -> None:
    op.create_table(
        "named_case",
        sa.Column(
            "application_id",
            Id,
            sa.ForeignKey("application.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("about_id", Id, sa.ForeignKey("application.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index(op.f("ix_named_case_about_id"), "named_case", ["about_id"])
    op.create_table(
        "kept_apart",
        sa.Column("person_id", Id, sa.ForeignKey("person.id"), primary_key=True, autoincrement=False),
        sa.Column(
            "application_id",
            Id,
            sa.ForeignKey("application.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        ),
    )
    op.create_index(op.f("ix_kept_apart_application_id"), "kept_apart", ["application_id"])
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, (event, column, changed) in TRIGGERS.items():
        other = "NOT" if is_sqlite else "DISTINCT FROM"
        tests = [f"NEW.{column} IS NOT NULL AND NEW.\"group\" <> 'applicant'"]
        if changed:
            tests.append(changed.format(new=f"NEW.{column}", old=f"OLD.{column}", other=other))
        head = f"CREATE TRIGGER {name} AFTER {event} ON user_task FOR EACH ROW WHEN ({' AND '.join(tests)})"
        kept = KEPT.format(who=f"NEW.{column}")
        if is_sqlite:
            op.execute(f"{head} BEGIN {kept}; END")
            continue
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {kept}; RETURN NULL; END $$")
        op.execute(f"{head} EXECUTE FUNCTION {name}()")
    fill(op.get_bind())


def fill(connection: sa.Connection) -> None:
    """Keeps what was sent before from those who worked on what it is about."""
    sent = sa.select(APPLICATION.c.definition_id).where(APPLICATION.c.submitted_at.is_not(None))
    versions = sa.select(DEFINITION.c.id, DEFINITION.c.archive).where(DEFINITION.c.id.in_(sent))
    for row in connection.execute(versions).all():
        question = _about(row.archive)
        if question is None:
            continue
        for numbers in _numbers(connection, row.id, question):
            there = sa.select(APPLICATION.c.reference, APPLICATION.c.id)
            wanted = there.where(APPLICATION.c.reference.in_(sorted(set(numbers.values()))))
            ids = {row.reference: row.id for row in connection.execute(wanted)}
            named = [
                {"application_id": one, "about_id": ids[number]}
                for one, number in numbers.items()
                if ids.get(number, one) != one
            ]
            if named:
                connection.execute(sa.insert(NAMED), named)
    connection.execute(sa.text(SHOWN_APART))
    connection.execute(sa.text(APART))


def _about(archive: bytes) -> str | None:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        manifest = yaml.safe_load(opened.read("service.yaml"))
    return manifest.get("about") if isinstance(manifest, dict) else None


def _numbers(connection: sa.Connection, definition_id: int, question: str) -> Iterator[dict[int, str]]:
    """What was sent by this definition and names a number, with that, so many at a time."""
    last = 0
    wanted = sa.select(APPLICATION.c.id, APPLICATION.c.answers).where(
        APPLICATION.c.definition_id == definition_id, APPLICATION.c.submitted_at.is_not(None)
    )
    while rows := connection.execute(
        wanted.where(APPLICATION.c.id > last).order_by(APPLICATION.c.id).limit(TOGETHER)
    ).all():
        last = rows[-1].id
        found = {row.id: _number((row.answers or {}).get(question)) for row in rows}
        yield {one: number for one, number in found.items() if number is not None}


def _number(written: object) -> str | None:
    """The reference, ``02-26-000123-7``, for what was written with whatever dashes, blanks or words about it, in
    either script."""
    if not isinstance(written, str) or len(written) > LONGEST:
        return None
    found = REFERENCE.fullmatch("".join(str(unicodedata.digit(sign)) for sign in written if sign.isdecimal()))
    return "-".join(found.groups()) if found else None


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON user_task")
        if not is_sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("kept_apart")
    op.drop_table("named_case")
