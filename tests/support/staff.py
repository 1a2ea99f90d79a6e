"""The staff of the tests, and how they fill in forms.

ann = Staff("ann", "editor")
ann.edits(contest, name_en="Contest")     # opens the form, types, saves
"""

import re
from html.parser import HTMLParser

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

PASSWORD = "a long enough password"  # of whoever logs in with a browser


def log_in(page, name):
    """By the form that the browser shows, until the page after it is there."""
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_selector("#user-tools")


class Staff:
    """A member of the staff with a browser of their own."""

    def __init__(self, name, *groups):
        self.user = User.objects.create_user(name, is_staff=True)
        self.user.groups.set(Group.objects.filter(name__in=groups))
        assert self.user.groups.count() == len(groups)
        self.client = Client()
        self.client.force_login(self.user)

    def opens(self, thing, page="change", **query):
        """The page of an entry, or of a model (`changelist`, `add`)."""
        return self.client.get(address(thing, page), query)

    def reads(self, thing, page="change", **query):
        response = self.opens(thing, page, **query)
        assert response.status_code == 200, response
        return response.content.decode()

    def form_of(self, thing, page="change"):
        return fields(self.reads(thing, page))

    def sends(self, form, thing, page="change", **typed):
        return self.client.post(address(thing, page), {**form, **typed})

    def edits(self, thing, page="change", **typed):
        return self.sends(self.form_of(thing, page), thing, page, **typed)

    def acts(self, act, entry):
        return self.edits(entry, _act=act)


def address(thing, page):
    model = thing if isinstance(thing, type) else type(thing)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name) if thing is model else reverse(name, args=[thing.pk])


def fields(html):
    """{name: value} of what a browser would send of the page's forms."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self._select, self._textarea = {}, None, None

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        name = at.get("name")
        if tag == "input" and name and at.get("type") not in ("submit", "button"):
            box = at.get("type") in ("checkbox", "radio")
            if not box or "checked" in at:
                self.found[name] = at.get("value", "on" if box else "")
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in at or self._select not in self.found:
                self.found[self._select] = at.get("value", "")
        elif tag == "textarea" and name:
            self._textarea = name
            self.found[name] = ""

    def handle_data(self, data):
        if self._textarea:
            self.found[self._textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None


def complaints(page):
    # Browsers ask for an icon that the staff pages do not name.
    return [text for text in page.complaints if "404" not in text]


def words(html):
    """The words of a page, with the marks of what comes and what goes."""
    return " ".join(re.sub(r"<(?!/?(ins|del)\b)[^>]*>", " ", html).split())
