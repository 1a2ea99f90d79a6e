"""Passwords that a command makes and prints once, where there is no mail server to send a link."""

from getpass import getpass
from secrets import choice

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another one


def made():
    """Twenty letters in groups of five: 99 bits."""
    return "-".join("".join(choice(LETTERS) for _ in range(5)) for _ in range(4))


def typed(user):
    """What somebody types twice, if it is a password that the site would take."""
    password = getpass("Password: ")
    if password != getpass("The same again: "):
        raise CommandError("The two are not the same.")
    try:
        validate_password(password, user)
    except ValidationError as refused:
        raise CommandError(" ".join(refused.messages)) from None
    return password


def give(user, is_typed):
    """Sets a new password; what is to be told of it."""
    password = typed(user) if is_typed else made()
    user.set_password(password)
    return "" if is_typed else f"Password, shown this once: {password}"


def add_typed(parser):
    parser.add_argument(
        "--typed", action="store_true", help="ask for the password instead of making one"
    )
