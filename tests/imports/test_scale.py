"""A table of five thousand records."""

from time import process_time

import pytest

from programmes.models import Programme
from programmes.models.parts import ProgrammeFigure, ProgrammeRole
from registry.imports.models import Batch
from registry.records.models import State
from tests.support.doors import content_of
from tests.support.factories import organisation, source
from tests.support.staff import Staff
from tests.support.workbooks import export_address, sent

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]

MANY = 5000


def test_an_untouched_table_of_five_thousand_records_costs_less_than_five_seconds():
    rita, zubr, report = Staff("rita", "reviewer"), organisation("zubr"), source("report")
    rows = Programme.objects.bulk_create(
        Programme(
            slug=f"p-{n}", name_en=f"Programme {n}", summary_en="Words " * 30, state=State.DRAFT
        )
        for n in range(MANY)
    )
    ProgrammeRole.objects.bulk_create(
        ProgrammeRole(record=row, organisation=zubr, role="organiser") for row in rows
    )
    ProgrammeFigure.objects.bulk_create(
        ProgrammeFigure(record=row, measure="winners", printed="3", source=report) for row in rows
    )
    content = content_of(rita.client.get(export_address(Programme)))
    begun = process_time()
    answer = sent(rita, content)
    spent = process_time() - begun
    assert answer.status_code == 302
    assert Batch.objects.get().number == 0
    assert spent < 5
