"""What the tests of this room share. Imported before Django is set up, so models come later."""

import pytest
from django.utils import timezone


@pytest.fixture
def places():
    from tests.support.factories import belarus

    return belarus()


@pytest.fixture
def contest(places):
    """A programme with all that belongs to it, and a figure, a place and a theme of every sort."""
    from tests.support.factories import (
        edition,
        event,
        figure,
        initiative,
        life_event,
        organisation,
        programme,
        source,
        term,
    )

    report = source("report", name_en="Report", url="https://example.org/a?b=1&c=2", language="be")
    honey = organisation(
        "honey", name_en="Honey", name_be="Мёд", kind="ngo", seat=places["mstsislaw"]
    )
    honey.identifiers.create(scheme="BY-EGR", value="100200300")
    life_event(honey, date="2003")
    education = term("education", name_en="Education", codes={"OECD-DAC": "11110"})
    youth = term("youth", name_en="Youth", parent=education)
    made = programme(
        "contest",
        kind="contest",
        name_en="Contest",
        name_be="Конкурс",
        summary_en='Who, "what" & <where>',
        summary_be="Хто і што",
        dates="2016-02/2016-10",
        roles=[("organiser", honey), ("funder", organisation("fund", kind="foundation"))],
        locations=[places["mstsislaw"], places["brest-region"]],
        themes=[education, youth, term("bees", name_en="Bees", codes={"OECD-DAC": "31163"})],
        sources=[report],
    )
    figure(made, "about 50", number=50, qualifier="about", period="2016", source=report)
    figure(made, "many", source=report)
    sixth = edition("sixth", programme=made, number=6, dates="2016")
    initiative("bees", edition=sixth, result="winner", locations=[places["mstsislaw"]])
    event(
        "final",
        name_en="Final",
        name_ru="Финал",
        edition=sixth,
        dates="2016-10-01",
        start_time="10:00",
        end_time="12:30",
        kind="final",
        locations=[places["mstsislaw"]],
        themes=[youth],
    )
    return made


@pytest.fixture
def frozen(monkeypatch):
    from tests.support.formats import NOW

    monkeypatch.setattr(timezone, "now", lambda: NOW)
