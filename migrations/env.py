"""Runs migrations on a connection that the caller holds; there is no offline mode and no ini file."""

from alembic import context

from models.cabinet import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
