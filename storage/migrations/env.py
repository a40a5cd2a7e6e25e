"""Runs migrations over the database that the caller opened."""

from __future__ import annotations

from alembic import context

from storage.database import Database
from storage.tables import Base

database: Database = context.config.attributes["database"]

with database.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
