"""What the tests of this room share. Imported before Django is set up, so models come later."""

import pytest


@pytest.fixture
def proved(db):
    """Every test ends with the proof that no card differs from its record."""
    from registry.cards.proof import differences

    yield
    assert list(differences()) == []
