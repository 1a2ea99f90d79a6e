"""The kind of a card stands among its words, last in the order in which they stand there."""

from django.db import migrations

SAID = """
UPDATE cards_searchtext SET
    names = trim(names || ' ··' || (SELECT type FROM cards_card WHERE id = card_id)),
    words = trim(words || ' ··' || (SELECT type FROM cards_card WHERE id = card_id))
WHERE words NOT LIKE '%··%'
"""
UNSAID = """
UPDATE cards_searchtext SET
    names = trim(replace(
        ' ' || names, ' ··' || (SELECT type FROM cards_card WHERE id = card_id), ''
    )),
    words = trim(replace(
        ' ' || words, ' ··' || (SELECT type FROM cards_card WHERE id = card_id), ''
    ))
"""


class Migration(migrations.Migration):
    dependencies = [("cards", "0010_months_of_events")]

    operations = [migrations.RunSQL(SAID, UNSAID)]
