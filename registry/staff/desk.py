"""The translation desk: texts side by side, ten records on a page, and one Save for all of them."""

import re
from dataclasses import dataclass, replace
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
from .stale_forms import others_changed
from .translations import RECORDS, Asked, Due, is_text_of, lacking, leave, numbers, older, regions

PAGES = 200  # nobody turns more of them


@dataclass(frozen=True)
class Row:
    """A text on the desk: what stands beside it, and the field for it."""

    due: Due
    language: str
    outcome: Outcome | None = None
    typed: str | None = None
    was: str | None = None  # the text beside which it was typed

    @property
    def key(self):
        """With the kind and the language: what a browser puts back may be of another desk."""
        entry = self.due.entry
        return f"text-{entry.card_type}-{self.language}-{entry.pk}-{self.due.place}"

    @property
    def shown(self):
        return self.due.text(self.language) if self.typed is None else self.typed

    @property
    def stored(self):
        return self.due.text(self.language)

    @property
    def overtaken(self):
        """What stands there now, if whoever typed has not seen it: else Save would undo it."""
        is_new = self.was is not None and self.stored.strip() != self.was.strip()
        return others_changed(self.stored or "—") if is_new else ""

    @property
    def others(self):
        """[(language, its name, text)] of what there is already."""
        texts = ((code, OWN_NAMES[code], self.due.text(code)) for code in LANGUAGES)
        return [each for each in texts if each[0] != self.language and each[2]]

    @property
    def field(self):
        return self.due.field(self.language)

    @property
    def label(self):
        """Of a text of a row, with which row it is."""
        name = capfirst(self.field.verbose_name)
        return f"{self.due.row}: {name}" if self.due.row else name


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
    region = forms.ChoiceField(label=_("region"), required=False)


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
        self.numbers = numbers(kinds, self.language, self.names_alone, self.user)
        lacking_kinds = [model.card_type for model in kinds if self.numbers[model]]
        self.kind = _one_of(asked.get("kind"), [*lacking_kinds, *self.pages])
        rows = Term.objects.filter(scheme=Term.Scheme.THEME, state=State.PUBLIC).order_by("slug")
        self.themes = [("", "—"), *((term.slug, str(term)) for term in rows)]
        self.theme = _one_of(asked.get("theme"), [slug for slug, _name in self.themes])
        self.regions = [("", "—"), *regions(kinds)]
        self.region = _one_of(asked.get("region"), [slug for slug, _name in self.regions])
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
        where = {"theme": self.theme, "region": self.region}
        asked = Asked(self.model, self.language, self.user, self.names_alone, **where)
        found, more = find(asked, self.number * RECORDS)
        sent = self.request.POST
        kept = [replace(row, was=sent.get(f"was-{row.key}", "")) for row in kept]
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
        form.fields["region"].choices = self.regions
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
        left, saved, proposed, typed = [], 0, 0, self._typed()
        fine = self._leave(typed)
        for key, texts in typed.items():
            version = self.request.POST.get(f"version-{self.kind}-{key}", "")
            version = int(version) if version.isdecimal() and len(version) < 10 else -1
            fill = partial(_write, texts=texts, language=self.language)
            outcome = self.page.save_filled(self.request, key, version, fill)
            if outcome.why:
                left += self._left(outcome, texts)
            else:
                proposed += outcome.proposed
                saved += outcome.is_done and not outcome.proposed
        self._tell(saved, proposed, fine)
        return left

    def _tell(self, saved, proposed, fine):
        told = [
            (saved, ngettext("%(count)d record saved.", "%(count)d records saved.", saved)),
            (
                proposed,
                ngettext("%(count)d change proposed.", "%(count)d changes proposed.", proposed),
            ),
            (
                fine,
                ngettext(
                    "%(count)d text stays as it is.", "%(count)d texts stay as they are.", fine
                ),
            ),
        ]
        for count, sentence in told:
            if count:
                messages.success(self.request, sentence % {"count": count})

    def _sent(self, before=""):
        """[(name of the field, key of the record, place of the text, value)] of this desk."""
        text = r"(\d{1,18})-(\w{1,40}(?:-\d{1,18}-\w{1,40})?)"
        ours = re.compile(rf"{before}text-{self.kind}-{self.language}-{text}", re.ASCII)
        for field, value in self.request.POST.items():
            match = ours.fullmatch(field)
            if match and is_text_of(self.model, match[2]):
                yield field, int(match[1]), match[2], value

    def _typed(self):
        """{key: {place: text}} of the texts that were changed."""
        found = {}
        for field, key, place, text in self._sent():
            if text.strip() != self.request.POST.get(f"was-{field}", "").strip():
                found.setdefault(key, {})[place] = text
        return dict(list(found.items())[:50])

    def _leave(self, typed):
        """How many texts are fine as they are; what was typed is not."""
        marked = [each for each in self._sent("fine-") if each[3].isdecimal() and len(each[3]) < 19]
        marked = [each for each in marked if each[2] not in typed.get(each[1], ())][:50]
        rows = self.model.objects.filter(state=State.PUBLIC)
        entries, count = rows.in_bulk([key for _field, key, *_rest in marked]), 0
        for _field, key, place, seen in marked:
            if key in entries and (due := Due.at(entries[key], place, self.user)):
                leave(due, self.language, int(seen), self.user)
                count += 1
        return count

    def _left(self, outcome, typed):
        entry = outcome.entry
        dues = {place: entry and Due.at(entry, place, self.user) for place in typed}
        gone = [typed[place] for place, due in dues.items() if due is None]
        if gone:  # for this person: what was typed is told
            messages.error(self.request, f"{NOT_YOURS} {' · '.join(gone)}")
        return [
            Row(due, self.language, outcome, typed[place]) for place, due in dues.items() if due
        ]


def _write(typed, page_forms, texts, language):
    for place, text in texts.items():
        *row, name = place.split("-")
        form = _row_of(page_forms, *row) if row else page_forms.form
        column = f"{name}_{language}"
        if form is None or column not in form.fields:
            raise Refused(str(NOT_YOURS))
        typed[form.add_prefix(column)] = text


def _row_of(page_forms, relation, key):
    """The form of the row, or None where it is not there any more."""
    formsets = (each for each in page_forms.formsets if each.prefix == relation)
    rows = (row for formset in formsets for row in formset.initial_forms)
    return next((row for row in rows if row.instance.pk == int(key)), None)


def _one_of(value, choices):
    return value if value in choices else choices[0]
