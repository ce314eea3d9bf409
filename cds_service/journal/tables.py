"""The tables of the journal. A change here comes with a revision in migrations/versions."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

card = sa.Table(
    "card",
    metadata,
    sa.Column("card", sa.String(36), primary_key=True),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("indicator", sa.String(20), nullable=False),
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("content_version", sa.Text, nullable=False),
    sa.Column("content_digest", sa.Text, nullable=False),
    sa.Column("mark", sa.String(64), index=True),
)
"""One row for each card shown; a repeated call repeats its uuids and adds none.

`mark`: by this a card that was put aside is known when the same would be shown again; only of clients that
asked for it, and only as long as it counts (docs/acknowledgement.md).
"""

tally = sa.Table(
    "tally",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("client", sa.Text, primary_key=True),
    sa.Column("mode", sa.String(20), primary_key=True),
    sa.Column("calls", sa.BigInteger, nullable=False),
    sa.Column("calls_with_card", sa.BigInteger, nullable=False),
)
"""How many calls were answered; a call without a card leaves nothing else."""

call_part = sa.Table(
    "call_part",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("client", sa.Text, primary_key=True),
    sa.Column("mode", sa.String(20), primary_key=True),
    sa.Column("part", sa.String(20), primary_key=True),
    sa.Column("name", sa.String(150), primary_key=True),
    sa.Column("calls", sa.BigInteger, nullable=False),
)
"""In how many calls something was so (`parts`): cards found and shown, how the record came, durations."""

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("card", sa.String(36), nullable=False, index=True),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(64)),
    sa.Column("reason_system", sa.String(200)),
    sa.Column("suggestions", sa.JSON, nullable=False),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("received", sa.DateTime, nullable=False, index=True),
    sa.Column("comment", sa.String(500)),
)
"""`at` and `received` are UTC. No foreign key: a card's row may come later, or be pruned."""

seen_token = sa.Table(
    "seen_token",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("client", sa.Text, nullable=False),
    sa.Column("expires", sa.BigInteger, nullable=False, index=True),
)
"""Tokens that were used and are not over: SHA-256 of issuer and `jti`; `expires` in seconds since 1970."""
