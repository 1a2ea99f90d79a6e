"""The translation desk: texts side by side, ten records on a page, and one Save for all of them."""

import re
from dataclasses import dataclass
from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import of_entries
from registry.cards.private_django import registered
from registry.records.models import State, Term
from registry.values.texts import IN_LANGUAGE, LANGUAGES, OWN_NAMES, reader_language
from registry.workflow.acts import Refused
from registry.workflow.rights import may

from .filled import NOT_YOURS, Outcome
from .saved_once import form_id, tell_saved
from .translations import Due, lacking, numbers, older, texts_of

PAGES = 200  # nobody turns more of them


@dataclass(frozen=True)
class Row:
    """A text on the desk: what stands beside it, and the field for it."""

    due: Due
    language: str
    outcome: Outcome | None = None
    typed: str | None = None

    @property
    def key(self):
        """With the kind and the language: what a browser puts back may be of another desk."""
        entry = self.due.entry
        return f"text-{entry.card_type}-{self.language}-{entry.pk}-{self.due.name}"

    @property
    def shown(self):
        return self.due.text(self.language) if self.typed is None else self.typed

    @property
    def stored(self):
        return self.due.text(self.language)

    @property
    def others(self):
        """[(language, its name, text)] of what there is already."""
        texts = ((code, OWN_NAMES[code], self.due.text(code)) for code in LANGUAGES)
        return [each for each in texts if each[0] != self.language and each[2]]

    @property
    def field(self):
        return self.due.field(self.language)


class AskedForm(forms.Form):
    """What the desk shows."""

    language = forms.ChoiceField(label=_("into"), choices=OWN_NAMES.items())
    kind = forms.ChoiceField(label=_("kind"))
    texts = forms.ChoiceField(
        label=_("texts"), choices=[("names", _("names")), ("all", _("all texts"))]
    )
    show = forms.ChoiceField(
        label=_("shown"),
        choices=[
            ("missing", pgettext_lazy("translation", "what is missing")),
            ("older", pgettext_lazy("translation", "what is newer in another language")),
        ],
    )
    theme = forms.ChoiceField(label=_("theme"), required=False)


