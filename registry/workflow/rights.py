"""Who may do what with an entry: the one place that every staff page asks.

An editor writes drafts, of their own organisations if they are a member of any, and proposes
changes of what is public or of others, a reviewer publishes what another
wrote, decides on proposals and may change what is public, a safety officer restricts and
withdraws. Withdrawn and erased entries do not exist for those who may not withdraw: in lists,
look-ups, history and references alike.
"""

from django.db.models import Q

from registry.records.models import State
from registry.records.models.state import GONE
from registry.records.relations import references

from .groups import PUBLISH, RESTRICT


def may(user, act, model):
    return user.has_perm(f"{model._meta.app_label}.{act}_{model._meta.model_name}")


def sees_gone(user, model):
    return may(user, RESTRICT, model)


def sees(user, entry):
    return not entry.is_gone or sees_gone(user, type(entry))


def names_only_seen(user, row):
    """Whether a row names nothing that does not exist for this person."""
    others = (getattr(row, name) for name in references(type(row)))
    return all(other is None or sees(user, other) for other in others)


def visible(queryset, user):
    """The entries that exist for this person."""
    if sees_gone(user, queryset.model):
        return queryset
    return queryset.exclude(state__in=GONE)


def is_own(user, entry):
    """Whether the entry is of an organisation of theirs, or run by one, or began with them.

    Who is a member of none works for the registry; what nobody runs is everybody's.
    """
    if not hasattr(user, "_of_organisations"):  # asked for every row of a form
        rows = user.memberships.values_list("organisation", flat=True)
        user._of_organisations = set(rows)
    own = user._of_organisations
    if not own:
        return True
    # As it is stored: a form is shown without what does not exist for this person.
    run_by = type(entry)._base_manager.get(pk=entry.pk).run_by()
    if not run_by or own & run_by:
        return True
    first = entry.history.order_by("history_id").values_list("history_user", flat=True).first()
    return first == user.pk


def naming_only_seen(rows, user):
    """Rows of parts without those that name what does not exist for this person."""
    for name in references(rows.model):
        if not sees_gone(user, rows.model._meta.get_field(name).related_model):
            rows = rows.exclude(**{f"{name}__state__in": GONE})
    return rows


def naming_unseen(rows, user):
    """The others: those that name what does not exist for this person."""
    named = Q()
    for name in references(rows.model):
        if not sees_gone(user, rows.model._meta.get_field(name).related_model):
            named |= Q(**{f"{name}__state__in": GONE})
    return rows.filter(named) if named else rows.none()


def writes(user, entry):
    """Whether the person may change what the entry says, not only how it is shown.

    Changing a public record is publishing: it needs that right.
    """
    model = type(entry)
    if entry.is_gone or not may(user, "change", model):
        return False
    return may(user, PUBLISH, model) or (entry.state != State.PUBLIC and is_own(user, entry))


def proposes(user, entry):
    """Whether what the person changes of the entry waits for somebody who may publish it."""
    return not entry.is_gone and may(user, "change", type(entry)) and not writes(user, entry)


def fills_in(user, entry):
    """Whether the person may fill in its form, to change it or to propose a change: which of the
    two it is costs more to say, and rows of a form ask only this."""
    return not entry.is_gone and may(user, "change", type(entry))


def has_form(user, entry):
    """The same of some of its form: of an officer it is how finely the entry may be shown."""
    return fills_in(user, entry) or (restricts(user, entry) and hasattr(entry, "precision"))


def accepts(user, entry):
    """Whether the person may decide on what others propose."""
    return not entry.is_gone and may(user, PUBLISH, type(entry))


def decides(user, entry, proposal):
    """Whether on this one: what waits only because it shows a place more finely needs a second
    person, who may be an officer as well: but of no text in which the scan finds something."""
    return accepts(user, entry) or (proposal.finer and restricts(user, entry))


def amends(user, entry, proposal):
    """Whether they may change it: an officer their own alone, which is of what they may change."""
    own = proposal.author_id == user.pk and has_form(user, entry)
    return own or fills_in(user, entry)


def reads_proposals(user, entry):
    """Whether the person reads what others propose; everybody reads what they propose."""
    return accepts(user, entry) or restricts(user, entry)


def restricts(user, entry):
    """Whether the person may decide how finely and from when the entry is shown."""
    return not entry.is_gone and may(user, RESTRICT, type(entry))
