from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from registry.workflow.groups import ADMINISTRATOR

from ... import new_password


class Command(BaseCommand):
    help = "Makes an account of the group of administrators, such as the first one."

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="USERNAME", help="may be a pseudonym")
        new_password.add_typed(parser)

    def handle(self, username, typed, **options):
        if User.objects.filter(username__iexact=username).exists():
            raise CommandError(f"There is an account {username} already.")
        user = User(username=username, is_staff=True)
        said = new_password.give(user, typed)
        with transaction.atomic():
            user.save()
            user.groups.add(Group.objects.get(name=ADMINISTRATOR))
        self.stdout.write(f"{username} may log in, and is then asked to add a second factor.")
        if said:
            self.stdout.write(said)
