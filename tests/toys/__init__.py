"""A kind of record that the registry does not have, in an app of its own: what its files say is all
that there is to say of a kind. `tests/site/test_kinds.py` runs the tests with it.
"""
