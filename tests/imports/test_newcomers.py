"""A messy list, from the file to public pages, by people who see the tool for the first time: every
button that they press stands in the test."""

import re

import pytest
from django.urls import reverse

from programmes.models import Event
from registry.cards.models import Card
from registry.records.models import State
from tests.imports.test_foreign import Walk
from tests.imports.workbooks import xlsx
from tests.support.factories import belarus, organisation
from tests.support.staff import Staff, fields

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]

HEADS = ["№", "Назва мерапрыемства", "Калі", "Дзе", "Колькі чалавек", "Хто ладзіў", "Заўвагі"]
DATES = ["12.05.2024", "12-14 сакавіка 2016", "21 марта", "осень 2024", "1–2 чэрвеня 2022"]
DATES += ["сентябрь 2024 – май 2025", "3 мая 2023 г.", "05.2021"]
TOWNS = ["г.Мсціслаў", "в Мстиславле", "у Мсціславе", "по всей стране", "Mstsislaw"]
TOWNS += ["Мсціслаў, Магілёўская вобл."]
NUMBERS = ["ок. 50 чел.", "30+", "больш за 100", "н/д", "—", "120 участников"]
ORGANISERS = ["ОО «Новая волна»", "Новая волна, ОО", "ГА Зялёная талака"]


def forty_events():
    rows = [["План мерапрыемстваў сеткі (чарнавік)", *[None] * 6], [], HEADS]
    for n in range(40):
        name = f"{'Семинар' if n % 2 else 'Семінар'} «Тэма {n + 1}»"
        phone = "Іванова Ганна, 8 029 111-22-33" if n == 5 else None
        rest = [DATES[n % 8], TOWNS[n % 6], NUMBERS[n % 6], ORGANISERS[n % 3], phone]
        rows.append([n + 1, name, *rest])
    return xlsx(rows, ["A1:G1"])


def first_offered(page, field):
    select = page.partition(f'name="{field}"')[2].partition("</select>")[0]
    return re.search(r'value="([0-9a-f-]{36})"', select)[1]


def test_forty_events_are_public_after_eight_buttons():
    places = belarus()
    wave = organisation("wave", name_ru="Общественное объединение «Новая волна»")
    ann, rita = Staff("ann", "editor"), Staff("rita", "reviewer")
    walk = Walk(ann, forty_events())  # 1
    walk.goes_on("sheet", kind="event")  # 2: the header was found
    said = {key: value for key, value in fields(walk.page).items() if key.startswith("column-")}
    assert [*said.values()] == [
        "-", "name", "dates", "placements", "figures:participants", "roles:organiser", "note:",
    ]  # fmt: skip
    walk.goes_on("columns")  # 3
    asked = {key: value for key, value in fields(walk.page).items() if key.startswith("name-")}
    (open_one,) = [key for key, value in asked.items() if not value]
    walk.goes_on("names", **{open_one: first_offered(walk.page, open_one)})  # 4
    assert "8 029 111-22-33" in walk.page
    walk.goes_on("leave-out", column="note:")  # 5
    assert "111-22-33" not in walk.page
    walk.goes_on("apply")  # 6
    walk.goes_on("review")  # 7
    at = reverse("admin:imports_batch_bundle", args=[walk.batch.pk])
    page = rita.client.get(at).content.decode()
    answer = rita.client.post(at, {**fields(page), "_all": ""})  # 8
    for _share in range(40):
        if rita.client.get(at).status_code == 302:  # the page loads itself until all is published
            break
    assert answer.status_code == 302
    events = Event.objects.filter(state=State.PUBLIC)
    assert events.count() == 40
    assert Card.objects.filter(type="event").count() == 40
    assert {row.location for each in events for row in each.placements.all()} == {
        places["mstsislaw"], places["belarus"],
    }  # fmt: skip
    assert sum(row.organisation == wave for each in events for row in each.roles.all()) == 27
