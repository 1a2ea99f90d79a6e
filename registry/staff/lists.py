"""Lists of entries: their columns, their search, and acts upon many at once."""

from functools import cache, lru_cache

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.contrib.admin.views.main import ALL_VAR, PAGE_VAR, ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import connection, models
from django.db.models import F, Max, OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.cards.prepared import Prepared
from registry.cards.private_django import Planned, asked
from registry.cards.sql import listed
from registry.listings.search.full_text import union
from registry.records.models import State
from registry.records.relations import part_models
from registry.records.word_index import MOST, having_words
from registry.values.folding import beginnings, fold_words
from registry.values.translated import columns
from registry.workflow.acts import ACTS, Refused
from registry.workflow.obstacles import left_out, names_no_source, not_shown, sentence
from registry.workflow.rights import may, visible

from .chosen import ALL, ActForm, Chosen, versions_of
from .dates import list_column
from .todo import TodoFilter

CHANGED = "changed_at"  # the order by the last change
TICK = "Select this object for an action - {}"  # Django's own words


@lru_cache(maxsize=10)
def _tick(language):
    return gettext(TICK)


@lru_cache(maxsize=100)
def _state_said(value, language):
    # Of its model's field Django would make the choices anew for each row.
    state = State(value)
    return format_html('<span class="state state-{}">{}</span>', state.value, state.label)


class BoundedPaginator(Paginator):
    """Counts no further than anybody turns pages: in all there are as many as the registry has."""

    is_read = True  # whether rows are asked for, and not their number alone
    at_first = False  # whether the first page is read: it tells how many there are, if it is all

    @cached_property
    def first(self):
        """The rows of the first page, and one more if there are others."""
        return list(self.object_list[: self.per_page + 1])

    @cached_property
    def count(self):
        if self.at_first and len(self.first) <= self.per_page:
            return len(self.first)
        return self.object_list.order_by().values("pk")[: MOST + 1].count()


def called(model, words):
    """The keys of entries one of whose names has all the words, in two lists."""
    yield having_words(model, words)
    if other_names := part_models(model).get("other_names"):
        yield other_names.objects.filter(pk__in=having_words(other_names, words)).values("record")


def read_once(keys):
    """The keys, as values: a list asks for its rows, their number and their versions by them.

    PostgreSQL plans it once in a connection. Without knowing the words it looks into their indexes;
    of usual ones it would read all rows, and fold the words of each anew.
    """
    with asked(connection, Planned(keys.sql), keys.params) as cursor:
        return listed({row[0] for row in cursor.fetchall()})


NAMING = {"id", "slug", "state", "number", *columns("name")}


@cache
def unread(model, relations):
    """The columns that no list shows, of what is read with these relations: of the entries long
    texts, of what they name all that is not its name."""
    steps = [name.split("__") for name in relations]
    return [
        "__".join([*path, field.name])
        for path in {tuple(each[:n]) for each in steps for n in range(len(each) + 1)} | {()}
        for field in _at_end(model, path)._meta.concrete_fields
        if field.name not in NAMING
        and (isinstance(field, models.TextField) or (path and not field.is_relation))
    ]


def _at_end(model, path):
    for step in path:
        model = model._meta.get_field(step).related_model
    return model


@cache
def last_changes(model):
    """Who changed entries last, and when."""
    history = model.history.model._base_manager

    def of_these(keys):
        newest = history.filter(id__in=keys).values("id").annotate(last=Max("history_id"))
        rows = history.filter(history_id__in=newest.values("last"))
        return rows.only("id", "history_date").annotate(who=F("history_user__username"))

    return Prepared(of_these)


class EntryList(ChangeList):
    """A list whose rows know who changed them last, without a query for each."""

    def get_ordering(self, request, queryset):
        ordering = super().get_ordering(request, queryset)
        return [self._by_last_change(each) or each for each in ordering]

    def _by_last_change(self, order):
        if order not in (CHANGED, f"-{CHANGED}"):
            return None
        newest = self.model.history.filter(id=OuterRef("pk")).order_by("-history_id")
        moment = Subquery(newest.values("history_date")[:1])
        return moment.asc() if order == CHANGED else moment.desc()

    def get_queryset(self, request, **options):
        rows = super().get_queryset(request, **options)
        if self.filter_params.get("state__exact", [State.PUBLIC])[-1] != State.PUBLIC:
            rows = rows.exclude(state=State.PUBLIC)  # the condition of the index of states
        return rows

    def get_results(self, request):
        """Without the texts, which no list shows; whoever acts on its rows has them."""
        more = unread(self.model, tuple(self.list_select_related or ()))
        self.queryset = self.queryset.defer(*more)
        super().get_results(request)
        if not self.paginator.is_read:
            return
        if self.paginator.at_first:
            self.result_list = self.paginator.first[: self.list_per_page]
        entries = list(self.result_list)
        changes = last_changes(self.model).found([entry.pk for entry in entries])
        last = {each.id: each for each in changes}
        for entry in entries:
            entry.last_change = last.get(entry.pk)
        self.model_admin.read_beside(entries)

    def counted(self):
        """How many were found, in words where they are more than were counted."""
        if self.result_count <= MOST:
            return str(self.result_count)
        return gettext("more than %(count)d") % {"count": MOST}


