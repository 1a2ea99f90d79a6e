"""The page of several records that a reviewer publishes by one act: of one with all that it needs
and what belongs to it, or of what came in together. What is not right yet goes back from there with
a remark."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.records.models import Remark, State
from registry.records.relations import by_kind, part_models
from registry.workflow.acts import ACTS, Refused
from registry.workflow.bundles import MOST, bundle, is_more, needs, parts_of, publish
from registry.workflow.differences import difference, names_in, stored_of, told
from registry.workflow.rights import naming_only_seen
from registry.workflow.scan import scans

from .lists import names_of, tell_of_all

CHANGED = _("Something in this has changed since you opened it. Look at it again.")


@dataclass
class Together:
    """What one page shows: `needs` are {each: what it needs}, each after that; `always` is
    published whatever is ticked, the `optional` if they are, and the rest with what needs it."""

    needs: dict
    optional: set
    always: tuple = ()
    more: bool = False  # whether there are more than the page holds

    def chosen(self, typed):
        """What is published of it, before anything goes back."""
        taken = set()

        def take(each):
            if each not in taken:
                taken.add(each)
                for other in {*self.needs[each]} - self.optional:
                    take(other)

        for each in self.always:
            take(each)
        for each in self.optional:
            if "_all" in typed or _is_in(typed, each):
                take(each)
        return [each for each in self.needs if each in taken]


class DecidingTogether:
    """For the page of an admin class: `find()` gives the `Together` as it is stored now,
    `to_go_on()` where a decision leads, and `publish(entries)` publishes some or all of what was
    chosen, within the transaction of the decision, and gives what it published."""

    def together_view(self, request, find, context, to_go_on, publish=None, refused=()):
        if request.method == "POST":
            try:
                publish = publish or partial(self.publish_all, request)
                published, back = self._decide_on_all(request, find, publish)
            except Refused as refusal:
                refused = [refusal.sentence, *refusal.hits]
            else:
                self.tell_of_published(request, published)
                if back:
                    messages.success(request, f"{names_of(back)}: {ACTS['draft'].done}")
                return redirect(to_go_on())
        found = find()
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "refused": refused,
            "items": self._items(request, found),
            "more": found.more,
            **context,
        }
        status = 409 if refused else 200
        return render(request, "admin/records/bundle.html", context, status=status)

    def publish_all(self, request, entries, until=None):
        """As much of them as `publish` of bundles takes; the log of the staff says so."""
        done = publish(entries, request.user, until)
        for each in done:
            self.log_change(request, each, str(ACTS["publish"].label))
        return done

    def tell_of_published(self, request, entries):
        now = [type(each)._base_manager.get(pk=each.pk) for each in entries]
        tell_of_all(request, now, ACTS["publish"])

    def _decide_on_all(self, request, find, publish):
        """(what is published, what goes back) of all that the page showed, as it is stored now and
        nobody else changes meanwhile."""
        typed, by = request.POST, request.user
        with writing(by=by):
            found = find()
            if any(typed.get(named("seen", each)) != str(each.version) for each in found.needs):
                raise Refused(str(CHANGED))
            back = [each for each in found.needs if typed.get(named("back", each), "").strip()]
            published = [each for each in found.chosen(typed) if each not in back]
            if not published and not back:
                raise Refused(gettext("Choose what is to be published."))
            for each in back:
                self._give_back(each, by, typed[named("back", each)].strip())
                self.log_change(request, each, str(ACTS["draft"].label))
            return publish(published), back

    def _give_back(self, entry, by, remark):
        act, most = ACTS["draft"], Remark._meta.get_field("text").max_length
        if not act.is_open_to(by, entry):
            raise Refused(gettext("%(entry)s: you cannot move this.") % {"entry": entry})
        act.perform(entry, by, remark=remark.replace("\0", "")[:most])

    def _items(self, request, found):
        """All that is told of each, by statements that no number of them makes more."""
        entries = [*found.needs]
        hits, says = scans(entries), all_that_they_say(entries, request.user)
        return [
            self._item(request, each, each in found.optional, bool(found.always))
            | {"hits": hits[each], "sections": says[each]}
            for each in entries
        ]

    def _item(self, request, entry, is_optional, ticked):
        meta, user = entry._meta, request.user
        return {
            "entry": entry,
            "kind": meta.verbose_name,
            "state": State(entry.state),
            "seen": named("seen", entry),
            "chosen": named("with", entry) if is_optional else "",
            "is_chosen": _is_in(request.POST, entry) if request.method == "POST" else ticked,
            "back": named("back", entry) if ACTS["draft"].is_open_to(user, entry) else "",
            "remark": request.POST.get(named("back", entry), ""),
            "at": reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[entry.pk]),
        }


class BundleMixin(DecidingTogether):
    def get_urls(self):
        view, at = self.admin_site.admin_view(self.bundle_view), "<int:pk>/bundle/"
        name = f"{self.opts.app_label}_{self.opts.model_name}_bundle"
        return [path(at, view, name=name), *super().get_urls()]

    def bundle_view(self, request, pk):
        entry = self._seen_or_404(request, str(pk))
        if not ACTS["publish"].is_open_to(request.user, entry):
            raise PermissionDenied
        context = {
            "title": gettext("Publish with all that belongs to it"),
            "subtitle": str(entry),
            "original": entry,
        }

        def find():
            return _all_of(self.get_queryset(request).get(pk=pk), request.user)

        return self.together_view(request, find, context, lambda: "admin:index")

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and request.method == "GET" and obj.state == State.REVIEW:
            publishes = ACTS["publish"].is_open_to(request.user, obj)
            context["bundled"] = publishes and is_more(obj, request.user, State.REVIEW)
        return super().render_change_form(request, context, add, change, form_url, obj)


def _all_of(entry, user):
    """Its bundle, and as much as one page holds of what belongs to it."""
    parts = parts_of(entry, user, State.REVIEW)
    found = needs((entry, *parts[:MOST]), user)
    optional = {*found} - {*bundle(entry, user)}
    return Together(found, optional, (entry,), len(parts) > MOST)


def all_that_it_says(entry, user):
    """What `all_that_they_say` has of one."""
    return all_that_they_say([entry], user)[entry]


def all_that_they_say(entries, user):
    """{entry: its fields and rows} as a difference from nothing, in words for this person."""
    found = {}
    for entry, after in stored_for(entries, user).items():
        own = type(entry), entry.pk
        found[entry] = difference({own: dict.fromkeys(after[own])}, after)
    known = names_in(found.values(), user)
    return {entry: told(each, user, known) for entry, each in found.items()}


def stored_for(entries, user):
    """What is stored of each, without rows that name what does not exist for this person."""
    found = stored_of(entries)
    for model, some in by_kind(entries).items():
        for part in part_models(model).values():
            rows = part.objects.filter(record__in=some)
            seen = set(naming_only_seen(rows, user).values_list("pk", flat=True))
            for each in some:
                own = [key for key in found[each] if key[0] is part and key[1] not in seen]
                for key in own:
                    del found[each][key]
    return found


def named(what, entry):
    """The name of a field of the page: `seen` is which version it shows, `with` whether it is
    published as well, `back` what is to be set right in it before that."""
    return f"{what}-{entry.card_type}-{entry.pk}"


def _is_in(typed, entry):
    return named("with", entry) in typed
