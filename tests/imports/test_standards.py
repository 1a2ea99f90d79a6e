"""Files of standards: what they say becomes drafts, comes again as changes, and what has no place
here is told."""

from io import BytesIO

import pytest

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.cards.refused import Refused
from registry.imports.standards import read_standard
from registry.records.models import State
from tests.imports.test_foreign import Walk
from tests.support.factories import belarus, organisation, term
from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]

ACTIVITY = """<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03"><iati-activity default-currency="EUR" xml:lang="ru">
<iati-identifier>XX-DEMO-1-P7</iati-identifier>
<reporting-org ref="XX-DEMO-1" type="21"><narrative>Демо-фонд</narrative></reporting-org>
<title><narrative>Малые города</narrative><narrative xml:lang="en">Small towns</narrative></title>
<description type="1"><narrative>Гранты инициативам.</narrative></description>
<participating-org role="1" type="21" ref="BY-EGR-400"><narrative>Демо-фонд</narrative>
</participating-org>
<participating-org role="4" type="22"><narrative>ОО «Новая волна»</narrative></participating-org>
<activity-date type="1" iso-date="2024-03-01"/><activity-date type="3" iso-date="2026-02-28"/>
<recipient-country code="BY" percentage="60"/><recipient-country code="MD" percentage="40"/>
<location><name><narrative>Мстиславль</narrative></name></location>
<sector vocabulary="1" code="15150"/>
<budget type="1"><value value-date="2024-03-01">40000</value></budget>
<document-link url="https://fund.example/report.pdf" format="application/pdf">
<title><narrative xml:lang="en">Report of 2025</narrative></title></document-link>
</iati-activity></iati-activities>"""

CALENDAR = """BEGIN:VCALENDAR
PRODID:-//Example Corp//Calendar//EN
VERSION:2.0
BEGIN:VEVENT
DTSTART;TZID=Europe/Minsk:20260907T183000
DTEND;TZID=Europe/Minsk:20260907T200000
RRULE:FREQ=WEEKLY;UNTIL=20261130T205959Z;BYDAY=MO
UID:demo1@calendar.example
STATUS:CONFIRMED
SUMMARY:Размоўны клуб
LOCATION:бібліятэка\\, вул. Прыкладная 1\\, Мсціслаў
DESCRIPTION:<b>Рэгістрацыя</b> праз форму&nbsp\\;
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261205
DTEND;VALUE=DATE:20261207
UID:demo2@calendar.example
SUMMARY:Фэст
ORGANIZER:mailto:somebody@fest.example
END:VEVENT
END:VCALENDAR
"""

GRANTS = """{"grants": [{"id": "360G-demo-001", "title": "Школа лидеров", "currency": "BYN",
"description": "Обучение активных жителей", "amountAwarded": 12500, "awardDate": "2024-04-03",
"plannedDates": [{"startDate": "2024-05-01", "endDate": "2024-11-30"}],
"recipientOrganization": [{"id": "BY-EGR-400000001", "name": "ОО «Новая волна»"}],
"fundingOrganization": [{"id": "360G-fund", "name": "Фонд развития"}],
"beneficiaryLocation": [{"name": "Мстиславль"}], "grantProgramme": [{"title": "Small"}]}]}"""

SERVICES = """{"id": "org-1", "name": "Дом добрый", "alternate_name": "ГУ «Дом дабрыні»",
"services": [{"id": "s-1", "name": "Консультации родителей", "minimum_age": 3,
"schedules": [{"freq": "WEEKLY", "opens_at": "17:00"}],
"service_at_locations": [{"location": {"latitude": 53.9, "longitude": 27.56,
"addresses": [{"city": "г. Мстиславль", "country": "BY"}]}}]}]}"""


@pytest.fixture
def ann():
    belarus()
    return Staff("ann", "editor")


def brought_in(person, text, name):
    walk = Walk(person, text.encode(), name)
    told = walk.page
    walk.goes_on("names")
    walk.page_of_dry_run = walk.page
    walk.goes_on("apply")
    walk.told = told
    return walk


def test_an_activity_of_iati_becomes_a_programme_with_all_who_take_part(ann):
    theme = term("democracy", name_en="Democracy", codes={"OECD-DAC": "15150"})
    walk = brought_in(ann, ACTIVITY, "activities.xml")
    made = Programme.objects.get()
    assert (made.name_ru, made.name_en, made.dates, made.state) == (
        "Малые города", "Small towns", "2024-03-01/2026-02-28", State.DRAFT,
    )  # fmt: skip
    roles = {(each.role, each.organisation.name_ru) for each in made.roles.all()}
    assert roles == {("funder", "Демо-фонд"), ("implementer", "ОО «Новая волна»")}
    assert made.placements.get().location.slug == "mstsislaw"
    assert made.themes.get().term == theme
    assert {each.source.url for each in made.citations.all()} == {
        "", "https://fund.example/report.pdf",
    }  # fmt: skip
    number = Organisation.objects.get(name_ru="Демо-фонд").identifiers.get()
    assert (number.scheme, number.value) == ("BY-EGR", "400")
    assert "budgets and payments: 1" in walk.told


def test_an_activity_that_comes_again_changes_its_programme_and_adds_none(ann):
    brought_in(ann, ACTIVITY, "activities.xml")
    made = Programme.objects.get()
    later = ACTIVITY.replace("2026-02-28", "2026-08-31").replace("Small towns", "Small places")
    brought_in(ann, later, "activities.xml")
    now = Programme.objects.get()
    assert (now.pk, now.name_en, now.dates) == (made.pk, "Small places", "2024-03-01/2026-08-31")
    assert now.roles.count() == 2


