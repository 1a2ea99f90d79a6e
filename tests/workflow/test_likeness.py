"""Which records may be the same: found among many, by more than one way of writing a name."""

import pytest

from organisations.models import Organisation
from programmes.models import Programme
from registry.cards.changeset import writing
from registry.records.models import LikelyPair
from registry.workflow.likeness import look, names_like, reasons, traits_of
from registry.workflow.merging import merge
from registry.workflow.unmerging import undo
from registry.workflow.withdrawal import withdraw
from tests.support import factories as make
from tests.support.staff import Staff

pytestmark = pytest.mark.django_db

TOWNS = ("Мінск", "Брэст", "Гомель", "Гродна", "Віцебск", "Магілёў", "Полацк", "Ліда")
WHAT = (
    "Цэнтр падтрымкі сельскіх ініцыятыў",
    "Экодом",
    "Клуб выбаршчыкаў",
    "Жаночы цэнтр «Верасень»",
    "Моладзевы саюз «Крок наперад»",
    "Фонд развіцця гарадоў",
    "Школа аграэкатурызму",
    "Таварыства аховы птушак",
    "Інстытут мясцовага самакіравання",
    "Асацыяцыя бібліятэк",
    "Дабрачынны фонд «Добры дотык»",
    "Бацькоўскі камітэт",
    "Краязнаўчае таварыства",
)
# Each twice: as the one and as the other source has it, with what else is known of it.
TWICE = [
    (
        {"name_be": "ГА «Зялёны свет»"},
        {"name_ru": "Общественное объединение «Зелёный свет»", "website": "https://zs.example/"},
        "site",
    ),
    (
        {"name_be": "Міжнароднае грамадскае аб'яднанне «Разуменне»"},
        {"name_ru": "МОО «Разуменне»"},
        "",
    ),
    ({"name_be": "Фонд «Мілавіца»"}, {"name_en": "Milavitsa Foundation"}, ""),
    (
        {"name_ru": "Учреждение «Новая Евразия»"},
        {"name_ru": 'Просветительское учреждение "Новая Евразия"'},
        "",
    ),
    (
        {"name_be": "Беларуская асацыяцыя журналістаў"},
        {"name_be": "БАЖ", "website": "https://baj.example/en"},
        "site",
    ),
    ({"name_en": "Education for Everyone"}, {"name_en": "Education for everyone, NGO"}, ""),
    ({"name_be": "Агенцыя рэгіянальнага развіцця «Дзедзіч»"}, {"name_en": "Dziedzich"}, "town"),
    ({"name_be": "Мясцовы фонд «Клецкі край»"}, {"name_ru": 'Местный фонд "Клецкий край"'}, ""),
    ({"name_be": "Цэнтр «Трэці сектар»"}, {"name_en": "Third Sector Centre"}, "number"),
    (
        {"name_be": "Згуртаванне бацькоў «Дзеці побач»", "old": "Бацькі і дзеці"},
        {"name_be": "ГА «Бацькі і дзеці»"},
        "",
    ),
    (
        {"name_en": "Office for European Expertise"},
        {"name_en": "Office for Europaean Expertise"},
        "",
    ),
    ({"name_be": "Грамадскае аб'яднанне «Наша спадчына»"}, {"name_be": "Наша спадчына"}, "town"),
    (
        {"name_ru": "Клуб «Ветразь»"},
        {"name_be": "Клуб «Ветразь»", "email": "info@vetraz.example"},
        "mail",
    ),
    (
        {"name_be": "Палескі цэнтр адраджэння рамёстваў"},
        {"name_en": "Paleski centr adradzhennia ramiostvau"},
        "",
    ),
    (
        {"name_en": "Sustainable Towns Network"},
        {"name_en": "STN", "website": "https://www.towns.example"},
        "site",
    ),
]


def entered(values, shared, number, place):
    names = {name: value for name, value in values.items() if name != "old"}
    if shared == "site":
        names.setdefault("website", TWICE[number][1]["website"])
    if shared == "mail":
        names.setdefault("email", TWICE[number][1]["email"])
    if shared == "town":
        names["seat"] = place
    entry = make.organisation(**{"name_en": "", **names})
    if "old" in values:
        entry.other_names.create(name=values["old"], kind="former")
    return entry


@pytest.fixture
def hundred_and_twenty():
    """The organisations of two sources, with fifteen that stand in both; {(id, id)} of these."""
    with writing():
        country = make.location("by", name_en="Belarus", iso_3166_1="BY")
        towns = [make.location(name_be=name, name_en="", parent=country) for name in TOWNS]
        names = [(f"{what}, {town.name_be}", town) for what in WHAT for town in towns[:7]][:90]
        for name, town in names:
            make.organisation(name_en="", name_be=name, seat=town)
        pairs = set()
        for number, (one, other, shared) in enumerate(TWICE):
            both = [entered(each, shared, number, towns[7]) for each in (one, other)]
            if shared == "number":
                both[0].identifiers.create(scheme="BY-EGR", value="190 123 456")
                both[1].identifiers.create(scheme="other", other_list="УНП", value="190123456")
            pairs.add(tuple(sorted(each.public_id for each in both)))
    assert Organisation.objects.count() == 120
    return pairs


