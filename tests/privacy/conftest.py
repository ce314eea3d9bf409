"""As for the calls of tests/wire: the reader of texts is built once, and the journal is out of the way."""

from tests.wire.conftest import journal_address, journal_out_of_the_way, one_reader_of_texts

__all__ = ["journal_address", "journal_out_of_the_way", "one_reader_of_texts"]
