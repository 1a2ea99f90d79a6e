"""For whoever watches the server: is the process alive, and can it do its work?"""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
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
    """Why the registry cannot do its work, in words that give no secret away; None if it can."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return "the database does not answer"
    if pending:
        return f"{len(pending)} migrations are pending: run manage.py migrate"
    return ledger.missing() or reserve.missing()