class ListMixin:
    list_display = ["title", "shown_state", "changed"]
    list_filter = ["state"]
    change_list_template = "admin/records/change_list.html"
    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    search_fields = ["folded"]  # the admin asks for some; see get_search_results
    actions = ["send_to_review", "publish", "back_to_draft"]
    actions_on_bottom = True
    action_form = ActForm
    choice_label_needs = ""  # relations that `choice_label` reads

    def get_queryset(self, request):
        rows = visible(super().get_queryset(request), request.user)
        if self.choice_label_needs:
            rows = rows.select_related(self.choice_label_needs)
        return rows

    def get_changelist(self, request, **options):
        return EntryList

    def get_paginator(self, request, *args, **options):
        paginator = super().get_paginator(request, *args, **options)
        asked = request.GET
        at_first = asked.get(PAGE_VAR, "1") == "1" and ALL_VAR not in asked
        paginator.at_first = at_first and paginator.is_read
        return paginator

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), TodoFilter]

    def get_list_display(self, request):
        return [list_column(self.model, name) for name in super().get_list_display(request)]

    def read_beside(self, entries):
        """Reads for the rows of a list what its columns show of others."""

    def get_search_results(self, request, queryset, search_term):
        """In any script and spelling, like the site; drafts too, so not through the cards."""
        # PostgreSQL refuses a word of more than two thousand letters; no name has one of so many.
        words = [word[:200] for word in fold_words(search_term)[:12]]
        if not words:
            return (queryset.none() if search_term.strip() else queryset), False
        ways = [*([word] for word in words[:-1]), beginnings(words[-1])]
        found = read_once(union(*self.found(search_term, ways, request.user)))
        return queryset.filter(pk__in=found), False

    def found(self, typed, words, user):
        """The keys of what is found, in several lists: by its own names, all words in one of them,
        and by those of its places."""
        parts = part_models(self.model)
        yield from called(self.model, words)
        if "placements" in parts:
            place = parts["placements"]._meta.get_field("location").related_model
            seen = visible(place.objects.filter(pk__in=union(*called(place, words))), user)
            placed = parts["placements"].objects.filter(location__in=seen.values("pk"))
            yield placed.order_by("-pk").values("record")[:MOST]

    def choice_label(self, entry):
        """How the entry is named where it can be chosen."""
        state = "" if entry.state == State.PUBLIC else f" ({entry.get_state_display()})"
        return f"{entry}{state}"

    def lookup_allowed(self, lookup, value, request=None):
        """Only the filters of the list: a free look-up can ask what the list does not show."""
        names = [getattr(one, "parameter_name", one) for one in self.get_list_filter(request)]
        return lookup in {f"{name}{how}" for name in names for how in ("", "__exact", "__in")}

    def to_field_allowed(self, request, to_field):
        # `_to_field` in an address asks for another column of the row in place of its key.
        return to_field == self.opts.pk.name

    @admin.display(description=_("name"), ordering="name_en")
    def title(self, entry):
        if not hasattr(entry, "called"):  # it is said in two columns
            entry.called = str(entry)
        return entry.called

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, entry):
        return _state_said(entry.state, get_language())

    @admin.display(description=_("last change"), ordering=CHANGED)
    def changed(self, entry):
        if (last := entry.last_change) is None:
            return "—"
        day = date_format(localtime(last.history_date), "SHORT_DATE_FORMAT")
        return f"{day} {last.who or ''}".strip()

    def action_checkbox(self, entry):
        """Says which version was ticked, so that an act on a stale list is refused.

        Written out: as a widget with a template of its own it took a fifth of the list.
        """
        name, key = helpers.ACTION_CHECKBOX_NAME, entry.pk
        label = _tick(get_language()).format(self.title(entry))
        return SafeString(
            f'<input type="checkbox" name="{name}" value="{key}" class="action-select"'
            f' aria-label="{escape(label)}">'
            f'<input type="hidden" name="seen-{key}" value="{entry.version}">'
        )

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # one by one, or withdrawn
        if not may(request.user, "publish", self.model):
            actions.pop("publish", None)
        if not may(request.user, "change", self.model):
            return {}
        return actions

    @admin.action(description=_("Send to review"))
    def send_to_review(self, request, queryset):
        self._act_on_all(request, queryset, "review")

    @admin.action(description=_("Publish"))
    def publish(self, request, queryset):
        self._act_on_all(request, queryset, "publish")

    @admin.action(description=_("Back to draft"))
    def back_to_draft(self, request, queryset):
        self._act_on_all(request, queryset, "draft")

    def _act_on_all(self, request, queryset, name):
        chosen = Chosen(request, self.locked(queryset))
        if chosen.is_stale(request):
            return
        try:
            with writing() as changes:
                done = self._act_on_each(request, chosen.rows, name)
                changes.flush()
        except Refused as refusal:  # of all of them together: what places they would show
            messages.error(request, refusal.sentence)
            return
        if done:
            sentence = gettext("%(act)s: %(count)d done.")
            messages.success(request, sentence % {"act": ACTS[name].label, "count": done})

    def _act_on_each(self, request, entries, name):
        done = 0
        for entry in entries:
            try:
                ACTS[name].perform(entry, request.user)
            except Refused as refusal:
                found = " ".join(map(str, [refusal.sentence, *refusal.hits]))
                messages.error(request, f"{entry}: {found}")
            except PermissionDenied:
                messages.error(
                    request, gettext("%(entry)s: you cannot move this.") % {"entry": entry}
                )
            else:
                self.log_change(request, entry, str(ACTS[name].label))
                tell_of_readers(request, entry, ACTS[name], one_of_many=True)
                done += 1
        return done

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST":
            with writing():
                return super().changelist_view(request, extra_context)
        response = super().changelist_view(request, extra_context)
        shown = getattr(response, "context_data", None) or {}
        form, changelist = shown.get("action_form"), shown.get("cl")
        if form and changelist.multi_page and changelist.result_count <= ALL:
            form.fields["seen"].initial = versions_of(changelist.queryset)
        return response

    def locked(self, queryset, key=None):
        """The rows, held until the end of the transaction, so that versions can be compared."""
        if key is not None:
            try:
                queryset = queryset.filter(pk=int(key))
            except ValueError:
                return queryset.none()
        if connection.features.has_select_for_update_of:
            # PostgreSQL refuses to lock what an outer join may leave empty, such as a parent.
            return queryset.select_for_update(of=("self",))
        return queryset


