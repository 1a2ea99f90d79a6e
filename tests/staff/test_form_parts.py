"""What is written out of the forms of the staff is what Django's templates give."""

import re
from pathlib import Path

import django.contrib.admin
import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from programmes.models.parts import ProgrammeRole
from registry.staff.form_parts import FormRenderer
from tests.support.factories import organisation, programme, role, source
from tests.support.staff import Staff

pytestmark = pytest.mark.once
OF_DJANGO = Engine(
    dirs=[Path(django.contrib.admin.__file__).parent / "templates"],
    libraries={
        "admin_urls": "django.contrib.admin.templatetags.admin_urls",
        "i18n": "django.templatetags.i18n",
    },
)
TOLD = [("", "—"), ("a&b", "A & <B>"), ("Group", [("1", _("State")), (2, 1234567)])]


class Every(forms.Form):
    """A field of each kind that a form of ours has."""

    line = forms.CharField(help_text="a <b>word</b>", max_length=9)
    number = forms.IntegerField(required=False, min_value=1)
    day = forms.DateField(required=False)
    mail = forms.EmailField()
    address = forms.URLField(required=False, assume_scheme="https")
    ticked = forms.BooleanField(required=False, label=_("State"))
    text = forms.CharField(widget=AdminTextareaWidget(attrs={"data-x": '"<', "lang": "be"}))
    chosen = forms.ChoiceField(choices=TOLD, required=False)
    several = forms.MultipleChoiceField(choices=TOLD, disabled=True, required=False)
    moment = forms.SplitDateTimeField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        self.add_error("line", ValidationError("Not <this>."))
        raise ValidationError(mark_safe("<b>Nor</b> that."))


SENT = {"line": 'a"<b', "number": "12345", "chosen": "a&b", "several": ["1", "2"], "text": "\n<x>"}


def every(renderer, sent):
    form = Every(SENT if sent else None, initial={"number": 12345, "ticked": True})
    form.renderer = renderer
    form.empty_permitted = False
    return form


@pytest.mark.parametrize("sent", [False, True])
def test_the_parts_of_a_form_are_those_of_django(sent):
    written, templates = (every(each(), sent) for each in (FormRenderer, DjangoTemplates))
    for ours, theirs in zip(written, templates, strict=True):
        for part in (str, forms.BoundField.label_tag, lambda field: str(field.errors)):
            assert part(ours) == part(theirs)
    assert str(written.non_field_errors()) == str(templates.non_field_errors())


LINES = [
    *("line", "ticked", "hidden", "moment"),
    *(("line", "number", "ticked", "hidden"), ("hidden", "hidden"), ("text",)),
]


@pytest.mark.parametrize("sent", [False, True])
def test_the_lines_of_a_form_are_those_of_django(sent):
    form = every(FormRenderer(), sent)
    about = {"name": "Much", "classes": ["collapse"], "description": "of <i>it</i>"}
    given = {
        "fieldset": helpers.Fieldset(form, fields=LINES, **about),
        "prefix": "it",
        "id_prefix": 1,
        "id_suffix": 2,
    }
    theirs = OF_DJANGO.get_template("admin/includes/fieldset.html").render(Context(given))
    assert squeezed(render_to_string("admin/includes/fieldset.html", given)) == squeezed(theirs)


def squeezed(html):
    """Without the space between tags and attributes, which shows in no line of a form."""
    return re.sub(r"\s+", " ", re.sub(r"\s*([<>])\s*", r"\1", html))


def test_the_choices_of_a_filter_are_those_of_django():
    choices = [
        {"selected": number == 1, "query_string": f"?a={number}&b=Гродна", "display": text}
        for number, text in enumerate(("All", "A & <B>", mark_safe("<i>C</i>"), 1234567))
    ]
    given = {"title": _("State"), "choices": choices}
    theirs = OF_DJANGO.get_template("admin/filter.html").render(Context(given))
    assert squeezed(render_to_string("admin/filter.html", given)) == squeezed(theirs)


@pytest.mark.parametrize("may_do", [True, False])
def test_a_choice_among_entries_is_that_of_django(may_do):
    relation = ProgrammeRole._meta.get_field("source").remote_field
    choice = RelatedFieldWidgetWrapper(
        forms.Select(choices=TOLD), relation, admin.site, *([may_do] * 4)
    )
    ours, theirs = (
        choice.render("it-0-source", "a&b", {"id": "id_it-0-source"}, renderer)
        for renderer in (FormRenderer(), DjangoTemplates())
    )
    assert squeezed(ours) == squeezed(theirs)


@pytest.mark.django_db
def test_the_rows_in_a_form_are_those_of_django():
    contest, rita = programme("contest", name_en="Contest"), Staff("rita", "reviewer")
    role(contest, organisation("honey", name_en="Honey & Wax"))
    contest.citations.create(source=source("paper"))
    form = rita.form_of(contest)
    wrong = {"roles-0-organisation": "", "roles-0-valid_from": "<no day>"}
    for page in (rita.opens(contest), rita.sends(form, contest, **wrong)):
        rows = page.context_data["inline_admin_formsets"]
        assert len(rows) == 9
        for each in rows:
            given = {"inline_admin_formset": each}
            theirs = OF_DJANGO.get_template("admin/edit_inline/stacked.html").render(Context(given))
            ours = render_to_string("admin/edit_inline/stacked.html", given)
            assert squeezed(ours) == squeezed(theirs)
