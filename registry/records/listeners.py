"""Marks every write of a single row, `loaddata`'s raw saves included.

These listeners and the step that makes the groups are the only signals of the project.
"""

from django.db.models import signals

from .models import Entry
from .writing import writing


def listen_to(model):
    signals.pre_save.connect(before_save, sender=model)
    signals.post_save.connect(after_save, sender=model)
    signals.pre_delete.connect(before_delete, sender=model)


def before_save(sender, instance, raw, **kwargs):
    instance.derive()
    if instance._state.adding and instance.pk is None:
        return
    old = sender._base_manager.filter(pk=instance.pk).first()
    if old is None:
        return
    changed = {
        field.name
        for field in sender._meta.concrete_fields
        if getattr(old, field.attname) != getattr(instance, field.attname)
    }
    instance._seen_by_others = not changed <= sender.unseen_by_others
    with writing() as block:
        if any(sender._meta.get_field(name).is_relation for name in changed):
            block.unlink(sender, [instance.pk])


def after_save(sender, instance, created, **kwargs):
    with writing() as block:
        seen = created or getattr(instance, "_seen_by_others", True)
        block.touch(sender, [instance.pk], seen_by_others=seen)


def before_delete(sender, instance, **kwargs):
    with writing() as block:
        block.unlink(sender, [instance.pk])
        if isinstance(instance, Entry):
            block.deleted[sender.card_type, instance.public_id] = None
