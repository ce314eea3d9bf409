"""A share of a whole, with how sure one can be of it."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

_Z = NormalDist().inv_cdf(0.975)


class Share(NamedTuple):
    """So many of so many."""

    met: int
    of: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the share; None when there was nothing to count.

        Wilson's score interval without continuity correction (Newcombe, Stat Med 1998;17:857-872, method 3).
        """
        if not self.of:
            return None
        share, square = self.met / self.of, _Z**2
        middle = share + square / (2 * self.of)
        half = _Z * sqrt(share * (1 - share) / self.of + square / (4 * self.of**2))
        whole = 1 + square / self.of
        return max((middle - half) / whole, 0.0), min((middle + half) / whole, 1.0)
