"""The page of columns says of every column of every table what it means, in three languages."""

import html

import pytest

from registry.api.tables.table import Columns
from registry.cards.declarations import declared
from tests.support.factories import programme

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_every_column_of_every_table_is_there_with_its_title(client, language):
    for kind in declared.values():
        page = client.get(f"/{language}/data/columns/?of={kind.collection}").content.decode()
        text = html.unescape(page)
        for column, titles in Columns(kind.type).dictionary():
            assert f"<dt><code>{column.name}</code></dt>" in text
            assert f"<dd>{titles[language]} <span" in text


def test_each_download_leads_to_its_columns_and_an_unknown_name_to_the_first(client):
    programme("contest")
    page = client.get("/en/programmes/").content.decode()
    assert 'href="/en/data/columns/?of=programmes"' in page
    assert client.get("/en/data/columns/?of=nothing").status_code == 200
