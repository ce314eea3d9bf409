"""What alembic runs: the revisions, in the transaction that `schema.upgrade` holds open."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