NO_SOURCE = _("It names no source.")


def concerns(entry, user):
    """What whoever publishes an entry should know of it: nothing of this is refused."""
    told = [sentence(clause) for clause in left_out(entry, user)]
    return [*told, *([NO_SOURCE] if names_no_source(entry, user) else [])]


def tell_of_readers(request, entry, act=None, one_of_many=False):
    """What the public sees of it now, after an act or a save without one."""
    tell_of_all(request, [entry], act, one_of_many)


def tell_of_all(request, entries, act=None, one_of_many=False):
    """The same of several: each sentence once, with the names of those of which it is said."""
    done, told = [], {}
    for entry in entries:
        hindrances, sentences = _said_of(entry, request.user, act)
        if not hindrances:
            done.append(entry)
        for each in sentences:
            told.setdefault(str(each), []).append(entry)
    if act and done and not one_of_many:
        messages.success(request, f"{names_of(done)}: {act.done}")
    for each, of in told.items():
        messages.warning(request, f"{names_of(of)}: {each}")


def _said_of(entry, user, act):
    """(what keeps it from readers, all that is to be told of it)"""
    if entry.state != State.PUBLIC:
        return [], []
    hindrances = list(not_shown(entry, user))
    if hindrances and act:
        words = {"done": capfirst(str(act.done)), "why": "; ".join(hindrances)}
        told = [gettext("%(done)s, but %(why)s.") % words]
    else:
        told = [sentence(clause) for clause in hindrances]
    more = concerns(entry, user) if act else [sentence(each) for each in left_out(entry, user)]
    return hindrances, [*told, *more]


def names_of(entries):
    return "; ".join(map(str, entries))  # commas stand in names


def named(*entries):
    """Entries in somebody else's row: what is withdrawn looks there as if it were not recorded."""
    return ", ".join(str(entry) for entry in entries if entry and not entry.is_gone) or "—"
