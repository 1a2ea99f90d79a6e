import logging

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management.base import BaseCommand
from django.db import transaction

from registry.workflow.command_user import account

from ...factors import end_sessions

logger = logging.getLogger("registry.staff")
TAKEN = "The second factor was taken away on the server."


class Command(BaseCommand):
    help = (
        "Takes the second factors and recovery codes of an account away and ends its sessions, when"
        " a phone or key is lost. Make sure first that it is the person who asks."
    )

    def add_arguments(self, parser):
        parser.add_argument("username", metavar="USERNAME")

    @transaction.atomic
    def handle(self, username, **options):
        user = account(username)
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
        # The log of the admin has no place for nobody: it stands in the account's own history.
        LogEntry.objects.log_actions(user.pk, [user], CHANGE, TAKEN, single_object=True)
        logger.warning("lost_factor: the second factor of account %r was taken away", username)
        self.stdout.write(
            f"{username} is logged out, and adds a new second factor after the next login."
            " Whoever may know the password: give a new one with new_password."
        )
