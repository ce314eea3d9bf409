"""From findings to cards: pure, standard library only."""
