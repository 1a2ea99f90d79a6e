"""The results of a search are written out, and not by templates: whatever a record says and
whatever somebody has typed, it is text.
"""

import random
from html.parser import HTMLParser

import pytest
from django.utils import translation

from registry.listings.search.across import reason
from registry.listings.search.asked import Asked
from registry.listings.search.place_words import words_of
from registry.pages.templatetags.finding import result_rows
from tests.support.factories import event, location, programme

PARTS = [
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</a></h3></li>", "<mark>"),
    *("&amp;", "&lt;b&gt;", "&#60;i&#62;", "'single'", '"double"', "]]>", "<!--", "{{ card }}"),
    *("{% now %}", "{}", "{0}", "%s", "%(name)s", "\\1", "a\u0301\u0301", "\u202eabc", "e\u200dx"),
    *("libraries", "Бібліятэка", "б\u0456бл", "ﬁne", "İstanbul", "ß", "\u3000", "\n", "x" * 50),
]
ALLOWED = {
    *(("li", "class"), ("p", "class"), ("span", "class"), ("span", "lang"), ("a", "href")),
    *((tag, None) for tag in ("article", "h3", "p", "span", "mark")),
}


class Outline(HTMLParser):
    """The texts of headings and paragraphs, of markup that is balanced and holds nothing else."""

    def __init__(self, html):
        super().__init__()
        self.open, self.texts = [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        for name, _value in attributes or [(None, None)]:
            assert (tag, name) in ALLOWED
        self.open.append(tag)
        if tag in ("h3", "p"):
            self.texts.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if {"h3", "p"} & {*self.open}:
            self.texts[-1] += data
        else:
            assert not data.strip()

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def said(name, summary, why, typed):
    """What a reader is shown of such a result below its kind and dates."""
    card = {"type": "programme", "slug": "odd", "kind": None, "dates": None, "locations": []}
    card |= {"name": name, "summary": summary}
    html = result_rows([{"card": card, "why": why, "tier": 3}], Asked(words_of(typed)))
    _kicker, *texts = Outline(html).texts
    return [" ".join(text.split()) for text in texts]


def test_whatever_is_said_and_typed_is_text():
    some = random.Random(63)

    def text(most):
        return " ".join(some.choices(PARTS, k=some.randint(1, most)))

    with translation.override("en"):
        for _ in range(500):
            name, summary, other, typed = text(4), text(8), text(4), text(3)
            names = {"en": name, "be": None, "ru": None}
            about = {"en": summary, "be": None, "ru": None}
            plain = [" ".join(each.split()) for each in (name, summary, other)]
            assert said(names, about, None, typed) == plain[:1]
            assert said(names, about, reason("name", name, "en"), typed) == plain[:2]
            assert said(names, None, reason("name", name, "en"), typed) == plain[:1]
            shown = said(names, about, reason("name", other, "be"), typed)
            assert shown == [*plain[:1], *(plain[2:] if other != name else []), plain[1]]
            assert said(names, about, reason("summary", other, None), typed) == [plain[0], plain[2]]
            shown = said(names, about, reason("other_names", other, "en"), typed)
            assert shown == [plain[0], " ".join(["Also called:", *other.split()])]


@pytest.mark.once
@pytest.mark.django_db
def test_a_page_of_results_marks_the_words_and_nothing_within_others(client):
    town = location("odd-town", name_en="Tom & Jerry <b>")
    programme("odd", name_en='Fish & "chips" <i>', summary_en="<u>", locations=[town])
    event("other", name_en="Supper", summary_en="Where fish &amp; &lt; is eaten")
    page = client.get("/en/search/?q=amp+fish").text
    assert "<mark>Fish</mark>" not in page
    assert "Where <mark>fish</mark> &amp;<mark>amp</mark>; &amp;lt; is eaten" in page
    page = client.get("/en/search/?q=fish").text
    assert "<mark>Fish</mark> &amp; &quot;chips&quot; &lt;i&gt;</a></h3>" in page
    assert "<p>&lt;u&gt;</p>" in page
    assert "<span>Tom &amp; Jerry &lt;b&gt;</span>" in page
