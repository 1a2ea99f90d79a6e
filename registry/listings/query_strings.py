"""What was asked for in an address, before anything is known of its meaning."""

from django.http import QueryDict


def as_query(data):
    """A QueryDict of a plain dictionary of values or lists of them."""
    if isinstance(data, QueryDict):
        return data
    query = QueryDict(mutable=True)
    for name, value in data.items():
        query.setlist(
            name, [str(one) for one in value] if isinstance(value, list) else [str(value)]
        )
    return query


def stripped(values):
    return [value.strip() for value in values if value.strip()]


def encodable(text):
    """The text without halves of characters, which no reply can carry."""
    return text.encode("utf-8", "replace").decode()
