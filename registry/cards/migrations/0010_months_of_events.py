"""Events are found by the month, or the year, in which all of their days lie."""

from django.db import migrations

# As `registry.cards.index.unit_of`: a day is written "2019-05-21" by both databases.
FILL = """
INSERT INTO cards_cardterm (card_id, type, "group", value, sort)
SELECT id, type, 'span', CASE
    WHEN substr(first, 1, 7) = substr(last, 1, 7) THEN substr(first, 1, 7)
    WHEN substr(first, 1, 4) = substr(last, 1, 4) THEN substr(first, 1, 4)
    ELSE 'longer' END, sort
FROM (
    SELECT id, type, sort, CAST("start" AS text) AS first, CAST("end" AS text) AS last
    FROM cards_card WHERE type = 'event' AND "start" <= "end"
) AS events
"""


class Migration(migrations.Migration):
    dependencies = [("cards", "0009_successors")]

    operations = [
        migrations.RunSQL(FILL, "DELETE FROM cards_cardterm WHERE \"group\" = 'span'"),
    ]
