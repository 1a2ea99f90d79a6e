"""Who answers for what a command brings from a file: by itself nobody, who has no rights."""

from django.contrib.auth.models import AnonymousUser, User
from django.core.management import CommandError


def add_finer_by(parser):
    """The option of a command that brings data from a file, for which nobody answers else."""
    parser.add_argument(
        "--finer-by",
        nargs=2,
        metavar=("OFFICER", "SECOND"),
        help="who answers for it if places are shown more finely: somebody who may restrict, and"
        " another person",
    )


def answering(usernames):
    """{"by": the officer of that name, "second": the other}; nobody, who has no rights, if none
    are given."""
    if not usernames:
        return {"by": AnonymousUser()}
    by, second = map(_active, usernames)
    if by == second:
        raise CommandError("It takes another person: name two.")
    return {"by": by, "second": second}


def _active(username):
    person = User.objects.filter(username=username, is_active=True, is_staff=True).first()
    if person is None:
        raise CommandError(f"There is no active account {username}.")
    return person


def account(username):
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(f"There is no account {username}.")
    return person
