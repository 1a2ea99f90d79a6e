"""A page without its stylesheet, as text browsers, translators and search engines read it, keeps
its words apart."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.support.shares import few
from tests.support.world import pages, populate, states

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# What stands beside its neighbours in a line if no stylesheet says otherwise; all else has lines
# of its own, or is a field between them.
INLINE = {"a", "abbr", "b", "button", "cite", "code", "em", "i", "label", "mark", "small", "span"}
INLINE |= {"strong", "sub", "sup", "time"}
UNREAD = {"script", "style", "svg"}
TOGETHER = re.compile(r"[\w.,;:!?)»”…][\w(«“]")


class Glued(HTMLParser):
    """The words of neighbouring elements between which there is nothing: [(end, beginning)]."""

    def __init__(self, text):
        super().__init__()
        self.before, self.unread, self.found = "", 0, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.unread += tag in UNREAD
        self.before = self.before if tag in INLINE else ""

    def handle_endtag(self, tag):
        self.unread -= tag in UNREAD
        self.before = self.before if tag in INLINE else ""

    def handle_data(self, text):
        if self.unread:
            return
        if TOGETHER.fullmatch(self.before[-1:] + text[:1]):
            self.found.append((self.before[-30:], text[:30]))
        self.before = text


def test_words_that_only_a_stylesheet_keeps_apart_are_found():
    page = "<p><span>Programmes</span><span>Events</span> <b>1</b>2<p>3<br>4 <i>a</i>.<a>B</a> c"
    assert Glued(page).found == [("Programmes", "Events"), ("1", "2"), (".", "B")]


@pytest.mark.parametrize("language", few(["en", "be"], "be"))
def test_no_words_run_together_on_any_kind_of_page(language, admin_client):
    populate()
    client, found, read = Client(), {}, 0
    addresses = [page.address for page in (*pages(language), *states(language))]
    for address in (*addresses, "/api/v1/docs/", "/admin/login/"):
        reply = client.get(address, headers={"Accept-Language": language})
        for pair in Glued(reply.content.decode()).found:
            found.setdefault(pair, address)
        read += 1
    for address in (
        "/admin/",
        "/admin/programmes/programme/",
        "/admin/organisations/organisation/",
    ):
        reply = admin_client.get(address, headers={"Accept-Language": language})
        assert reply.status_code == 200
        for pair in Glued(reply.content.decode()).found:
            found.setdefault(pair, address)
    assert read > 80
    assert found == {}
