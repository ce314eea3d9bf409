"""What a site decides about its service: who sees cards, which numbers it sets (docs/modes.md)."""
