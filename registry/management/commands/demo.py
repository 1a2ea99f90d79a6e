import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from registry.cards.changeset import writing
from registry.cards.clock import today
from registry.ops.health import newer_tables
from registry.workflow import renewal

LOGINS = {
    "editor": ["editor"],
    "reviewer": ["reviewer"],
    "administrator": ["administrator", "safety officer"],
}

EVENT_TO_COME = {
    "en": "Example of an upcoming event (demonstration only)",
    "be": "Прыклад будучай падзеі (толькі для дэманстрацыі)",
    "ru": "Пример предстоящего события (только для демонстрации)",
}
NOTE_OF_IT = {
    "en": "This event is made up, so that there is one to put into a calendar.",
    "be": "Гэта падзея прыдуманая, каб было што дадаць у каляндар.",
    "ru": "Это событие придумано, чтобы было что добавить в календарь.",
}
DAYS_AHEAD = timedelta(days=30)


class Command(BaseCommand):
    help = "Brings the database up to date, fills it if it is empty, and serves it on loopback."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--started", type=float, help="Unix time to count the seconds from.")

    def handle(self, *, port, started, **options):
        if not settings.DEMO:
            raise CommandError("This command lowers the guards: set DEMO=1, or run `make demo`.")
        started = started or time.time()
        # Before the records are loaded, which takes a while and would be for nothing.
        self.refuse_taken(port)
        self.stdout.write(f"database: {connection.vendor}")
        refuse_tables_of_another_state()
        with self.step("tables"):
            call_command("migrate", verbosity=0)
            renewal.begin()  # of cards that older code has made; the server goes on with it
        if registry_is_empty():
            with self.step("records"):
                call_command("loaddata", *settings.FIXTURES, verbosity=0)
                add_event_to_come()
        else:
            self.stdout.write("records: kept as they are")
        with self.step("translations"):
            call_command("compilemessages", verbosity=0)
        with self.step("static files"):
            call_command("collectstatic", interactive=False, verbosity=0)
        self.serve(port, started)

    @contextmanager
    def step(self, name):
        self.stdout.write(f"{name} … ", ending="")
        self.stdout.flush()
        began = time.monotonic()
        yield
        self.stdout.write(f"{time.monotonic() - began:.1f} s")

    def refuse_taken(self, port):
        with socket.socket() as probe:
            # As the server takes it: the port of a demo that just ended counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} cannot be used ({error.strerror}). "
                    f"Choose another: make demo PORT={port + 1}"
                ) from error

    def serve(self, port, started):
        address = f"http://127.0.0.1:{port}"
        # Without this a SIGTERM would end this process and leave the server running.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        server = start_server(port)
        try:
            with self.step("logins"):  # while the server starts
                passwords = make_logins()
                connection.close()
            with self.step("server"):
                wait_until_ready(server, f"{address}/healthz/ready")
            self.stdout.write("\nlogins for /admin/, made anew at each start:")
            for name, password in passwords.items():
                self.stdout.write(f"  {name:<14} {password}")
            self.stdout.write(
                "  (to bring back what the administrator withdrew, make a second account in the\n"
                "  admin, with the group “safety officer”)"
            )
            seconds = time.time() - started
            self.stdout.write(f"\nopen {address}/  (ready after {seconds:.0f} s; Ctrl+C stops it)")
            self.stdout.flush()
            code = server.wait()
        except KeyboardInterrupt:
            code = 0
        finally:
            server.terminate()
            server.wait()
        if code:
            raise CommandError(f"The server ended with code {code}.")


def start_server(port):
    return subprocess.Popen(
        [
            sys.executable,
            *["-m", "gunicorn", "--config", "python:registry.ops.gunicorn_conf"],
            *["--log-level", "warning", "registry.wsgi"],
        ],
        cwd=settings.BASE_DIR,
        # One key for all worker processes; a demo without SECRET_KEY makes one at each start.
        env={**os.environ, "SECRET_KEY": settings.SECRET_KEY, "BIND": f"127.0.0.1:{port}"},
    )


def refuse_tables_of_another_state():
    """A database made by migrations that are not there any more cannot be brought up to date."""
    if newer_tables():
        raise CommandError(
            "This database was made by another state of the code, before the first release or after"
            " this one. To begin with the first records again, delete it (registry.sqlite3, unless"
            " DATABASE_URL names another), and start again."
        )


def registry_is_empty():
    """Nothing that staff or fixtures made is there; what `migrate` makes does not count."""
    owners = ["records", "locations", "organisations", "programmes"]
    return not any(
        model._default_manager.exists()
        for owner in owners
        for model in apps.get_app_config(owner).get_models()
    )


def add_event_to_come():
    """All events of the first records are past: one to put into a calendar, which says by its name
    that it is made up."""
    texts = {f"name_{code}": name for code, name in EVENT_TO_COME.items()}
    texts |= {f"note_{code}": note for code, note in NOTE_OF_IT.items()}
    with writing():
        apps.get_model("programmes", "Event").objects.create(
            slug="example-of-the-demonstration",
            state="public",
            kind="meeting",
            mode="online",
            dates=(today() + DAYS_AHEAD).isoformat(),
            **texts,
        )


@transaction.atomic
def make_logins():
    """Three accounts, each with a new password; returns the passwords by name."""
    passwords = {}
    for name, groups in LOGINS.items():
        passwords[name] = secrets.token_urlsafe(12)
        user, _ = get_user_model().objects.get_or_create(username=name)
        user.is_active = user.is_staff = True
        user.set_password(passwords[name])
        user.save()
        user.groups.set([Group.objects.get(name=group) for group in groups])
    return passwords


def wait_until_ready(server, address):
    for _ in range(300):
        if server.poll() is not None:
            raise CommandError(f"The server ended with code {server.returncode}.")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own http address
                return
        except urllib.error.HTTPError as error:
            raise CommandError(f"Not ready: {error.read().decode()}") from error
        except OSError:
            time.sleep(0.1)
    raise CommandError("The server did not answer within 30 seconds.")
