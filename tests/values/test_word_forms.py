"""A word is found in all of its forms: topics as people type them, in three languages."""

import pytest
from django.core.management import call_command
from django.db import transaction

from registry.cards.models import SearchText
from registry.listings.search.across import Finding, marked
from registry.listings.search.asked import Asked
from registry.values.folding import fold
from registry.values.stemming import MARK, are_forms, sign_of, stems
from registry.workflow.mentions import MentionSearch
from registry.workflow.spellings import spellings
from tests.support import factories
from tests.support.shares import every

pytestmark = [pytest.mark.once, pytest.mark.django_db]

FORMS = """
жанчына жанчыны жанчын жанчынам жанчынамі жанчынах | женщина женщины женщин женщинам женщинами
гандаль гандлю гандлем гандлі | торговля торговли торговлю торговлей | людзі людзей людзьмі людзям
люди людей людьми людям людях | деньги денег деньгам деньгами | дети детей детям детьми
дзеці дзяцей дзецям дзецьмі | бежанец бежанца бежанцы бежанцаў бежанцам | вёска вёскі вёсак вёсцы
горад горада гарады гарадоў гарадах | вада вады вадзе воды водаў | год гады гадоў | рака рацэ рацы
конкурс конкурсы конкурсов конкурсам | программа программы программ программами
праграма праграмах | система системы систем | проблема проблем проблемами
организация организации организаций организациями
арганізацыя арганізацыі арганізацый арганізацыямі
местный местная местного местных местными местные
мясцовы мясцовая мясцовага мясцовых мясцовымі мясцовае | новы новую новага
общество обществу обществом | сям'я сям'і сем'і | дапамога дапамозе дапамогі
права права правам правы праву | музей музея музеи | border borders | alternative alternatives
policy policies | community communities | business businesses | woman women | child children
contest contests | grant grants | project projects | right rights | city cities
training trainings | Ліда Ліды Лідзе Лідай | Орша Оршы | Вілейка Вілейцы | Брэст Брэста Брэсце
Магілёў Магілёва Магілёве | Альшаны Альшанах | Астравец Астраўцы Астраўца | Камянец Камянцы
Барысаў Барысаве | Гродна Гродне
"""
OTHERS = """
школа шкала | город гордый | право правда | мост места | дети детектив | жена женщина | лес лист
гандаль гантэлі | border board | women wine | рука рак | музей музыка | новости новый | Мінск мина
"""
# What is typed, and the record that is meant.
TOPICS = """
торговля людьми: osce-minsk-anti-trafficking
борьба с торговлей людьми: osce-minsk-anti-trafficking
гандаль людзьмі: osce-minsk-anti-trafficking
барацьба з гандлем людзей: osce-minsk-anti-trafficking
human trafficking: human-trafficking
trafficking of human being: osce-minsk-anti-trafficking
отмывание денег: osce-minsk-anti-money-laundering
меры против отмывания деньги: osce-minsk-anti-money-laundering
адмыванне грошай: osce-minsk-anti-money-laundering
money laundering measure: osce-minsk-anti-money-laundering
экономическое развитие: economic-development
дети с аутизмом: online-course-autism
курс о детях с аутизмом: online-course-autism
дзеці з аўтызмам: online-course-autism
онлайн-курсы для родителей: online-course-autism
child with autism: online-course-autism
жанчына: women
женщина: women
woman: women
жанчына з інваліднасцю: women-with-disabilities
женщины с инвалидностью: women-with-disabilities
интеграция женщин: empowered-women-for-social-integration
магчымасці жанчыны: empowered-women-for-social-integration
social integration of women: empowered-women-for-social-integration
borders: osce-minsk-border-management
граница: osce-minsk-border-management
мяжа: osce-minsk-border-management
безопасность границы: osce-minsk-border-management
бяспека мяжы: osce-minsk-border-management
alternative military service: osce-minsk-alternatives-to-military-service
альтернатива военной службы: osce-minsk-alternatives-to-military-service
альтэрнатыва вайсковай службы: osce-minsk-alternatives-to-military-service
устойчивая энергетика: osce-minsk-sustainable-energy
устойлівая энергетыка: osce-minsk-sustainable-energy
sustainable energies: osce-minsk-sustainable-energy
чернобыльская катастрофа: osce-minsk-chernobyl-rehabilitation
чарнобыльская катастрофа: osce-minsk-chernobyl-rehabilitation
territory affected by Chernobyl: osce-minsk-chernobyl-rehabilitation
лидерство в местном сообществе: leadership-in-local-communities
лідарства ў мясцовай супольнасці: leadership-in-local-communities
leadership in a local community: leadership-in-local-communities
спортивные регионы: sport-region
спартыўныя рэгіёны: sport-region
sports region: sport-region
мартовская встреча: march-meetings
сакавіцкая сустрэча: march-meetings
форум мартовских встреч: march-meetings-forum
бренд деревень: bashni-village-brand
брэнды вёсак: place-branding
village brands: place-branding
кризисная психология для хирурга: crisis-psychology-for-transplant-surgeons
крызісная псіхалогія хірурга: crisis-psychology-for-transplant-surgeons
творческие пространства: creative-space
тэраса ў Мінску: terrace-creative-space-minsk
соседи по квартире: flat-sharing-mates
сусед па кватэры: flat-sharing-mates
публичные голосования: social-weekend-public-vote
публічныя галасаванні: social-weekend-public-vote
учителя физической культуры: physical-education-teachers
настаўнік фізічнай культуры: physical-education-teachers
развитие сёл: rural-development
права вяршэнства: rule-of-law
местные власти: local-authorities
мясцовая ўлада: local-authorities
"""


