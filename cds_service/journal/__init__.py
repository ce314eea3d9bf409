"""What was shown, by which content, and what became of it: nothing of a patient (docs/journal.md)."""