def test_an_event_of_a_calendar_keeps_its_hours_and_loses_its_people(ann):
    walk = brought_in(ann, CALENDAR, "calendar.ics")
    club, fest = Event.objects.order_by("pk")
    assert (club.dates, f"{club.start_time:%H:%M}", f"{club.end_time:%H:%M}") == (
        "2026-09-07", "18:30", "20:00",
    )  # fmt: skip
    assert club.placements.get().location.slug == "mstsislaw"
    assert "Рэгістрацыя праз форму" in f"{club.description_be}{club.description_ru}"
    assert fest.dates == "2026-12-05/2026-12-06"
    assert "further days of repeated events: 1" in walk.told
    assert "people: organisers and guests: 1" in walk.told
    assert "somebody@" not in walk.page_of_dry_run


def test_a_calendar_that_comes_again_moves_and_cancels_what_came_before(ann):
    brought_in(ann, CALENDAR, "calendar.ics")
    later = CALENDAR.replace("20260907", "20260914").replace("CONFIRMED", "CANCELLED")
    brought_in(ann, later, "calendar.ics")
    club, _fest = Event.objects.order_by("pk")
    assert (club.dates, club.status) == ("2026-09-14", "cancelled")


def test_what_was_withdrawn_does_not_come_back_with_a_file(ann):
    brought_in(ann, CALENDAR, "calendar.ics")
    Event.objects.order_by("pk").last().delete()
    Event.objects.update(state=State.WITHDRAWN)
    walk = Walk(ann, CALENDAR.replace("Фэст", "Фэст двароў").encode(), "calendar.ics")
    assert "is no longer here" in walk.goes_on("names")
    walk.goes_on("apply")
    assert [each.state for each in Event.objects.order_by("pk")] == [State.WITHDRAWN, State.DRAFT]


def test_a_grant_is_a_programme_with_a_sum_as_a_figure(ann):
    wave = organisation("wave", name_ru="Волна")
    wave.identifiers.create(scheme="BY-EGR", value="400000001")
    brought_in(ann, GRANTS, "grants.json")
    made = Programme.objects.get()
    figure = made.figures.get()
    assert (figure.measure, int(figure.number), figure.unit) == ("grant", 12500, "BYN")
    # By its number in a public list it is known under another name.
    assert made.roles.get(role="beneficiary").organisation == wave
    assert made.roles.get(role="funder").organisation.name_ru == "Фонд развития"
    assert made.dates == "2024-05-01/2024-11-30"


@pytest.mark.once
def test_the_flat_table_of_grants_says_the_same():
    text = (
        "Identifier;Title;Currency;Amount Awarded;Award Date;Planned Dates:Start Date;"
        "Recipient Org:Identifier;Recipient Org:Name;Funding Org:Name\n"
        '1;Школа;BYN;"12 500,00";03.04.2024;;BY-EGR-4;ОО «Новая волна»;Фонд\n'
    )
    reading = read_standard(BytesIO(text.encode("cp1251")))
    (given,) = reading.sections[0].lines
    assert given.cells == {
        "name": "Школа",
        "dates": "2024-04-03",
        "figures:grant": "12 500,00 BYN",
        "roles:beneficiary": "ОО «Новая волна»",
        "roles:funder": "Фонд",
    }
    assert reading.identifiers == {"ОО «Новая волна»": "BY-EGR-4"}


def test_an_organisation_of_hsds_comes_with_its_services(ann):
    walk = brought_in(ann, SERVICES, "hsds.json")
    house, service = Organisation.objects.get(), Programme.objects.get()
    assert house.other_names.get().name == "ГУ «Дом дабрыні»"
    assert service.roles.get().organisation == house
    assert service.placements.get().location.slug == "mstsislaw"
    assert "opening hours: 1" in walk.told


BAD = {
    "entities": '<!DOCTYPE a [<!ENTITY b "c">]><iati-activities><a>&b;</a></iati-activities>',
    "deep": "<iati-activities>" + "<a>" * 200 + "</a>" * 200 + "</iati-activities>",
    "broken XML": "<iati-activities><a></iati-activities>",
    "deep JSON": '{"grants": [{"amountAwarded": ' + "[" * 5000 + "]" * 5000 + "}]}",
    "broken JSON": '{"name": "x", "services": [}',
    "calendar": "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 3000,
    "nothing": "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
}


@pytest.mark.once
@pytest.mark.parametrize("name", BAD)
def test_a_hostile_file_of_a_standard_is_refused(name):
    with pytest.raises(Refused):
        read_standard(BytesIO(BAD[name].encode()))


MANY = {
    "objects of JSON": '{"grants": [{"amountAwarded": [' + "{}," * 200_001 + "{}]}]}",
    "values of JSON": '{"grants": [{"amountAwarded": [' + "1," * 800_001 + "1]}]}",
    "elements": "<iati-activities>" + "<a/>" * 400_001 + "</iati-activities>",
    "attributes": "<iati-activities>" + "<a b=''/>" * 300_001 + "</iati-activities>",
    "lines": "BEGIN:VCALENDAR\n" + "X:1\n" * 50_001 + "END:VCALENDAR\n",
    "parameters": "BEGIN:VCALENDAR\nX" + ";A=B" * 50_001 + ":1\nEND:VCALENDAR\n",
    "a line": "BEGIN:VCALENDAR\nX:" + ("a" * 70 + "\r\n ") * 14_000 + "\r\nEND:VCALENDAR\n",
}


@pytest.mark.once
@pytest.mark.parametrize("name", MANY)
def test_a_file_of_a_standard_that_holds_too_much_is_refused_before_it_is_read(name):
    with pytest.raises(Refused, match="This file is too large"):
        read_standard(BytesIO(MANY[name].encode()))
