"""The first tables: cards shown, tally of calls, feedback."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "card",
        sa.Column("card", sa.String(36), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("indicator", sa.String(20), nullable=False),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("content_version", sa.Text, nullable=False),
        sa.Column("content_digest", sa.Text, nullable=False),
    )
    op.create_index("ix_card_day", "card", ["day"])
    op.create_table(
        "tally",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("client", sa.Text, primary_key=True),
        sa.Column("mode", sa.String(20), primary_key=True),
        sa.Column("calls", sa.BigInteger, nullable=False),
        sa.Column("calls_with_card", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("card", sa.String(36), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(64)),
        sa.Column("reason_system", sa.String(200)),
        sa.Column("suggestions", sa.JSON, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("received", sa.DateTime, nullable=False),
        sa.Column("comment", sa.String(500)),
    )
    op.create_index("ix_feedback_card", "feedback", ["card"])
    op.create_index("ix_feedback_received", "feedback", ["received"])
