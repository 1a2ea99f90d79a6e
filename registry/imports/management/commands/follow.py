from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.contrib import admin
from django.core.management.base import BaseCommand, CommandError
from django.http import HttpRequest
from django.utils.timezone import localdate

from registry.cards.declarations import declared
from registry.imports.hostile import MAX_BYTES
from registry.imports.models import Batch, Origin, Peer
from registry.imports.standards import json_of
from registry.imports.standards.registries import Changes, withdrawn_in
from registry.workflow.acts import Refused
from registry.workflow.command_user import account
from registry.workflow.withdrawal import Reason, withdraw

PAGE = 100  # changes in one request, and records in one batch
TIMEOUT = 30  # seconds


class Command(BaseCommand):
    help = (
        "Reads what has changed in another registry: its records wait for an account as files that"
        " were brought in, and what was withdrawn there is withdrawn here at once."
    )

    def add_arguments(self, parser):
        parser.add_argument("api", help="as https://registry.example/api/v1/")
        parser.add_argument("--for", dest="account", required=True, metavar="ACCOUNT")

    def handle(self, api, **options):
        if not api.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
            raise CommandError("The address begins with https://")
        request = HttpRequest()
        request.user = account(options["account"])
        page = admin.site.get_model_admin(Batch)
        peer, _new = Peer.objects.get_or_create(api=api.rstrip("/") + "/")
        while self.read_a_page(peer, page, request):
            pass

    def read_a_page(self, peer, page, request):
        """Takes over the next changes; whether there are more."""
        query = {"since": peer.since, "limit": PAGE}
        if peer.registry:
            query["registry"] = peer.registry
        data = fetch(f"{peer.api}changes/?{urlencode(query)}")
        if data is None:  # restored from a backup: its numbers mean something else
            peer.registry, peer.since = "", 0
            peer.save()
            return True
        said = json_of(data)
        gone = withdrawn_in(data)
        for entry in taken_from(gone):
            self.withdraw(entry)
        for batch in Batch.objects.unwritten():
            page.without_lines(request, batch, gone)
        reading = Changes().read(data)
        if any(section.lines for section in reading.sections):
            name = f"{peer.api} {localdate().isoformat()} {said['next_since']}"
            page.begin_standard(request, name, reading)
        peer.registry, peer.since = said["registry"], int(said["next_since"])
        peer.save()
        return bool(said["more"])

    def withdraw(self, entry):
        try:
            withdraw(entry, Reason.REQUEST)
        except Refused:
            return  # it is withdrawn already
        self.stdout.write(f"{entry.card_type} {entry.slug}: withdrawn")


def taken_from(origins):
    """The records that came from these."""
    for origin in Origin.objects.filter(origin__in=origins):
        model = declared[origin.type].model
        yield from model._base_manager.filter(public_id=origin.public_id)


def fetch(address):
    """The bytes of a reply; None where its numbers begin anew."""
    # Only what `handle` has looked at comes here: no file, and nobody's clear text.
    # Of no scheme but those that `handle` lets in.
    asked = Request(address, headers={"Accept": "application/json"})  # noqa: S310
    try:
        with urlopen(asked, timeout=TIMEOUT) as reply:  # noqa: S310
            data = reply.read(MAX_BYTES + 1)
    except HTTPError as error:
        if error.code == 409:
            return None
        raise CommandError(f"{address}: status {error.code}") from None
    except (URLError, TimeoutError) as error:
        raise CommandError(f"{address}: {error}") from None
    if len(data) > MAX_BYTES:
        raise CommandError(f"{address}: the reply is too large.")
    return data
