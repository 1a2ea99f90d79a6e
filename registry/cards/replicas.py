"""Public reads from streaming replicas of PostgreSQL (`DATABASE_REPLICA_URLS`).

A request reads cards from one database alone: the primary, or a replica that is known to hold all
that the primary held at most `settings.REPLICA_LAG` seconds ago. That is measured by the change
number of both, whatever a replica says of its own lag; so what was withdrawn is served no longer
than that. Whoever writes, staff, and mirrors who follow `changes/` read from the primary.
"""

import logging
from contextvars import ContextVar
from itertools import count
from time import monotonic

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.urls import reverse
from django.utils.functional import cached_property

logger = logging.getLogger(__name__)

AWAY = 2.0  # seconds for which one that does not answer is not asked again
BEHIND = 0.2  # the same for one that lags
_alias = ContextVar("reading", default=DEFAULT_DB_ALIAS)


def reading():
    """The connection from which what is public is read."""
    return connections[_source()]


def _source():
    """Who is in a transaction of the primary, as all that writes is, sees there what it wrote."""
    if connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return DEFAULT_DB_ALIAS
    return _alias.get()


class Router:
    """Cards come from where this request reads, all else from the primary, where all is written."""

    def db_for_read(self, model, **hints):
        return _source() if model._meta.app_label == "cards" else None

    def allow_migrate(self, db, app_label, **hints):
        return db == DEFAULT_DB_ALIAS

    def allow_relation(self, one, other, **hints):
        return True


class Replica:
    """What a process knows of a replica."""

    def __init__(self, alias):
        self.alias = alias
        self.fresh_until = self.left_out_until = 0.0

    def is_fresh(self):
        now = monotonic()
        if now < self.fresh_until:
            return True
        if now < self.left_out_until:
            return False
        newest = number(DEFAULT_DB_ALIAS)
        try:
            own = number(self.alias)
        except DatabaseError:
            self.leave_out()
            return False
        # One of another registry (a restore) has numbers that say nothing.
        if own[0] == newest[0] and own[1] >= newest[1]:
            self.fresh_until = now + settings.REPLICA_LAG
            return True
        self.left_out_until = now + BEHIND
        return False

    def leave_out(self):
        logger.warning("The replica %s does not answer", self.alias)
        connections[self.alias].close()
        self.fresh_until, self.left_out_until = 0.0, monotonic() + AWAY


class ReplicaMiddleware:
    """Readers in turn to each replica that is fresh; to the primary if none is, or one fails."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.replicas = [Replica(alias) for alias in connections if alias != DEFAULT_DB_ALIAS]
        self.turns = count()

    @cached_property
    def of_the_primary(self):
        """What begins the addresses of those who write, who watch, and who follow each change."""
        return reverse("admin:index"), "/healthz/", reverse("api:changes")

    def __call__(self, request):
        replica = self._replica() if self._is_of_a_reader(request) else None
        if replica is None:
            return self.get_response(request)
        token = _alias.set(replica.alias)
        try:
            response = self.get_response(request)
        finally:
            _alias.reset(token)
        if response.status_code != 503:
            return response
        # It may have gone while it was asked; and what one holds back the primary may have written.
        if not _answers(replica.alias):
            replica.leave_out()
        return self.get_response(request)

    def _is_of_a_reader(self, request):
        return (
            request.method in ("GET", "HEAD")
            and not request.path_info.startswith(self.of_the_primary)
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
        )

    def _replica(self):
        turn = next(self.turns)
        for n in range(len(self.replicas)):
            replica = self.replicas[(turn + n) % len(self.replicas)]
            if replica.is_fresh():
                return replica
        return None


def number(alias):
    """(registry, newest change number) that a database holds, as it stands there."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT registry, number FROM cards_counter WHERE id = 1")
        return cursor.fetchone() or (None, 0)


def _answers(alias):
    try:
        number(alias)
    except DatabaseError:
        return False
    return True
