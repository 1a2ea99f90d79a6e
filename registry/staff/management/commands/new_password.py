from django.core.management.base import BaseCommand

from registry.workflow.command_user import account

from ... import new_password


class Command(BaseCommand):
    help = "Gives an account a new password, and ends its sessions. Its second factor stays."

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="USERNAME")
        new_password.add_typed(parser)

    def handle(self, username, typed, **options):
        user = account(username)
        said = new_password.give(user, typed)
        user.save(update_fields=["password"])  # by which Django ends its sessions
        self.stdout.write(said or f"{username} has the new password.")
