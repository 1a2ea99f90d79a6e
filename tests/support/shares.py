"""What the short set asks of a walk that `make test-all` makes as a whole.

@pytest.mark.parametrize("language", few(["en", "be", "ru"], "be"))
"""

import pytest


def few(values, *kept):
    """The values as parameters of a test; all but those `kept` are marked as slow."""
    assert all(value in values for value in kept)
    return [value if value in kept else left_to_the_long_set(value) for value in values]


def every(nth, values):
    """Of many alike the first and each n-th after it, the others marked as slow."""
    values = list(values)
    return few(values, *values[::nth])


def left_to_the_long_set(value):
    values = value if isinstance(value, list | tuple) else (value,)
    return pytest.param(*values, marks=pytest.mark.slow)
