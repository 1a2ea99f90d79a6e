"""Making a deleted draft anew, with its rows, out of the versions that are kept of it."""

import secrets

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

from registry.cards.changeset import writing
from registry.cards.refused import Refused
from registry.records.models import State
from registry.records.models.entry import RESERVED_SLUGS

from .histories import rows_beside
from .uniqueness import clashes, led_elsewhere
from .why_kept import WhyKept

RECOVERED = WhyKept(gettext_noop("recovered"))


def recover(kept, by):
    """(the entry, in words what of it could not come back) of its last kept version. Its ids are
    those of before; its address is, if nobody has it now. An exact place is kept in no version."""
    with writing(by=by):
        entry = made_of(kept)
        entry.state, entry.slug = State.DRAFT, _free(entry)
        lost = let_go(entry)
        insert(entry, by, RECOVERED.kept())
        for rows in rows_beside(kept).values():
            for each in rows.values():
                row = made_of(each)
                try:
                    let_go(row)
                except Refused:
                    lost.append(capfirst(str(row._meta.verbose_name)))
                else:
                    insert(row, by, RECOVERED.kept())
        return entry, lost


def let_go(row):
    """In words what others have now, or what names something that is gone: it is taken out.
    `Refused` if without it there is no such row."""
    lost = []
    for field in row._meta.concrete_fields:
        key = getattr(row, field.attname) if field.is_relation else None
        if key is not None and not field.related_model._base_manager.filter(pk=key).exists():
            lost.append(field)
    for names, _sentence, _other in clashes(row):
        lost.append(row._meta.get_field(names[-1]))
    for field in lost:
        if not field.null:
            words = {"field": field.verbose_name}
            raise Refused(gettext("It cannot be recovered without “%(field)s”.") % words)
        setattr(row, field.attname, None)
    return [capfirst(str(field.verbose_name)) for field in lost]


def made_of(kept):
    """The row, not saved, that a kept version tells of."""
    model = kept.instance_type
    names = [field.attname for field in model._meta.concrete_fields]
    return model(**{name: getattr(kept, name) for name in names if hasattr(kept, name)})


def insert(row, by, why):
    row._history_user, row._change_reason = by, why
    row.save(force_insert=True)


def _free(entry):
    """Its address, or one like it: by chance, as a next number would tell of another draft."""
    model, slug = type(entry), entry.slug
    while (
        slug in RESERVED_SLUGS
        or model._base_manager.filter(slug=slug).exists()
        or led_elsewhere(model, slug, entry.public_id)
    ):
        slug = f"{entry.slug}-{secrets.token_hex(2)}"
    return slug