@pytest.mark.once
def test_fifteen_that_stand_twice_among_120_are_all_found(hundred_and_twenty):
    look()
    found = set(LikelyPair.objects.open().values_list("one", "other"))
    assert hundred_and_twenty - found == set()
    assert len(found - hundred_and_twenty) <= 3
    first = LikelyPair.objects.open().values_list("one", "other")[:15]
    assert len(hundred_and_twenty & set(first)) >= 12


@pytest.mark.once
def test_only_what_has_changed_is_looked_at_again(hundred_and_twenty):
    look()
    assert look() is None
    one = Organisation.objects.first()
    one.website = "https://zs.example/"
    one.save()
    assert look() == "1 records compared"


def test_what_is_not_the_same_is_said_once(client):
    one, other = (make.organisation(f"zubr-{n}", name_en="Zubr") for n in "ab")
    look()
    rita = Staff("rita", "reviewer")
    page = rita.client.get("/admin/merging/pair/").content.decode()
    assert "the same name" in page
    pair = LikelyPair.objects.get()
    assert rita.client.post("/admin/merging/pair/", {"two": pair.pk}).status_code == 302
    one.website = other.website = "https://zubr.example"
    one.save()
    other.save()
    look()
    assert not LikelyPair.objects.open().exists()
    pair.refresh_from_db()
    assert pair.settled_by == rita.user


def test_a_pair_is_gone_once_it_is_merged_or_one_of_it_withdrawn():
    one, other = (make.organisation(f"zubr-{n}", name_en="Zubr") for n in "ab")
    look()
    done = merge(one, other)
    assert not LikelyPair.objects.exists()
    undo(done)
    assert LikelyPair.objects.count() == 1
    withdraw(other, "safety")
    look()
    assert not LikelyPair.objects.exists()


@pytest.mark.once
def test_two_places_with_codes_of_their_own_are_two_whatever_they_are_called():
    country = make.location("by", name_en="Belarus", iso_3166_1="BY")
    for code in ("BY-BR", "BY-HO"):
        make.location(name_en="Polesia", parent=country, iso_3166_2=code)
    look()
    assert not LikelyPair.objects.exists()


def test_programmes_are_told_apart_by_years_and_brought_together_by_who_runs_them():
    ngo = make.organisation()
    first = make.programme(name_en="Small Towns", dates="2015", roles=[("organiser", ngo)])
    same = make.programme(name_en="Small towns", dates="2015-03", roles=[("partner", ngo)])
    later = make.programme(name_en="Small Towns", dates="2019")
    look()
    pairs = LikelyPair.objects.values_list("one", "other")
    assert list(pairs) == [tuple(sorted((first.public_id, same.public_id)))]
    traits = traits_of(Programme.objects.all())
    told = [str(each) for each in reasons(traits[first.public_id], traits[later.public_id])]
    assert told == ["the same name", "another year"]


@pytest.mark.parametrize("typed", ["ГА «Зялёны свет»", "Zialiony sviet", "Зялены свет"])
def test_names_like_what_is_typed_are_found_in_any_script(typed):
    public = make.organisation(name_be="Зялёны свет", name_en="")
    draft = make.organisation(name_be="Зялёны Свет", name_en="", state="draft")
    make.organisation(name_be="Чырвоны касцёл", name_en="")
    gone = make.organisation(name_be="Зялёны свет", name_en="")
    withdraw(gone, "safety")
    eve = Staff("eve", "editor")
    assert set(names_like(Organisation, [typed], eve.user)) == {public, draft}
    asked = {"kind": "organisation", "name": typed}
    found = eve.client.get("/admin/alike/", asked).json()["found"]
    assert len(found) == 2
    assert eve.client.get("/admin/alike/", {**asked, "kind": "term"}).status_code == 403
    assert Staff("guest").client.get("/admin/alike/", asked).status_code == 403


def test_without_a_script_the_same_is_said_after_a_refused_and_a_first_save():
    make.organisation(name_en="Zubr")
    eve = Staff("eve", "editor")
    form = eve.form_of(Organisation, "add") | {"name_en": "Zubr"}
    page = eve.sends(form, Organisation, "add", slug="!").content.decode()
    assert "Is it this one?" in page
    eve.sends(form, Organisation, "add", slug="another-zubr")
    assert Organisation.objects.count() == 2
    assert "Is it this one?" in eve.client.get("/admin/").content.decode()
