"""By what a card is known again that a clinician has put aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("card", sa.Column("mark", sa.String(64)))
    op.create_index("ix_card_mark", "card", ["mark"])
