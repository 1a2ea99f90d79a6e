"""The made-up registry: the same for the same seed, of the size asked for, with cards as proven."""

import io

import pytest
from django.core.management import CommandError, call_command

from organisations.models import Organisation
from programmes.models import Edition, Event, Initiative, Programme
from programmes.synthetic_words import latin
from registry.cards.declarations import declared
from registry.cards.models import Card
from registry.locations.models import Location
from registry.records.models import Source, Term
from tests.support import factories

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def synthesise(programmes=20, seed=3, places=30, **options):
    options = {"programmes": programmes, "seed": seed, "places": places, **options}
    call_command("synthesise", stdout=io.StringIO(), **options)


def bodies():
    return set(Card.objects.values_list("type", "body"))


@pytest.fixture
def belarus():
    return factories.belarus()


@pytest.mark.usefixtures("belarus")
def test_it_has_the_size_asked_for():
    synthesise()
    sizes = {
        Programme: 20,
        Organisation: 4,
        Event: 60,
        Edition: 10,
        Initiative: 10,
        Location: 30,
    }
    assert {model: model.objects.count() for model in sizes} == sizes


@pytest.mark.usefixtures("belarus")
def test_its_cards_are_those_of_any_other_record():
    synthesise()
    out = io.StringIO()
    call_command("cards", check=True, stdout=out)
    assert out.getvalue().strip() == "The cards are what the records say."
    assert {card_type for card_type, _ in bodies()} == declared.keys()
    assert Programme.objects.public().count() > 10


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(belarus):
    before = bodies()
    synthesise()
    first = bodies() - before
    for model in (Event, Initiative, Edition, Programme, Organisation, Source):
        model.objects.all().delete()
    Location.objects.exclude(slug__in=belarus).delete()
    Term.objects.filter(parent__isnull=False).delete()
    Term.objects.all().delete()
    synthesise()
    assert bodies() - before == first
    synthesise(seed=4, add=True)
    other = bodies() - before - first
    assert len(other) > 50


@pytest.mark.usefixtures("belarus")
def test_it_stays_out_of_a_registry_that_has_programmes():
    factories.programme()
    with pytest.raises(CommandError, match="--add"):
        synthesise()
    synthesise(add=True)
    assert Programme.objects.count() == 21
    with pytest.raises(CommandError, match="choose another"):
        synthesise(add=True)


def test_it_needs_the_gazetteer():
    with pytest.raises(CommandError, match="loaddata location_sources locations"):
        synthesise()
    assert not Term.objects.exists()


@pytest.mark.parametrize(
    ("belarusian", "in_latin"),
    [
        ("Ваўкавіцкі лес", "Vaŭkavicki les"),
        ("Вялікія Лугі", "Vialikija Łuhi"),
        ("Лепель", "Lepiel"),
        ("Асацыяцыя мясцовай гісторыі", "Asacyjacyja miascovaj historyi"),
        ("Яснасць", "Jasnaść"),
    ],
)
def test_names_are_written_in_lacinka(belarusian, in_latin):
    assert latin(belarusian) == in_latin
