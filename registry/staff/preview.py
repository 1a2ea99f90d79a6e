"""The public page of a record as it would be: as it is stored, as typed into a form, as proposed.

Whatever its state, it is made public within a transaction that is always taken back, and shown by
the very view that answers readers. No number that is made there is ever given out, so nothing is
kept under it (`registry.cards.models.change_numbers.keep`).
"""

from contextlib import contextmanager
from copy import copy

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path, resolve, reverse
from django.utils.translation import get_language, gettext, override

from registry.cards import deferral
from registry.cards.changeset import acting, current_changeset
from registry.cards.declarations import declaration_of, page_address
from registry.cards.models import Card, Deferred
from registry.cards.private_django import tell_to
from registry.records.models import State
from registry.values.texts import OWN_NAMES
from registry.workflow.acts import Refused
from registry.workflow.obstacles import hidden_wholes, kept_from_readers, sentence

from .attempt import FormAttempt
from .trial import as_sent_by, tried_out


@contextmanager
def nothing_stays():
    """Nobody answers for what is written in here: only the one who asked sees it."""
    with acting(None), tried_out(None):
        yield


class PreviewMixin:
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(self.preview_view)
        at = "preview/<slug:language>/"
        return [
            path(f"add/{at}", view, name=f"{name}_new"),
            path(f"<int:pk>/{at}", view, name=name),
            path(f"<int:pk>/proposals/<int:number>/{at}", view, name=f"{name}_proposal"),
            *super().get_urls(),
        ]

    def preview_view(self, request, language, pk=None, number=None):
        if language not in dict(settings.LANGUAGES) or not has_page(self.model):
            raise Http404
        entry, proposal = self._previewed(request, pk, number)
        if request.method == "POST":
            return self._preview_form(request, language, entry, proposal)
        if entry is None:
            raise Http404
        try:
            with nothing_stays():
                if proposal is not None:
                    entry = self._as_proposed(request, entry, proposal)
                return self._as_readers_would(request, language, entry)
        except (Refused, IntegrityError) as obstacle:
            told = [sentence for _, sentence in FormAttempt({}, obstacle=obstacle).told()]
            return self._no_preview(request, entry, told)

    def _previewed(self, request, pk, number):
        """(entry, proposal), as far as there are any and the person may see them."""
        if number is not None:
            return self._proposal_or_404(request, pk, number)
        if pk is not None:
            return self._seen_or_404(request, str(pk)), None
        if not self.has_add_permission(request):
            raise PermissionDenied
        return None, None

    def _as_proposed(self, request, entry, proposal):
        theirs = as_sent_by(proposal.author, request)
        fresh = self._still_here(request, entry)
        attempt, forms = self._replay(theirs, proposal, fresh, newest=True)
        return self.write(theirs, attempt, forms)

    def _preview_form(self, request, language, entry, proposal):
        """What was typed, as readers would see it; or the form with what is wrong in it."""
        if entry is not None and not self.has_change_permission(request, entry):
            raise PermissionDenied
        attempt = FormAttempt(request.POST, proposal=proposal)
        key, saves_to = entry and str(entry.pk), self._saves_to(entry, proposal)
        try:
            with nothing_stays():
                if entry is not None:
                    entry = self.locked(self.get_queryset(request), entry.pk).first()
                    if entry is None:
                        return self._keep_what_was_typed(request, key)
                    attempt = self._begin(request, attempt, entry)
                forms = self._forms(request, attempt.entry, attempt)
                if not forms.are_valid():
                    return self._page(request, attempt.entry, forms, saves_to)
                entry = self.write(request, attempt, forms)
                return self._as_readers_would(request, language, entry)
        except (Refused, IntegrityError) as obstacle:
            return self._show_refused(request, attempt, obstacle, key, saves_to)

    def _saves_to(self, entry, proposal):
        """The address to which the form is sent when it is saved."""
        if entry is None:
            return self._named("add")
        return self._named("amend", entry.pk, proposal.pk) if proposal else self._address(entry)

    def _as_readers_would(self, request, language, entry):
        entry = type(entry)._base_manager.get(pk=entry.pk)
        told = [sentence(clause) for clause in kept_from_readers(entry, request.user)]
        if entry.is_gone or not is_shown_as_public(entry):
            return self._no_preview(request, entry, told)
        before = request.path.rstrip("/").rpartition("/")[0]
        above = {
            "told": told,
            "typed": typed_in(request),
            "language": get_language(),
            "languages": [(code, OWN_NAMES[code], f"{before}/{code}/") for code in OWN_NAMES],
        }
        banner = render_to_string("admin/records/unpublished.html", above, request)
        entry.refresh_from_db()
        with override(language):
            return kept_nowhere(public_page(request, entry, banner))

    def _no_preview(self, request, entry, told):
        context = self.admin_site.each_context(request) | {
            "title": gettext("Preview"),
            "subtitle": str(entry),
            "opts": self.opts,
            "sentence": gettext("There is nothing in this that readers could see."),
            "told": told,
        }
        return render(request, "admin/records/no_preview.html", context, status=409)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        is_gone = obj is not None and obj.is_gone
        if has_page(self.model) and not context["is_popup"] and not is_gone:
            context["preview"] = self._preview_address(context, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _preview_address(self, context, entry):
        if entry is None:
            return self._named("preview_new", get_language())
        attempt = context["adminform"].form.attempt
        if attempt and attempt.proposal:
            return self._named("preview_proposal", entry.pk, attempt.proposal.pk, get_language())
        return self._named("preview", entry.pk, get_language())

    def _named(self, page, *values):
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=values)


def has_page(model):
    """Whether readers see such a record on a page: a source stands on those of others."""
    return declaration_of(model).page is not None


def is_shown_as_public(entry):
    """Makes it public, with what it belongs to and is not gone; whether it has a card then."""
    wholes = [whole for whole in hidden_wholes(entry) if not whole.is_gone]
    for each in (entry, *wholes):
        values = {"state": State.PUBLIC}
        if hasattr(each, "embargo_until"):
            values["embargo_until"] = None
        type(each).objects.filter(pk=each.pk).update(**values)
    newest = deferral.newest_key()
    current_changeset().flush()
    # Of very many cards that name it, those that would be written later are shown as they are.
    Deferred.objects.filter(pk__gt=newest, how=deferral.How.NAMES).delete()
    return Card.objects.of(entry.card_type).filter(public_id=entry.public_id).exists()


def public_page(request, entry, banner):
    """The answer of the public view at the address that the record has now."""
    at = page_address(entry.card_type, entry.slug).partition("#")[0]
    found = resolve(at)
    reader = as_reader(request, at)
    reader.resolver_match, reader.preview = found, banner
    return found.func(reader, *found.args, **found.kwargs)


def as_reader(request, at):
    """The request of somebody whom nobody knows, for this page."""
    reader = copy(request)
    reader.method, reader.path, reader.path_info = "GET", at, at
    reader.GET, reader.POST, reader.COOKIES = QueryDict(), QueryDict(), {}
    reader.user = AnonymousUser()
    tell_to(reader, ())
    own = ("QUERY_STRING", "HTTP_COOKIE", "HTTP_IF_NONE_MATCH")
    reader.META = {name: value for name, value in request.META.items() if name not in own}
    return reader


def typed_in(request):
    """[(name, value)] of all that was sent but the mark of the form, which each page has anew."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]


def kept_nowhere(page):
    """The page with nothing by which a browser, a proxy or a search engine would keep it."""
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    headers["Content-Language"] = get_language()
    return HttpResponse(page.content, status=page.status_code, headers=headers)
