"""What an evaluation counts, by key in words; light to import, as the pages of the service name them too."""

from __future__ import annotations

LABELS, MOMENTS = "labels.csv", "moments.csv"
"""The tables of labels; results are given by these names."""

NAMES = {
    "sensitivity": "Sensitivity of critical cards",
    "specificity": "Specificity of critical cards",
    "missedCards": "Missed cards, of those required",
    "falseCards": "False cards, of charts that allow none",
    "quiet": "Quiet charts",
    "top1": "Expected cause first",
    "top3": "Expected cause among the first three",
}
WITH_INTERVAL = ("sensitivity", "specificity")
