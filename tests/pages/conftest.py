"""What the tests of this room share. Imported before Django is set up, so models come later."""

import pytest


@pytest.fixture
def world():
    """A small registry with one record of each kind, and every part that a page shows."""
    from tests.support.factories import (
        belarus,
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

    places = belarus()
    district = places["mstsislaw-district"]
    report = source(
        "report",
        name_en="Report of the final",
        publisher="Press",
        date="2015-11-23",
        url="https://source.example/final",
        archived_url="https://archive.example/final",
    )
    theme = term("sport", name_en="Sport")
    term("clan", scheme="concept", name_en="Clan", definition_en="A family that governs.")
    club = organisation(
        "club", name_en="Sport Club", kind="ngo", seat=district, themes=[theme], names=["SC"]
    )
    life_event(club, "founded", "2003", source=report)
    closed = organisation("office", name_en="Old Office", kind="field-operation", parent=club)
    life_event(closed, "closed", "2011-03-31", source=report)
    contest = programme(
        "contest",
        name_en="Sport Region",
        name_ru="Спорт Регион",
        kind="contest",
        dates="2016-02/2016-10",
        summary_en="Sports grounds for everybody.",
        note_en="The number of grounds is not stated.",
        themes=[theme],
        locations=[district],
        roles=[("organiser", club), ("funder", closed)],
        sources=[report],
        website="https://contest.example/",
    )
    figure(contest, "about 50", source=report, period="2016")
    sixth = edition(
        "sixth", name_en="Sixth contest", programme=contest, number=6, locations=[district]
    )
    initiative("ground", edition=sixth, result="winner", award="Best", locations=[district])
    event("final", kind="final", edition=sixth, dates="2016-10-08", locations=[district])
    event("meeting", kind="meeting", dates="XXXX-03-04/XXXX-03-05", organisation=club)
    event("forum", kind="forum", dates="2999-12-12", locations=[district], organisation=club)
    programme("everywhere", kind="project", locations=[places["belarus"]])
    return places
