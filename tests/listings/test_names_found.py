"""What people write as names is found: legal forms, slips, other letters and layouts, and no more.

Whole lists are looked for, since a rule that helps one name may harm another; the bars are what
readers were promised.
"""

import re
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from registry.cards.deferral import STUCK
from registry.cards.models import Card, Counter, Deferred, NameSpelling, NameWord, SearchName
from registry.listings.search.across import Finding, found_types
from registry.listings.search.completion import suggest
from registry.listings.search.interpretations import layouts, likeliest, with_places
from registry.listings.search.likeness import Typed
from registry.locations.models import Location
from registry.reconciliation.matching import reconcile
from registry.reconciliation.queries import Query
from registry.values.folding import fold
from registry.values.legal_forms import without_form
from tests.pages.test_page_plans import is_allowed, scanned
from tests.support import factories
from tests.support.namings import NAMINGS, PLACE_WAYS, WAYS, mistyped
from tests.support.shares import few

pytestmark = [pytest.mark.once, pytest.mark.django_db]
SEARCH = "/api/v1/search/"


@pytest.fixture(scope="module", autouse=True)
def cast(django_db_setup, django_db_blocker):
    """The real places, the organisations, half of them with a seat, and what some of them do."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", "location_sources", "locations", verbosity=0)
        towns = {place.name_ru: place for place in Location.objects.exclude(kind="district")}
        for each in NAMINGS:
            seat = {"seat": towns.get(each.town)} if each.number % 2 else {}
            factories.organisation(each.slug, **each.stored(), **seat)
            if each.number % 4 == 0:
                factories.programme(
                    f"school-{each.number}",
                    name_be=f"Школа {each.be}",
                    name_ru=f"Школа {each.ru}",
                    name_en=f"School of {each.en}",
                )
        factories.programme(
            "leadership",
            name_en="Social weekend of local leadership",
            name_ru="Социальный уикенд: местное лидерство",
        )
        yield
        transaction.set_rollback(True)


def found(text, types=None, most=3):
    return [match.card.slug for match in Finding(text, types).page(1, most)]


def matched(text, kind="organisation", properties=(), limit=5):
    query = Query(text, (kind,), limit, list(properties))
    candidates = reconcile(query, RequestFactory().get("/"))
    slugs = dict(Card.objects.of(kind).values_list("public_id", "slug"))
    return [
        SimpleNamespace(slug=next(slugs[id_] for id_ in slugs if str(id_) == each["id"]), **each)
        for each in candidates
    ]


@pytest.mark.once
@pytest.mark.parametrize("way", few(WAYS, "a letter lost", "with its town"))
def test_an_organisation_is_found_and_matched_in_each_way_of_writing(way):
    texts = {each.slug: WAYS[way](each) for each in NAMINGS}
    lost = {slug: text for slug, text in texts.items() if slug not in found(text)}
    assert len(lost) <= 6, lost
    first = {slug: [each.slug for each in matched(text)][:1] for slug, text in texts.items()}
    wrong = {texts[slug]: others for slug, others in first.items() if others != [slug]}
    assert len(wrong) <= 3, wrong


def settlements():
    """Two hundred, all of whose names are theirs alone."""
    kinds = ["city", "town", "agrotown", "urban-settlement", "village"]
    rows = Location.objects.filter(kind__in=kinds).order_by("slug")
    names = {
        row: {fold(name) for name in (row.name_be, row.name_ru, row.name_en) if name}
        for row in rows
    }
    every = [name for own in names.values() for name in own]
    alone = [row for row in names if all(every.count(name) == 1 for name in names[row])]
    alone = [
        row for row in alone if min(len(max(name.split(), key=len)) for name in names[row]) > 3
    ]
    return alone[:200]


@pytest.mark.once
@pytest.mark.parametrize("way", few(PLACE_WAYS, "a letter lost"))
def test_a_settlement_is_first_in_each_way_of_writing(way, client):
    rows = settlements()
    texts = {row.slug: PLACE_WAYS[way](row, n) for n, row in enumerate(rows)}
    assert len(texts) == 200
    doors = {
        "search": lambda text: found(text, most=1),
        "suggest": lambda text: [match.card.slug for match in suggest(text, found_types())[0]],
        "list": lambda text: [
            row["slug"]
            for row in client.get("/api/v1/locations/", {"q": text, "page_size": 3}).json()[
                "results"
            ]
        ],
    }
    for door, most in (("search", 6), ("suggest", 10), ("list", 10)):
        lost = {slug: text for slug, text in texts.items() if doors[door](text)[:1] != [slug]}
        assert len(lost) <= most, (door, lost)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ('ОО "Ла Страда"', '"Ла Страда"'),
        ("ла страда, оо", "ла страда,"),
        ("Общественное объединение «Ла Страда»", "«Ла Страда»"),
        ("Грамадскае аб’яднанне Ла Страда", "Ла Страда"),
        ("Социально-просветительское частное учреждение «Центр»", "«Центр»"),
        ("Белорусское молодёжное общественное объединение «Разные-равные»", "«Разные-равные»"),
        ("Мясцовы фонд «Вера»", "«Вера»"),
        ("Фонд «Інтэракцыя»", "«Інтэракцыя»"),
        ("Interakcia Foundation", "Interakcia"),
        ("NGO La Strada", "La Strada"),
        ("International Public Association “Quiet House”", "“Quiet House”"),
        ("Гродненская областная организация ОО «Новая волна»", "Гродненская «Новая волна»"),
        ("УО «Новый лицей»", "«Новый лицей»"),
        ("ГО «Ветразь»", "«Ветразь»"),
        ("ГО Ветразь", "Ветразь"),
        ("РГОО Ветразь", "Ветразь"),
        ("ПЧУП «Экодом»", "«Экодом»"),
        ("ИП Сокол", "Сокол"),
        ("ЧСУП Экодом", "Экодом"),
        ("Экодом, ЧТУП", "Экодом,"),
        ('ГУК "Музей хлеба"', '"Музей хлеба"'),
        ("ДУА «Ліцэй»", "«Ліцэй»"),
        ("«Ліцэй», УА", "«Ліцэй»"),
        ("ТАА Мёд", "Мёд"),
        ("«Анёл» АА", "«Анёл»"),
        ("Учреждение образования «Лицей»", "«Лицей»"),
        ("Таварыства з абмежаванай адказнасцю «Мёд»", "«Мёд»"),
        ("Открытое акционерное общество «Мёд»", "«Мёд»"),
        ("Новая хваля, ГА, Гродна", "Новая хваля, , Гродна"),
        # A short form is one where a form can stand.
        ("5 га", None),
        ("Сад на 5 га", None),
        ("Школа пу і гу і оо", "Школа пу і гу і"),
        ("Лес га поле", None),
        ("ПК для пожилых", None),
        ("Клуб игры го", None),
        ("Установка солнечных батарей", None),
        ("Учреждения культуры для детей", None),
        # What tells one from another stays.
        ("Белорусское общественное объединение ветеранов", None),
        ("Ассоциация сельских клубов", None),
        ("Foundation for Legal Development", None),
        ("State Border Guard Committee of Belarus", None),
        ("Общественное объединение", None),
        ("ОО", None),
        ("фонд", None),
        ("Start up", None),
    ],
)
def test_the_form_is_told_from_the_name(text, bare):
    assert without_form(text) == (bare or text)


def test_a_form_alone_never_decides():
    for form in ("Общественное объединение", "ОО", "Частное учреждение", "Фонд", "NGO"):
        assert not [each for each in matched(form, limit=20) if each.match or each.score > 90]
    (same, *_), (other, *_) = matched("ГА «Новая хваля»"), matched("Новая хваля")
    assert {same.slug, other.slug} == {"ngo-1"}
    stored = NAMINGS[1].stored()
    assert matched(stored["name_be"])[0].match is True
    assert matched(stored["name_be"])[0].score == 100
    for text in ("Новая хваля", "ЧУ «Новая волна»", "Новая волна, Гродно"):
        best = matched(text)[0]
        assert (best.slug, best.match) == ("ngo-1", False)
        assert best.score < 100


def test_of_two_that_are_called_alike_the_form_that_was_typed_is_first(client):
    for number, form in enumerate(("ЧУ", "ОО", "Фонд")):
        factories.organisation(f"faith-{number}", name_ru=f"{form} «Верасень»")
    for number, form in enumerate(("ЧУ", "ОО", "Фонд")):
        text = f'{form} "Верасень"'
        assert found(text)[0] == f"faith-{number}"
        assert set(found(text)) == {"faith-0", "faith-1", "faith-2"}
        listed = client.get("/api/v1/organisations/", {"q": text, "page_size": 2}).json()
        assert listed["results"][0]["slug"] == f"faith-{number}"
        rest = client.get(listed["next"]).json()["results"]
        assert {row["slug"] for row in [*listed["results"], *rest]} == set(found(text))
        assert matched(text)[0].slug == f"faith-{number}"


def test_who_is_called_so_comes_before_what_it_does():
    factories.programme("quiet", name_ru="Тихий дом")
    factories.programme("near-quiet", name_ru="Тихий дом у реки")
    factories.programme("in-quiet", name_ru="Лето", summary_ru="Тихий дом и сад.")
    # called so (an organisation first), called nearly so, with the words in its name, in its text
    expected = ["ngo-0", "quiet", "near-quiet", "school-0", "in-quiet"]
    assert found("Тихий дом", most=9) == expected


@pytest.mark.parametrize(
    ("typed", "meant", "slug"),
    [
        ("vbycr", "мінск", "minsk"),
        ("uhjlyj", "гродно", "hrodna"),
        ("rjbkj", None, None),
        ("ьштыл", "minsk", "minsk"),
        ("yjdfz djkyf", "новая волна", "ngo-1"),
        ("gfhny`hcndf", "партнёрства", "ngo-8"),
        ("руддщ", None, None),
    ],
)
def test_another_layout_of_the_keyboard_is_tried_where_nothing_is_found(client, typed, meant, slug):
    reply = client.get(SEARCH, {"q": typed}).json()
    assert reply["understood"]["shown_for"] == meant
    assert reply["understood"]["corrected"] is (meant is not None)
    assert [each["slug"] for each in reply["results"][:1]] == ([slug] if slug else [])
    html = client.get("/en/search/", {"q": typed}).content.decode()
    shown = re.sub("<[^>]+>", "", html)
    assert (f"Nothing was found for “{typed}”. Showing “{meant}” instead." in shown) is bool(meant)
    assert (re.search(f'“<span lang="(be|ru)">{meant}</span>”', html) is not None) is (
        bool(meant) and not meant.isascii()
    )


def test_what_is_found_as_it_is_typed_is_not_read_on_another_layout(client):
    factories.programme("latin", name_en="Vbycr")
    reply = client.get(SEARCH, {"q": "vbycr"}).json()
    assert reply["understood"]["shown_for"] is None
    assert [each["slug"] for each in reply["results"]] == ["latin"]


def test_a_layout_is_that_of_letters():
    assert layouts("ghbdtn") == ["прівет", "привет"]
    assert layouts("руддщ") == ["hello"]
    assert layouts("abc://x") == layouts("1+1") == layouts("на") == layouts("") == []


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("leadrship", "leadership"),
        ("лидерсво", "leadership"),
        ("лидерство месное", "leadership"),
        ("social wek-end", "leadership"),
        ("social week-end", "leadership"),
        ("socail weekend", "leadership"),
        ("Лесниество для всех", "ngo-5"),
        ("Здорвый город Полоцк", "ngo-4"),
        ("Accoциaция ceльcкиx клyбoв", "ngo-6"),
        ("Новая волна Слоним", "ngo-1"),
    ],
)
def test_a_slip_in_any_word_of_a_name_is_no_hindrance(client, typed, slug):
    reply = client.get(SEARCH, {"q": typed}).json()
    assert [each["slug"] for each in reply["results"]][:3].count(slug) == 1
    assert len(reply["results"]) <= 3
    kind = "programmes" if slug == "leadership" else "organisations"
    rows = client.get(f"/api/v1/{kind}/", {"q": typed}).json()
    assert rows["results"][0]["slug"] == slug
    if reply["understood"]["corrected"]:
        assert reply["understood"]["shown_for"]
        page = client.get(f"/be/{kind}/", {"q": typed}).content.decode()
        page = re.sub("<[^>]+>", "", page)
        assert f"“{reply['understood']['shown_for']}”" in page or "«" in page
        assert rows["understood"]["shown_for"]


NO_GUESS = """
погода на завтра|купить телефон|рецепт борща|bitcoin|квантовая физика|cheap flights|netflix
курс доллара|ремонт автомобиля|гороскоп|лотерея|фильмы онлайн|smartphone|weather|pizza|javascript
скачать бесплатно|пластиковые окна|холодильник|такси|маникюр|аренда квартиры|вакансии водитель
надвор'е|рэцэпт дранікаў|кошт бензіну|прагноз|тэлефон|аўтамабіль|мэбля|zzzqqq|qwerty|asdfgh
xyzzyxyzzy|lorem ipsum|аааа|йцукен|фывапролдж|12345678|www.example.com|test123|football match
basketball|chess club rules|кроссовки|свадебные платья|грыбы|зубной врач|insurance|python django
греческий салат|грецкий орех|кубка|кава
"""


@pytest.mark.parametrize("typed", NO_GUESS.replace("\n", "|").strip("|").split("|"))
def test_what_is_no_name_gets_no_guess(client, typed):
    reply = client.get(SEARCH, {"q": typed}).json()
    assert reply["did_you_mean"] == []
    assert reply["understood"]["shown_for"] is None, reply["results"][:2]
    assert client.get(SEARCH, {"q": typed, "suggest": "true"}).json()["results"] == []
    assert matched(typed) == []


def test_at_least_fifty_queries_get_no_guess():
    assert len(NO_GUESS.replace("\n", "|").strip("|").split("|")) >= 50


def test_a_place_is_offered_only_where_something_is_recorded(client):
    factories.programme("other", summary_en="Paths of Vileykka and Brasslau.")
    factories.organisation("of-minsk", name_en="Zubr", seat=Location.objects.get(slug="minsk"))
    factories.programme("text", name_en="A text", summary_en="They met in Greeze, then in Minzk.")
    assert client.get(SEARCH, {"q": "Greeze"}).json()["did_you_mean"] == []
    assert client.get(SEARCH, {"q": "Грэцыыя"}).json()["understood"]["shown_for"] is None
    assert client.get(SEARCH, {"q": "Грцэыя"}).json()["count"] == 0
    offered = client.get(SEARCH, {"q": "Minzk"}).json()["did_you_mean"]
    assert [each["slug"] for each in offered][:1] == ["minsk"]


def test_of_too_many_words_the_first_are_looked_for_and_it_is_said(client):
    name = (
        "Асацыяцыя дапамогі дзецям, бацькам, настаўнікам, лекарам і ўсім жыхарам сельскай"
        " мясцовасці, якія любяць лес, рэкі, азёры і балоты"
    )
    factories.organisation("long", name_be=f"Грамадскае аб’яднанне «{name}»")
    for text in (name, f"ГА «{name}»", f"Грамадскае аб'яднанне {name}, г. Гродна"):
        reply = client.get(SEARCH, {"q": text}).json()
        assert reply["understood"]["words_left_out"] is True
        assert [each["slug"] for each in reply["results"]] == ["long"]
        rows = client.get("/api/v1/organisations/", {"q": text}).json()
        assert rows["understood"] == {"shown_for": None, "words_left_out": True}
        assert [each["slug"] for each in rows["results"]] == ["long"]
        for path in ("/en/search/", "/en/organisations/"):
            page = client.get(path, {"q": text}).content.decode()
            assert "Only the first 12 words were searched for" in page
        assert [each.slug for each in matched(text)] == ["long"]
    short = client.get("/api/v1/organisations/", {"q": "Лесничество для всех"}).json()
    assert "understood" not in short


def test_words_are_counted_once_for_each_card_and_go_with_the_last():
    def number(word):
        return NameWord.objects.filter(word=word).values_list("cards", flat=True).first()

    before = NameSpelling.objects.count()
    first = factories.organisation(
        "amber-1", name_ru="Янтарькая звезда", name_be="Янтарькая янтарка"
    )
    second = factories.organisation("amber-2", name_ru="Янтарькая")
    assert (number("iantarkaia"), number("iantarka")) == (2, 1)
    second.name_ru = "Другая"
    second.save()
    assert (number("iantarkaia"), number("iantarka")) == (1, 1)
    first.state = "draft"
    first.save()
    second.delete()
    assert (number("iantarkaia"), number("iantarka"), number("druhaia")) == (None, None, None)
    assert NameSpelling.objects.count() == before


def test_no_name_that_is_hidden_is_guessed(client):
    factories.organisation("secret", name_en="Krasnodrev", state="draft")
    for typed in ("Krasnodrv", "Rkasnodrev", "Krasnodrev"):
        reply = client.get(SEARCH, {"q": typed}).json()
        assert (reply["count"], reply["did_you_mean"]) == (0, [])
        assert matched(typed) == []


def statements(client, path, query):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path, query).status_code == 200
    return [each["sql"] for each in queries]


@pytest.mark.parametrize("typed", ["Quiltign", "Quiltign fair Minsk", "mnbvcxz qwerty"])
def test_guessing_asks_the_same_however_many_are_alike_and_reads_no_table_whole(client, typed):
    asked = {}
    for rows in (1, 40):
        for n in range(rows):
            factories.organisation(f"quilting-{rows}-{n}", name_en=f"Quilting fair {n}")
        Counter.current()  # so that no request asks what has changed of what is kept
        for path in (SEARCH, "/api/v1/organisations/", "/en/search/"):
            made = statements(client, path, {"q": typed})
            # Fewer where no region is among the likeliest: whether it is recorded is not asked.
            # Some are for each tier, and on the page for each kind of which there is anything.
            assert len(made) <= asked.setdefault(path, len(made)) <= 40
            for statement in made:
                for table, step in scanned(statement).items():
                    assert is_allowed(path, statement, table, step), (table, step, statement)


def test_words_of_many_names_are_told_from_slips_as_well(monkeypatch):
    monkeypatch.setattr("registry.listings.search.likeness.RARE", 3)
    monkeypatch.setattr("registry.listings.search.likeness.MAX_CARDS", 9)
    for n in range(12):
        factories.organisation(f"sewing-{n}", name_en=f"Sewing circle {n:02}")
    assert Finding("Sewnig").shown_for == "Sewing"
    assert found("Sewnig circel", most=2) == ["sewing-0", "sewing-1"]
    assert matched("Sewnig circel 03")[0].slug == "sewing-3"


def test_mistyped_names_in_the_lists_are_mistyped():
    for how in ("lost", "doubled", "swapped"):
        texts = [(each.ru, mistyped(each.ru, how, each.random(how))) for each in NAMINGS]
        assert all(text != other for text, other in texts)


def test_only_a_name_that_begins_with_what_was_typed_is_said_to_begin_with_it(client):
    factories.organisation("grand", name_en="Grand hall")
    factories.organisation("grants", name_ru="Гранты для села")
    factories.organisation("frontier", name_ru="Гранц")
    reply = client.get(SEARCH, {"q": "грант", "type": "organisation"}).json()
    assert [(each["slug"], each["tier"]) for each in reply["results"]] == [
        ("grants", 1),
        ("frontier", 1),
    ]
    tiers = [match.tier for match in Finding("грант", ("organisation",)).page(1, 9)]
    assert tiers == [1, 1.5]  # грантс is folded as гранц is
    assert all(each["matched"]["text"] for each in reply["results"])
    assert [match.card.slug for match in suggest("грант", ("organisation",))[0]] == [
        "grants",
        "frontier",
    ]
    assert {"polatsk", "navapolatsk"} <= set(found("Polot", most=9))


def test_a_form_beside_a_place_alone_is_what_is_asked_for(client):
    seat = Location.objects.get(slug="shklow")
    factories.organisation("spring", name_ru="Родник", kind="foundation", seat=seat)
    factories.organisation("brook", name_ru="Ручей", kind="ngo", seat=seat)
    factories.organisation("called", name_ru="Фонд Шклова")
    factories.organisation("orsha-club", name_ru="Орша")
    factories.programme("there", name_ru="Лето", locations=[seat])
    for text in ("фонд Шклов", "Шклов, фонд", "Фонд Шклова", "БФ Шклов"):
        assert set(found(text, most=9)) - {"called"} == {"spring"}, text
    assert found("Фонд Шклова")[0] == "called"
    assert found("ОО Шклов") == found("НПО, Шклов") == ["brook"]
    assert "brook" in found("общественное объединение Шклова")
    assert found('ОО "Орша"')[0] == "orsha-club"
    listed = client.get("/api/v1/organisations/", {"q": "фонд Шклов"}).json()["results"]
    assert [row["slug"] for row in listed] == ["called", "spring"]
    # Where there is none, the place is shown, and it is said why.
    assert found("фонд Круглое") == ["kruhlaye"]
    page = client.get("/en/search/", {"q": "фонд Круглое"}).content.decode()
    assert "Nothing there matches the rest of “фонд Круглое”" in page


def test_what_the_form_or_the_kind_of_place_says_is_suggested_first():
    factories.organisation("la-strada", name_ru="Ла Страда")
    factories.organisation("chabor", name_ru="Чабор", kind="ngo")
    factories.organisation("charounitsa", name_ru="Чаровница и её подруги", kind="foundation")
    factories.organisation("form-in-name", name_ru="Фонд «Часовня у старого моста»")

    def suggested(text, most):
        return [match.card.slug for match in suggest(text, found_types())[0]][:most]

    assert suggested("Общественное объединение Ла", 1) == ["la-strada"]
    assert suggested("ОО Ла", 1) == ["la-strada"]
    assert suggested("фонд ча", 3) == ["form-in-name", "charounitsa", "chabor"]
    assert suggested("ча", 1) != ["chabor"]
    kinds = dict(Location.objects.values_list("slug", "kind"))
    first = suggested("деревня Гар", 10)
    number = sum(kinds.get(slug) == "village" for slug in first)
    assert 0 < number < len(first)
    assert all(kinds.get(slug) == "village" for slug in first[:number])


def test_of_namesakes_the_kind_of_place_that_was_said_is_meant():
    parent = Location.objects.get(slug="shklow-district")
    for slug, kind, people in (("big", "town", 9000), ("small", "village", 9)):
        factories.location(
            slug,
            kind,
            name_ru="Заречный Яр",
            population=people,
            population_year=2019,
            parent=parent,
        )
    for text, slug in (("Заречный Яр", "big"), ("д. Заречный Яр", "small")):
        assert found(text)[0] == slug
        assert suggest(text, found_types())[0][0].card.slug == slug


def test_a_common_word_takes_no_look_ups_from_a_rare_one(monkeypatch):
    monkeypatch.setattr("registry.listings.search.likeness.MAX_SPELLINGS", 9)
    for n, letter in enumerate("abcdehklmnopr"):
        factories.organisation(f"common-{n}", name_en=f"Quilting{letter}")
    factories.organisation("rare", name_en="Zephyrine")
    likely = likeliest(with_places("Quiltign Zephyrine", found_types()))
    assert "rare" in [each.card.slug for each in likely]


@pytest.mark.parametrize(
    "typed",
    ["в октябре", "у кастрычніку", "весна", "весной", "летом", "у лютым", "понедельник", "в среду"]
    + ["двадцать", "in October", "сколько лет"],
)
def test_a_word_that_says_when_is_no_slip_and_no_form_of_the_name_of_a_place(client, typed):
    factories.programme("held", name_en="Cat", summary_ru="Встреча в октябре, у кастрычніку.")
    reply = client.get(SEARCH, {"q": typed}).json()
    assert reply["understood"]["shown_for"] is None
    assert reply["understood"]["location"] is None
    assert "location" not in [each["type"] for each in reply["results"]]
    assert reply["did_you_mean"] == []
    assert [each["slug"] for each in reply["results"]] == ["held"] * (
        "октябре" in typed or "каст" in typed
    )
    assert client.get(SEARCH, {"q": typed, "suggest": "true"}).json()["results"] == []


def test_a_word_that_stands_in_a_record_is_not_taken_for_another():
    factories.organisation("market", name_ru="Рынок труда")
    factories.programme("fair", name_en="Cat", summary_be="Рынак.")
    assert Finding("рынык труда").shown_for == "Рынок труда"
    assert Finding("рынак труда").shown_for is None


def withhold(organisations):
    for each in organisations:
        card = Card.stored.get(public_id=each.public_id)
        Deferred.objects.create(
            type="organisation", public_id=each.public_id, card=card, how=0, rank=STUCK
        )


def test_names_that_are_withheld_count_for_nothing(monkeypatch):
    withheld = [factories.organisation(f"out-{n}", name_en=f"Ambergris {n}") for n in range(12)]
    alone = factories.organisation("alone", name_en="Zanzibarite")
    factories.organisation("in", name_en="Ambergris lantern")
    factories.organisation("other", name_en="Sunny lantern")
    withhold([*withheld, alone])
    scores = {text: matched(text) for text in ("Ambergriss lantrn", "Ambergris", "Zanzibarit")}
    assert scores["Ambergris"][0].slug == "in"
    assert Finding("Zanzibarit").shown_for is None
    for each in withheld:
        each.state = "draft"
        each.save()
    alone.delete()
    assert not Card.stored.filter(slug__startswith="out-").exists()
    assert {text: matched(text) for text in scores} == scores


def test_names_that_are_withheld_take_no_place_among_those_looked_at(monkeypatch):
    monkeypatch.setattr("registry.listings.search.likeness.RARE", 0)
    monkeypatch.setattr("registry.listings.search.likeness.MAX_CARDS", 3)
    withhold([factories.organisation(f"out-{n}", name_en=f"Ambergris {n}") for n in range(5)])
    factories.organisation("in", name_en="Ambergris lantern")
    assert [each.slug for each in matched("Ambergirs", limit=9)] == ["in"]


@pytest.mark.parametrize("text", ["Музй ў Гродне", "week end camp", "Lda schol of the lake"])
def test_no_name_is_more_like_than_it_was_thought_to_be_at_most(text):
    factories.organisation("weekend", name_en="Weekend camp of the lake school, Lida")
    typed = Typed(with_places(text, found_types()))
    names = SearchName.objects.values_list("name", flat=True)
    like = {name: typed.liken(name)[0] for name in names}
    assert max(like.values()) > 0
    assert [n for n, score in like.items() if score > typed.at_most(n) + 1e-9] == []


def test_the_two_most_usual_words_lead_to_names_where_the_others_do_not(monkeypatch):
    monkeypatch.setattr("registry.listings.search.likeness.RARE", 0)
    for n, name in enumerate(["Amber lantern", "Amber harbour", "Lantern harbour", "Lantern yard"]):
        factories.organisation(f"usual-{n}", name_en=name)
        factories.organisation(f"more-{n}", name_en=f"{name} {name.split()[1]}")
    found = {each.slug for each in matched("Ambre lantren harbuor", limit=20)}
    assert {"usual-0", "usual-1", "usual-2"} <= found
