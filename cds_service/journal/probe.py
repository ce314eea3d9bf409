"""Whether the journal's database answers: asked in the background, in bounded time."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from cds_service.journal.engine import open_engine

PATIENCE = 1
"""Seconds for a connection, a lock or the answer; a driver may take up to twice that."""


class Probe:
    """Of one worker; reads only, so that it keeps nobody from writing."""

    def __init__(self, url: str) -> None:
        """Nothing is connected yet."""
        self._engine = open_engine(url, patience=PATIENCE, mode="ro")

    def answers(self) -> bool:
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.text("SELECT 1 FROM card WHERE 1 = 0"))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        self._engine.dispose()