def groups(text):
    return [group.split() for line in text.strip().splitlines() for group in line.split("|")]


@pytest.mark.parametrize("group", groups(FORMS), ids=lambda group: group[0])
def test_all_forms_of_a_word_share_a_stem_with_the_first(group):
    first, *others = map(fold, group)
    assert [other for other in others if not are_forms(first, other)] == []


@pytest.mark.parametrize("pair", groups(OTHERS), ids=lambda pair: pair[0])
def test_different_words_share_none(pair):
    assert not are_forms(*map(fold, pair))


def test_what_is_short_or_a_number_has_no_other_forms():
    assert [stems(word) for word in ("osce", "tts", "2016", "6go")][1:] == [
        {"tts"},
        {"2016"},
        {"6go"},
    ]


@pytest.fixture(scope="module")
def texts(django_db_setup, django_db_blocker):
    names = (
        *("location_sources", "locations", "sources", "terms"),
        *("local_contexts", "organisations", "programmes"),
    )
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *names, verbosity=0)
        yield
        transaction.set_rollback(True)


CASES = [line.split(": ") for line in TOPICS.strip().splitlines()]


@pytest.mark.parametrize(("typed", "slug"), every(4, CASES), ids=[typed for typed, _ in CASES])
def test_a_topic_as_people_type_it_finds_its_record_among_the_first_three(texts, typed, slug):
    assert slug in [match.card.slug for match in Finding(typed).page(1, 3)]


def found(typed):
    return [(match.card.slug, match.tier) for match in Finding(typed).page(1, 9)]


def test_exact_forms_come_before_others_in_names_and_in_texts():
    factories.programme("b-said", name_en="Bee", summary_ru="О помощи кузнецу")
    factories.programme("a-said", name_en="Ant", summary_ru="О помощи кузнецам")
    factories.programme("b-named", name_en="Dog", name_ru="Дом кузнецу")
    factories.programme("a-named", name_en="Cat", name_ru="Дом кузнецов")
    factories.programme("other", name_en="Eel", summary_ru="О кузнечике")
    assert found("кузнецу") == [("b-named", 2), ("a-named", 2.5), ("b-said", 3), ("a-said", 3.5)]


def test_the_api_knows_four_tiers_and_says_where_the_form_stands(client):
    factories.programme("smith", name_en="Cat", summary_ru="Дом старого кузнеца у реки")
    (found,) = client.get("/api/v1/search/?q=кузнецы&lang=ru").json()["results"]
    assert found["tier"] == 3
    assert found["matched"] == {"field": "summary", "text": "Дом старого кузнеца у реки"}
    assert ("кузнеца", True) in marked("Дом старого кузнеца", Asked(["kuzneci"]))


def test_a_stem_is_no_word_and_no_name_that_somebody_says():
    """Stems stand beside the words of the search alone, never in what is looked through for a name
    that was withdrawn."""
    smiths = factories.organisation("smiths", name_en="Smiths", name_ru="Кузнецами")
    factories.programme("fair", name_en="Fair", summary_ru="Кузнецами славится", roles=[])
    factories.programme("day", name_en="Day", summary_ru="День у кузни", roles=[])
    text = SearchText.objects.get(card__slug="fair")
    assert f"{sign_of('programme')}{MARK}kuznc" in text.words.split()
    assert MARK not in text.card.own_words.words
    said = MentionSearch(spellings(smiths)).look()
    slugs = {
        each.slug for model, keys in said.items() for each in model.objects.filter(pk__in=keys)
    }
    assert slugs == {"smiths", "fair"}


def test_what_a_reference_loses_leaves_the_stems_of_what_the_record_says_itself():
    smiths = factories.organisation("smiths", name_en="Smiths", name_ru="Клуб кузнецов")
    fair = factories.programme(
        "fair", name_en="Fair", summary_ru="О кузнеце", roles=[("organiser", smiths)]
    )
    fair.roles.all().delete()
    assert [slug for slug, _ in found("кузнецу")] == ["smiths", "fair"]
