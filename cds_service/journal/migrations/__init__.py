"""The revisions of the journal's schema, run by alembic."""
