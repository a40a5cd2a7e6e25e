"""Numbered migrations (Alembic), applied by ``owso migrate`` and at start."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database


def _config(database: Database | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["database"] = database
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Brings the database to ``revision``; nothing happens when it is there already."""
    if revision == "head" and is_current(database):
        return
    command.upgrade(_config(database), revision)


def is_current(database: Database) -> bool:
    """Whether the newest migration has been applied."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
