"""One errand, counted in pages that are loaded: what was written is handed over, one part of it
sent back and corrected, and all of it published."""

import pytest
from django.urls import reverse

from organisations.models import Organisation
from programmes.models import Edition, Event, Initiative, Programme
from registry.records.models import Source, State
from tests.support.factories import (
    edition,
    event,
    figure,
    initiative,
    organisation,
    programme,
    role,
    source,
)
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]


class Walk:
    """People who follow links and send forms; each page that comes counts."""

    def __init__(self):
        self.loads = []

    def opens(self, person, at):
        return self._count(person.client.get(at), at)

    def sends(self, person, at, form):
        return self._count(person.client.post(at, form, follow=True), at)

    def _count(self, reply, at):
        assert reply.status_code == 200, at
        self.loads.append(at)
        return reply.content.decode()


def written(by):
    """What the errand has to write, but for the last of it."""
    draft = {"state": State.DRAFT}
    paper = source("paper", name_en="Paper", **draft)
    ngo, funder = (organisation(slug, name_en=slug.title(), **draft) for slug in ("ngo", "fund"))
    contest = programme("contest", name_en="Contest", sources=[paper], **draft)
    role(contest, ngo, "organiser")
    role(contest, funder, "funder")
    season = edition("season", programme=contest, name_en="Season", **draft)
    for printed in ("about 50", "7"):
        figure(season, printed, source=paper)
    days = [event(f"day-{n}", edition=season, name_en=f"Day {n}", **draft) for n in range(3)]
    garden = initiative("garden", programme=contest, name_en="Garden", **draft)
    for each in (paper, ngo, funder, contest, season, *days, garden):
        type(each).history.filter(id=each.pk).update(history_user=by)
    return contest


def test_an_errand_is_handed_over_sent_back_corrected_and_published_by_ten_loads():
    ann, rita, walk = Staff("ann", "editor"), Staff("rita", "reviewer"), Walk()
    contest, start = written(ann.user), reverse("admin:index")
    # The form of the last thing to write is open already: one button hands over all of it.
    add = f"{address(Initiative, 'add')}?programme={contest.pk}"
    form = fields(ann.client.get(add).content.decode()) | {"name_en": "Library"}
    walk.sends(ann, add, form | {"_act": "review whole"})
    library = Initiative.objects.get(name_en="Library")

    together = address(contest, "bundle")
    assert f'href="{together}"' in walk.opens(rita, start)
    form = fields(walk.opens(rita, together))
    form[f"back-initiative-{library.pk}"] = "In which town?"
    walk.sends(rita, together, form)

    at = address(library, "change")
    page = walk.opens(ann, start)
    assert "In which town?" in page
    assert f'href="{at}"' in page
    form = fields(walk.opens(ann, at)) | {"summary_en": "In Mstsislaw.", "_act": "review"}
    walk.sends(ann, at, form)

    assert f'href="{at}"' in walk.opens(rita, start)
    walk.sends(rita, at, fields(walk.opens(rita, at)) | {"_act": "publish"})

    kinds = (Organisation, Programme, Edition, Event, Initiative, Source)
    rows = [row for kind in kinds for row in kind.objects.all()]
    assert len(rows) == 10
    assert {row.state for row in rows} == {State.PUBLIC}
    assert len(walk.loads) <= 10
