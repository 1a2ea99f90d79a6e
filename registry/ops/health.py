"""For whoever watches the server: is the process alive, and can it do its work?"""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import due, ledger, reserve


@require_safe
@never_cache
def live(request):
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def ready(request):
    reason = unready()
    # What is late keeps nobody from reading: a proxy goes on, and who watches is told.
    told = reason or "\n".join(filter(None, ("ready", due.missing())))
    return HttpResponse(
        f"{told}\n",
        status=503 if reason else 200,
        content_type="text/plain; charset=utf-8",
    )


def unready():
    """Why the registry cannot do its work, in words that give no secret away; None if it can.

    Tables of newer code do not count: while an upgrade goes on, the code of before serves on them.
    """
    try:
        reason = older_tables()
    except Error:
        return "the database does not answer"
    return reason or ledger.missing() or reserve.missing()


def wrong_tables():
    """Why this code should not start on these tables; None if it should."""
    return older_tables() or newer_tables()


def older_tables():
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} migrations are pending: run manage.py migrate" if pending else None


def newer_tables():
    """The tables of newer code, as after an upgrade that somebody wants to take back."""
    loader = MigrationLoader(connection)
    unknown = sorted(loader.applied_migrations.keys() - loader.disk_migrations.keys())
    if unknown:
        return (
            f"the tables are those of other code ({'.'.join(unknown[-1])} is not known here): "
            "run that, or restore the backup made before the upgrade"
        )
    return None
