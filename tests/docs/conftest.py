"""Commands start anew in each test; what reads texts is built once."""

from tests.wire.conftest import one_reader_of_texts

__all__ = ["one_reader_of_texts"]
