"""What staff do: lists and forms of the admin, saves, a rename, a withdrawal.

What is saved is saved in the copy that is measured; a withdrawal is taken back each time.
"""

from itertools import count

from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.db.models.signals import pre_save
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Organisation, OrganisationName
from programmes.models import Event, Programme
from registry.cards.models import Card
from registry.values.texts import LANGUAGES
from registry.workflow.withdrawal import Reason, effects_of, withdraw
from tests.support.staff import fields

from .door import Unexpected
from .shapes import Bar, Shape
from .world import SHOWN

LIST, FORM = Bar(60), Bar(150)
numbers = count(1)


def staff_shapes(world):
    client = officer()
    programme = world.programme_with_events()
    yield from lists(client)
    yield from forms(client, programme)
    yield from acts(world.organisation_on_cards())


def officer():
    """A member of the staff who may do everything, with a browser."""
    user, _ = User.objects.get_or_create(username="bench", is_staff=True)
    user.groups.set(Group.objects.all())
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def opening(client, address):
    def call():
        response = client.get(address)
        if response.status_code != 200:
            raise Unexpected(f"{address} answered {response.status_code}.")
        return response

    return call


def seen(client, name, address, bar):
    return Shape(name, "Staff", opening(client, address), bar, 1.5, address=address)


def lists(client):
    programmes, events = address_of(Programme), address_of(Event)
    yield seen(client, "admin: list of programmes", programmes, LIST)
    yield seen(client, "admin: list of events", events, LIST)
    yield seen(client, "admin: search in the list", f"{programmes}?q=libraries", LIST)
    yield seen(client, "admin: list of a region", f"{programmes}?region=BY-MA", LIST)
    asked = "app_label=programmes&model_name=programmerole&field_name=organisation&term=cent"
    yield seen(client, "admin: autocomplete", f"{reverse('admin:autocomplete')}?{asked}", LIST)


def address_of(model, *key):
    options = model._meta
    page = "change" if key else "changelist"
    return reverse(f"admin:{options.app_label}_{options.model_name}_{page}", args=key)


def forms(client, programme):
    address = address_of(Programme, programme)
    yield seen(client, "admin: form of a programme with 30 events", address, FORM)
    form = {}

    def open_form():
        form.clear()
        form.update(fields(client.get(address).content.decode()))
        form["summary_en"] = f"It is the {next(numbers)}th summary."

    def save():
        response = client.post(address, form)
        if response.status_code != 302:
            raise Unexpected(f"The form of {address} was refused.")

    shape = Shape("admin: save of it", "Staff", save, None, 1.5, address=address, most=7)
    shape.prepare = open_form
    shape.facts = lambda result: saving(open_form, save)
    yield shape


def saving(open_form, save):
    """How many statements and saves of models one more save takes."""
    saved = []

    def note(sender, **_):
        saved.append(sender.__name__)

    open_form()
    pre_save.connect(note)
    try:
        with CaptureQueriesContext(connection) as statements:
            save()
    finally:
        pre_save.disconnect(note)
    return {"statements": len(statements), "saves": len(saved)}


def acts(organisation):
    """A rename of an organisation on so many cards, and taking it out of sight."""
    name_alone(organisation)
    shown = Card.objects.filter(body__contains=str(organisation.public_id)).count()
    named = f"an organisation on {SHOWN:,} cards"

    def cards(result):
        return {"cards": shown}

    def rename():
        row = Organisation.objects.get(pk=organisation.pk)
        row.name_en = f"Renamed {next(numbers)} times"
        row.save()

    yield Shape(f"rename of {named}", "Act", rename, Bar(1.5, unit="s"), facts=cards, most=5)

    def preview():
        effects_of(Organisation.objects.get(pk=organisation.pk))

    yield Shape(f"page before the withdrawal of {named}", "Act", preview, facts=cards, most=5)

    def take_away():
        withdraw(Organisation.objects.get(pk=organisation.pk), Reason.SAFETY)

    yield Shape(
        f"withdrawal of {named}, to the last", "Act", undone(take_away), facts=cards, most=3
    )


def name_alone(organisation):
    """Made-up names consist of so few words that thousands of texts say each of them: it is called
    by a word of its own, in what is kept of before as well."""
    organisation.other_names.all().delete()
    for language in LANGUAGES:
        setattr(organisation, f"name_{language}", "Zyxwort")
    organisation.save()
    Organisation.history.filter(id=organisation.pk).delete()
    OrganisationName.history.filter(record=organisation.pk).delete()


def undone(write):
    def tried():
        with transaction.atomic():
            write()
            transaction.set_rollback(True)

    return tried
