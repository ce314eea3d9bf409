"""What is counted of calls besides their cards: what a silent phase is judged by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "call_part",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("client", sa.Text, primary_key=True),
        sa.Column("mode", sa.String(20), primary_key=True),
        sa.Column("part", sa.String(20), primary_key=True),
        sa.Column("name", sa.String(150), primary_key=True),
        sa.Column("calls", sa.BigInteger, nullable=False),
    )
