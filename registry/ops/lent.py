"""Connections to PostgreSQL as the pool lends them."""

from select import POLLIN, poll
from time import monotonic

from psycopg import Connection, Cursor

FRESH = 1.0  # seconds


class Lent(Connection):
    """One that is not asked again whether it is there, if it was a moment ago.

    The pool asks before each request, by an empty statement: that took as long as half of a 304.
    A server that ends or goes closes its connections, and that can be seen without asking it. One
    that is gone without a word is noticed by the statement, as it would be after having been asked.
    """

    answered = 0.0  # when it was asked last
    nothing: Cursor  # what that gave

    def execute(self, query, *args, **options):
        if query != "":
            return super().execute(query, *args, **options)
        if monotonic() - self.answered >= FRESH or not self._is_silent():
            self.nothing = super().execute(query, *args, **options)
            self.answered = monotonic()
        return self.nothing

    def _is_silent(self):
        """Whether nothing was sent that nobody has asked for: the end is told so."""
        if self.closed:
            return False
        watched = poll()
        watched.register(self.fileno(), POLLIN)
        return not watched.poll(0)
