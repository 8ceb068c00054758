"""Settings of all tests; the one-thread variables are set in `conftest.py` of the root."""

from hypothesis import settings

# the same examples in every run: what fails here fails on the next machine
settings.register_profile("book", deadline=None, derandomize=True, database=None)
settings.load_profile("book")
