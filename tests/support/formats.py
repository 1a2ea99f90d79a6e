"""Helpers of several tests."""

from datetime import UTC, datetime

API = "/api/v1/"


NOW = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # already the 22nd in Minsk


def content(client, address):
    response = client.get(API + address)
    assert response.status_code == 200, (address, getattr(response, "content", ""))
    return b"".join(response) if response.streaming else response.content


def listed(client, address):
    """The ids of all records of a list, page after page."""
    found, url = [], API + address
    while url:
        page = client.get(url).json()
        found += [record["id"] for record in page["results"]]
        url = page["next"]
    return found
