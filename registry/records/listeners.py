"""Marks every write of a single row, `loaddata`'s raw saves included.

These listeners and the steps after migrations, which make the groups and the indexes of words, are
the only signals of the project.
"""

from django.db.models import signals

from registry.cards.changeset import in_changeset, is_seen_in_reference_only
from registry.cards.declarations import bound_by, dependants, placed_by

from .models import Entry
from .models.entry import note_places


def listen_to(model):
    signals.pre_save.connect(before_save, sender=model)
    signals.post_save.connect(after_save, sender=model)
    signals.pre_delete.connect(before_delete, sender=model)


def before_save(sender, instance, raw, **kwargs):
    instance.derive()
    instance._shown_before, instance._placed_before, instance._changed = {}, {}, None
    instance._old_slug, old = None, None
    # A row of a fixture is always "adding"; with a key it may be there all the same.
    if not instance._state.adding or instance.pk is not None:
        old = sender._base_manager.filter(pk=instance.pk).first()
    if old is None:
        if not isinstance(instance, Entry):
            note_places(instance)
        return
    changed = {
        field.name
        for field in sender._meta.concrete_fields
        if getattr(old, field.attname) != getattr(instance, field.attname)
    } - {"version"}
    if isinstance(instance, Entry):
        # From the row, not from what was loaded some time ago: no two saves share a version. A
        # form that changed only parts counts as well; a fixture loaded again changes nothing.
        instance.version = old.version + (1 if changed or not raw else 0)
    instance._old_slug = old.slug if "slug" in changed else None
    instance._changed = changed
    if changed & sender.locates.keys():
        note_places(old, instance)
    if any(sender._meta.get_field(name).is_relation for name in changed):
        # Kept until after the save: a raw save may have no block around it.
        if is_seen_in_reference_only(sender, changed):
            # References are exchanged at the end: before, only who is placed by it is noted.
            instance._placed_before = placed_by(sender, [instance.pk])
        else:
            instance._shown_before = dependants(sender, [instance.pk])
            instance._placed_before = bound_by(sender, [instance.pk])


def after_save(sender, instance, created, **kwargs):
    instance._written = "made" if created else instance._changed and "changed"
    with in_changeset() as changes:
        changes.add(instance._shown_before)
        changes.add_placed(instance._placed_before)
        changes.changed(sender, [instance.pk], instance._changed, new=created)
        if getattr(instance, "slug_redacted", False):
            changes.redacted[sender].add(instance.pk)
        elif instance._old_slug:
            changes.moved.append((sender.card_type, instance.public_id, instance._old_slug))


def before_delete(sender, instance, **kwargs):
    with in_changeset() as changes:
        note_places(instance)
        changes.note_dependants(sender, [instance.pk])
        if isinstance(instance, Entry):
            changes.deleted[sender.card_type][instance.public_id] = None