class Desk:
    def __init__(self, site, request):
        self.site, self.request, self.user = site, request, request.user
        kinds = [each.model for each in of_entries() if may(self.user, "change", each.model)]
        self.pages = {model.card_type: registered(site)[model] for model in kinds}
        if not kinds:
            raise PermissionDenied
        asked = request.GET
        self.language = _one_of(asked.get("language"), [reader_language(), *LANGUAGES])
        self.texts = _one_of(asked.get("texts"), ("names", "all"))
        self.show = _one_of(asked.get("show"), ("missing", "older"))
        self.numbers = numbers(kinds, self.language, self.names_alone)
        lacking_kinds = [model.card_type for model in kinds if self.numbers[model]]
        self.kind = _one_of(asked.get("kind"), [*lacking_kinds, *self.pages])
        rows = Term.objects.filter(scheme=Term.Scheme.THEME, state=State.PUBLIC).order_by("slug")
        self.themes = [("", "—"), *((term.slug, str(term)) for term in rows)]
        self.theme = _one_of(asked.get("theme"), [slug for slug, _name in self.themes])
        number = asked.get("p", "")
        self.number = int(number) if number.isdecimal() and len(number) < 4 else 0
        self.number = min(self.number, PAGES)

    @property
    def names_alone(self):
        return self.texts == "names"

    @property
    def page(self):
        return self.pages[self.kind]

    @property
    def model(self):
        return self.page.model

    def address(self, number=0):
        query = QueryDict(mutable=True)
        for name in AskedForm.base_fields:
            query[name] = getattr(self, name)
        if number:
            query["p"] = str(number)
        return f"{reverse('admin:translate')}?{query.urlencode()}"

    def answer(self):
        rows, status = [], 200
        if self.request.method == "POST":
            rows = self.save()
            if not rows:
                return tell_saved(self.request, redirect(self.address(self.number)))
            status = 409
        return self._show(rows, status)

    def _show(self, kept, status):
        """`kept` are the rows that were not saved, with what was typed."""
        find = lacking if self.show == "missing" else older
        start = self.number * 10
        found, more = find(
            self.model, self.language, self.names_alone, self.theme, self.user, start
        )
        there = {row.due.entry.pk for row in kept}
        new = [Row(due, self.language) for due in found if due.entry.pk not in there]
        context = self.site.each_context(self.request) | {
            "title": gettext("Translation desk"),
            "form_id": form_id(self.request),
            "media": self.page.media,
            "asked": self._asked(),
            "records": self._grouped([*kept, *new]),
            "kind": self.kind,
            "language": self.language,
            "in_language": IN_LANGUAGE[self.language],
            "again": self.address(self.number),
            "next": self.address(self.number + 1) if more and self.number < PAGES else "",
            "before": self.address(self.number - 1) if self.number else "",
        }
        return render(self.request, "admin/records/desk.html", context, status=status)

    def _asked(self):
        shown = {name: getattr(self, name) for name in AskedForm.base_fields}
        form = AskedForm(initial=shown)
        form.fields["theme"].choices = self.themes
        form.fields["kind"].choices = [
            (kind, f"{capfirst(page.opts.verbose_name_plural)} ({self.numbers[page.model]})")
            for kind, page in self.pages.items()
        ]
        return form

    def _grouped(self, rows):
        """[(entry, its form, its rows)]"""
        found = {}
        name = f"admin:{self.page.opts.app_label}_{self.page.opts.model_name}_change"
        for row in rows:
            entry = row.due.entry
            found.setdefault(entry.pk, (entry, reverse(name, args=[entry.pk]), []))[2].append(row)
        return list(found.values())

    # Saving

    def save(self):
        """Each record whose texts were changed, by itself: the rows that were not saved."""
        left, saved, proposed = [], 0, 0
        for key, typed in self._typed().items():
            version = self.request.POST.get(f"version-{self.kind}-{key}", "")
            version = int(version) if version.isdecimal() and len(version) < 10 else -1
            fill = partial(_write, texts=typed, language=self.language)
            outcome = self.page.save_filled(self.request, key, version, fill)
            if outcome.why:
                left += self._left(outcome, typed)
            else:
                proposed += outcome.proposed
                saved += outcome.is_done and not outcome.proposed
        if saved:
            told = ngettext("%(count)d record saved.", "%(count)d records saved.", saved)
            messages.success(self.request, told % {"count": saved})
        if proposed:
            told = ngettext("%(count)d change proposed.", "%(count)d changes proposed.", proposed)
            messages.success(self.request, told % {"count": proposed})
        return left

    def _typed(self):
        """{key: {name: text}} of the rows that were changed."""
        found, known = {}, texts_of(self.model)
        ours = re.compile(rf"text-{self.kind}-{self.language}-(\d{{1,18}})-(\w+)", re.ASCII)
        for field, text in self.request.POST.items():
            match = ours.fullmatch(field)
            was = self.request.POST.get(f"was-{field}", "")
            if match and match[2] in known and text.strip() != was.strip():
                found.setdefault(int(match[1]), {})[match[2]] = text
        return dict(list(found.items())[:50])

    def _left(self, outcome, typed):
        if outcome.entry is None:  # it is gone for this person: what was typed is told
            text = " · ".join(typed.values())
            messages.error(self.request, f"{NOT_YOURS} {text}")
            return []
        dues = [Due(outcome.entry, name) for name in typed]
        return [Row(due, self.language, outcome, typed[due.name]) for due in dues]


def _write(typed, form, texts, language):
    for name, text in texts.items():
        column = f"{name}_{language}"
        if column not in form.form.fields:
            raise Refused(str(NOT_YOURS))
        typed[column] = text


def _one_of(value, choices):
    return value if value in choices else choices[0]
