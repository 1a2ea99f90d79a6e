"""Who answers for what a command brings from a file: by itself nobody, who has no rights."""

from django.contrib.auth.models import AnonymousUser, User
from django.core.management import CommandError


def add_finer_by(parser):
    """The option of a command that brings data from a file, for which nobody answers else."""
    parser.add_argument(
        "--finer-by",
        metavar="USERNAME",
        help="who answers for it if places are shown more finely: somebody who may restrict",
    )


def answering(username):
    """The person of that name; nobody, who has no rights, if none is given."""
    if not username:
        return AnonymousUser()
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no active account {username}.")
    return person


def account(username):
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(f"There is no account {username}.")
    return person
