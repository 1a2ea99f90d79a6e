"""The staff's own site: what waits for whom, and no door beside the lists."""

from functools import partial, wraps

from django.apps import apps as django_apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import EmptyPage, Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from registry.cards.backlog import PATIENCE, finish
from registry.cards.changeset import acting
from registry.cards.deferral import number_waiting, waiting
from registry.cards.refused import Refused
from registry.ops import metrics
from registry.records.models import Entry, Part
from registry.records.models.part import within_scheme
from registry.records.relations import references
from registry.values.texts import OWN_NAMES

from .alone import alone_list
from .dates import reading_view
from .desk import Desk
from .erasing import erase_view, erasing_view
from .factor_pages import SignIn
from .factors import is_enrolling, is_sure
from .kinds_beside import KindsBeside
from .languages import choose_language
from .likely_pages import alike_view, likely_list, number_likely
from .saved_lists import list_view, lists_view, shown_lists
from .start_page import number_published_alone, what_waits
from .there import there
from .todo import numbers

MOST_TURNED = 1_000_000  # rows that anybody goes through


class PageByPage(Paginator):
    """Reads one row more than a page holds, to know whether there are any, and counts none."""

    def page(self, number):
        if not str(number).isdecimal() or int(number) < 1:
            return super().page(number)  # which refuses it
        first = (int(number) - 1) * self.per_page
        if first > MOST_TURNED:
            raise EmptyPage  # SQLite takes no number as long as can be typed
        rows = list(self.object_list[first : first + self.per_page + 1])
        if not rows and first:
            raise EmptyPage
        self.count = first + len(rows)
        return self._get_page(rows[: self.per_page], int(number), self)


class ChoicesView(AutocompleteJsonView):
    def get_paginator(self, *args, **kwargs):
        return PageByPage(*args, **kwargs)

    def process_request(self, request):
        """For the references of entries and of their parts, and whose members staff are."""
        kind = [request.GET.get(name, "") for name in ("app_label", "model_name")]
        model = django_apps.all_models.get(kind[0], {}).get(kind[1].lower())
        membership = User.memberships.rel.related_model
        if model is not membership and not (model and issubclass(model, Entry | Part)):
            raise PermissionDenied
        if request.GET.get("field_name") not in references(model):
            raise PermissionDenied
        return super().process_request(request)

    def get_queryset(self):
        return within_scheme(super().get_queryset(), self.source_field.model)

    def serialize_result(self, obj, to_field_name):
        label = getattr(self.model_admin, "choice_label", str)
        return {"id": str(getattr(obj, to_field_name)), "text": label(obj)}


class StaffSite(admin.AdminSite):
    site_header = _("Programme registry: staff")
    site_title = _("Programme registry")
    index_title = _("Your work")
    index_template = "admin/records/index.html"
    empty_value_display = "—"

    def __init__(self, name="admin"):
        super().__init__(name)
        self.kinds = KindsBeside()

    def admin_view(self, view, cacheable=False):
        """Whoever is logged in answers for what a page of the staff writes."""

        @wraps(view)
        def answered_for(request, *args, **kwargs):
            try:
                with acting(request.user):
                    return view(request, *args, **kwargs)
            except Refused as refusal:  # pages with a form tell it there
                messages.error(request, refusal.sentence)
                return redirect(request.get_full_path())

        return super().admin_view(answered_for, cacheable)

    def has_permission(self, request):
        return super().has_permission(request) and is_sure(request)

    def login(self, request, extra_context=None):
        """As Django's, but that a second factor is asked for after the password."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        if request.method == "GET" and is_enrolling(request):
            return redirect("mfa_index")
        context = self.each_context(request) | {
            "title": gettext("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
        }
        if not any("next" in data for data in (request.GET, request.POST)):
            context["next"] = reverse("admin:index")
        return SignIn.as_view(
            authentication_form=AdminAuthenticationForm,
            template_name="admin/login.html",
            extra_context=context | (extra_context or {}),
        )(request)

    def autocomplete_view(self, request):
        return ChoicesView.as_view(admin_site=self)(request)

    def each_context(self, request):
        """With how many cards wait to be written after a great act, for whoever is logged in."""
        # Not called here: templates that show no number ask the database for none.
        waits = number_waiting if self.has_permission(request) else int
        context = super().each_context(request)
        return context | {
            "kinds_beside": partial(self.kinds.written, request, context["available_apps"]),
            "unfinished": waits,
            "own_names": OWN_NAMES,
            "second_factor": settings.SECOND_FACTOR,
        }

    def get_app_list(self, request, app_label=None):
        find = partial(super().get_app_list, request, app_label)
        return self.kinds.listed(request, app_label, find)

    def unfinished_view(self, request):
        """How far a great act has come; each POST takes it further."""
        if request.method == "POST" and not finish(PATIENCE):
            messages.success(request, _("Done: everything can be seen again as it is now."))
        if not waiting().exists():
            return redirect("admin:index")
        context = self.each_context(request) | {"title": _("Being rewritten")}
        return render(request, "admin/records/unfinished.html", context)

    def desk_view(self, request):
        return Desk(self, request).answer()

    def alone_view(self, request):
        return alone_list(self, request)

    def erase_view(self, request):
        return erase_view(self, request)

    def erasing_view(self, request, pk):
        return erasing_view(self, request, pk)

    def likely_view(self, request):
        return likely_list(self, request)

    def lists_view(self, request):
        return lists_view(self, request)

    def metrics_view(self, request):
        if not request.user.has_perm("auth.view_user"):
            raise PermissionDenied
        return metrics.reply()

    def get_urls(self):
        unfinished = self.admin_view(self.unfinished_view)
        to_first_page = RedirectView.as_view(pattern_name="admin:index")
        return [
            path("alike/", self.admin_view(alike_view), name="alike"),
            path("alone/", self.admin_view(self.alone_view), name="published_alone"),
            path("dates/", self.admin_view(reading_view), name="date_reading"),
            path("erase/", self.admin_view(self.erase_view), name="erase"),
            path("erase/<int:pk>/", self.admin_view(self.erasing_view), name="erasing"),
            # Not for those alone who are logged in: who logs in reads as well.
            path("language/", choose_language, name="language"),
            path("merging/pair/", self.admin_view(self.likely_view), name="likely_pairs"),
            path("lists/", self.admin_view(self.lists_view), name="saved_lists"),
            path("lists/<int:pk>/", self.admin_view(list_view), name="saved_list"),
            path("metrics/", self.admin_view(self.metrics_view), name="metrics"),
            # What is proposed waits on the first page.
            path("proposals/proposal/", self.admin_view(to_first_page)),
            path("translate/", self.admin_view(self.desk_view), name="translate"),
            path("unfinished/", unfinished, name="unfinished"),
            *self._entry_urls(),
        ]

    def _entry_urls(self):
        """`r/<type>/<id>/` leads to the address of any row, whoever may see it: nothing uses it."""
        return [
            self._nowhere(url) if getattr(url, "name", None) == "view_on_site" else url
            for url in super().get_urls()
        ]

    def _nowhere(self, url):
        def nowhere(request, *args, **kwargs):
            raise Http404

        url.callback = self.admin_view(nowhere)
        return url

    def index(self, request, extra_context=None):
        some = there(request.user)
        return super().index(
            request,
            {
                "waiting": what_waits(self, request, some),
                "undone": [
                    *number_published_alone(request.user, some),
                    *number_likely(request.user),
                    *numbers(self, request.user, some),
                ],
                "saved": shown_lists(self, request),
            }
            | (extra_context or {}),
        )
