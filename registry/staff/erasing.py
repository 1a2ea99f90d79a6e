"""The page on which a safety officer asks for an erasure, and that on which another one does it."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.refused import Refused
from registry.records.models import Erasure
from registry.values.texts import LANGUAGES
from registry.workflow.erased_words import ErasedWords
from registry.workflow.erasure import ANOTHER, entry_of, erase, going_with, may_erase, said
from registry.workflow.withdrawal import effects_of

from .sections import faults
from .withdraw_pages import NAMED, WOULD, effect_lines, more

DONE = 50  # of those that are done, the newest


class EraseForm(forms.ModelForm):
    """Of a record that is named in the address, or of words alone."""

    whole = forms.BooleanField(label=_("the whole record"), required=False, initial=True)

    class Meta:
        model = Erasure
        fields = ["whole", "words"]
        widgets = {"words": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args, entry=None, **options):
        super().__init__(*args, **options)
        self.entry = entry
        if entry is None:
            del self.fields["whole"]

    @property
    def asks_for_record(self):
        return self.cleaned_data.get("whole", False)

    def clean(self):
        typed = super().clean()
        lines = filter(None, map(str.strip, typed.get("words", "").splitlines()))
        short = [line for line in lines if not ErasedWords.of(line)]
        if short:
            sentence = _("Write at least three letters or digits: “%(words)s” has fewer.")
            self.add_error("words", forms.ValidationError(sentence, params={"words": short[0]}))
        elif not typed.get("words", "").strip() and not typed.get("whole"):
            self.add_error("words", _("Write what is to be erased."))
        return typed


@dataclass(frozen=True)
class Going:
    """One kind of what will go: a sentence, how many, and the names of some."""

    sentence: str
    count: int
    named: list
    more: list


def erase_view(site, request):
    """What would go, and the button that asks for it; what waits and what was done stand below."""
    _refuse_others(request)
    entry = _entry_in(request.GET.get("of", ""))
    form = EraseForm(request.POST or None, entry=entry, initial={"words": _names_of(entry)})
    if request.method == "POST" and form.is_valid() and "_ask" in request.POST:
        _ask(form, request.user)
        messages.success(request, gettext("Asked for. Another safety officer does it."))
        return redirect("admin:erase")
    if form.is_bound:
        read = form.is_valid()
        words, whole = form.data.get("words", "") if read else "", read and form.asks_for_record
    else:
        words, whole = _names_of(entry), entry is not None
    return _page(
        site,
        request,
        form=form,
        faults=list(faults(form, [])),
        subtitle=str(entry) if entry else None,
        going=going(entry if whole else None, words),
        waiting=Erasure.objects.waiting().select_related("asked_by"),
        done=Erasure.objects.done().select_related("asked_by", "done_by")[:DONE],
    )


def _ask(form, user):
    erasure = form.save(commit=False)
    if form.asks_for_record:
        erasure.card_type, erasure.public_id = form.entry.card_type, form.entry.public_id
    erasure.asked_by = user
    erasure.save()


def erasing_view(site, request, pk):
    """What another officer asked for: done, or dropped."""
    _refuse_others(request)
    erasure = Erasure.objects.waiting().filter(pk=pk).first()
    if erasure is None:
        raise Http404
    own = erasure.asked_by_id == request.user.pk
    if request.method == "POST" and "_drop" in request.POST:
        erasure.delete()
        messages.success(request, gettext("Dropped: nothing was erased."))
        return redirect("admin:erase")
    if request.method == "POST" and "_erase" in request.POST:
        try:
            erase(erasure, request.user)
        except Refused as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(
                request, gettext("Erased. Its last traces on the disk go by themselves.")
            )
        return redirect("admin:erase")
    entry = entry_of(erasure)
    return _page(
        site,
        request,
        erasure=erasure,
        own=own,
        refused=ANOTHER if own else None,
        subtitle=str(entry) if entry else None,
        going=going(entry, erasure.words),
    )


def going(entry, text):
    """What will go of the record, if it is named, and of the words: a list of `Going`."""
    found = []
    if entry is not None:
        sentence = gettext("The record with its rows, its history and what stands beside it:")
        found.append(Going(sentence, 1, [_named(entry)], []))
        if number := sum(rows_of(entry).count() for rows_of in going_with):
            sentence = gettext("Reports of readers about it, which go too (answer them first):")
            found.append(Going(sentence, number, [], []))
        if not entry.is_gone:
            found += [
                Going(str(each), len(some), [*map(_named, some.first(NAMED))], more(some))
                for each, some in effect_lines(effects_of(entry), WOULD)
            ]
    words = said(ErasedWords.of(text))
    if words.entries:
        named = [_named(each) for each in list(words.entries)[:NAMED]]
        sentence = gettext("The words go from the texts of:")
        found.append(Going(sentence, len(words.entries), named, more(words.entries)))
    for sentence, number in (
        (gettext("Versions in the history that say them:"), words.versions),
        (gettext("Proposals, remarks, reports, lists and lines of the log:"), words.others),
    ):
        if number:
            found.append(Going(sentence, number, [], []))
    return found


def asked_of(user):
    """Those that wait for this person to do them."""
    if not may_erase(user):
        return []
    return Erasure.objects.waiting().exclude(asked_by=user.pk).select_related("asked_by")


def erase_address(entry=None):
    """Where the erasure of the record is asked for, or of words alone."""
    of = f"?of={entry.card_type}/{entry.public_id}" if entry else ""
    return reverse("admin:erase") + of


def _named(entry):
    return f"{capfirst(entry._meta.verbose_name)}: {entry}"


def _entry_in(text):
    """The record of "programme/7f0c2c1e-…", or None without one."""
    if not text:
        return None
    card_type, _slash, public_id = text.partition("/")
    try:
        entry = entry_of(Erasure(card_type=card_type, public_id=public_id))
    except (ValueError, forms.ValidationError):
        entry = None
    if entry is None:
        raise Http404
    return entry


def _names_of(entry):
    if entry is None:
        return ""
    names = [getattr(entry, f"name_{language}") for language in LANGUAGES]
    if hasattr(entry, "other_names"):
        names += entry.other_names.values_list("name", flat=True)
    return "\n".join(dict.fromkeys(filter(ErasedWords.of, names)))


def _refuse_others(request):
    if not may_erase(request.user):
        raise PermissionDenied


def _page(site, request, **context):
    context = site.each_context(request) | {"title": gettext("Erase")} | context
    return render(request, "admin/records/erase.html", context)
