"""Alembic's door: it is handed an open connection, never an address."""

from alembic import context

from gateway.edge.store.tables import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
