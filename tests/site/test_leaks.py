"""A word of its own stands in every hidden text column of every model; no door ever says one.

The columns come from the models: a new one is private until it is named in `SHOWN` here and
added to the card, or this test says where it was found.
"""

from itertools import count

import pytest
from django.apps import apps
from django.db import models

from registry.cards.changeset import writing
from registry.cards.declarations import declared
from registry.cards.models import Card
from registry.records.models import Proposal, Record, Remark, State
from registry.records.relations import part_models, references
from registry.values.fields import EdtfField, ShapedField
from registry.values.precision import Precision
from registry.workflow.withdrawal import Reason, withdraw
from tests.support import factories as make
from tests.support.doors import addresses, said
from tests.support.tables import ENTRIES, PARTS

pytestmark = [pytest.mark.once, pytest.mark.django_db]
RECORDS = [model for model in ENTRIES if issubclass(model, Record)]
LANGUAGES = ("en", "be", "ru")
# The columns of public records that their cards do not show: nobody may ever see them.
PRIVATE = {
    *("organisation.address", "event.address"),
    # Shown at the precision "exact" alone; those of this test are coarser.
    *(f"event.venue_{language}" for language in LANGUAGES),
    # Why something was withdrawn is not even shown where it no longer is.
    *(f"{model._meta.model_name}.withdrawal_reason" for model in RECORDS),
    # By which history knows that an exact place changed.
    *(f"{model._meta.model_name}.secret_mark" for model in RECORDS),
}


class Words:
    """Made-up words that nothing else contains: {word: where it stands}."""

    numbers = count(1)  # no word is of two of them

    def __init__(self):
        self.where = {}

    def new(self, where):
        # Digits, of which no two words are alike when folded; the letters at the end keep one word
        # from being the beginning of another.
        word = f"zq{next(self.numbers)}xz"
        self.where[word] = where
        return word

    def found_in(self, text):
        return {word: where for word, where in self.where.items() if word in text}


def text_columns(model):
    """The columns that hold words someone typed: no codes, no dates, nothing that is derived."""
    for field in model._meta.concrete_fields:
        if (
            isinstance(field, (models.CharField, models.TextField))
            and not isinstance(field, (EdtfField, ShapedField))
            and not field.choices
            and field.name not in ("folded", "time_zone", "slug")
        ):
            yield field


def fill(model, words, state):
    """{column: a value with a new word} for all text columns of the model."""
    values = {}
    for field in text_columns(model):
        word = words.new(f"{state} {model._meta.model_name}.{field.name}")
        if isinstance(field, models.URLField):
            values[field.name] = f"https://example.org/{word}"
        elif isinstance(field, models.EmailField):
            values[field.name] = f"info@{word}.example"
        else:
            values[field.name] = word[: field.max_length]
    return values


class Registry:
    """One entry of each kind and one part of each kind in every state."""

    def __init__(self):
        self.words = Words()  # that nobody may see
        self.shown = Words()  # that may be seen
        self.names = {each: ["never-was"] for each in declared}
        with writing():
            self.places = make.belarus()
            self.source = self.entry(make.source, State.PUBLIC)
            public = {kind: self.entry(kind, State.PUBLIC) for kind in KINDS[1:]}
            for state in (State.DRAFT, State.REVIEW, State.WITHDRAWN, State.ERASED, "embargo"):
                for kind in KINDS:
                    self.entry(kind, state, public)
            # Once public, then withdrawn, or back in review.
            self.past = [self.entry(kind, State.PUBLIC, words=self.words) for kind in KINDS[2:]]
        for n, entry in enumerate(self.past):
            if n % 2:
                withdraw(entry, Reason.SAFETY)
            else:
                entry.state = State.REVIEW
                entry.save()

    def entry(self, kind, state, public=None, words=None):
        """Make one with its parts; a hidden one hangs on public ones too, as far as it can."""
        model = MODELS[kind]
        words = words or (self.shown if state == State.PUBLIC else self.words)
        values = fill(model, words, state)
        for field in model._meta.concrete_fields:
            if f"{model._meta.model_name}.{field.name}" in PRIVATE:
                values[field.name] = self.words.new(f"{state} {model.__name__}.{field.name}")[:20]
        if state == "embargo":
            state = State.PUBLIC
            if not hasattr(model, "embargo_until"):
                state = State.DRAFT
            else:
                values["embargo_until"] = "2999-01-01T00:00:00Z"
        slug = words.new(f"{state} {model._meta.model_name}.slug")
        if kind is make.location:
            values["parent"] = self.places["mstsislaw-district"]
        if public and kind is make.edition:
            values["programme"] = public[make.programme]
        if public and kind in (make.initiative, make.event):
            values["edition"] = public[make.edition]
        if kind is make.event:
            values |= {"lat": 54.0123456, "lon": 31.0123456, "precision": Precision.TOWN}
        entry = kind(slug, state=state, **values)
        self.names[entry.card_type] += [slug, str(entry.public_id)]
        for part in part_models(model).values():
            made = make.row(part, entry, **fill(part, words, state), **self.links(part))
            if hasattr(part, "measure"):
                self.names["figure"].append(str(made.public_id))
        if public:
            self.hang_on(public, entry)
        self.wait_beside(entry)
        return entry

    def wait_beside(self, entry):
        """What is proposed, and what the staff say of it."""
        said = [self.words.new(f"beside {entry.card_type}: {what}") for what in ("form", "remark")]
        typed = {"name_en": [said[0]], "figures-0-printed": [said[0]]}
        difference = [{"model": entry._meta.label_lower, "row": 1, "new": {"name_en": said[0]}}]
        Proposal.objects.create(
            card_type=entry.card_type,
            public_id=entry.public_id,
            version=0,
            typed=typed,
            difference=difference,
            source=said[0],
        )
        Remark.make(entry, Remark.On.REVIEW, None, said[1])

    def links(self, part):
        """What the part refers to: things that are public."""
        values = {"role": "partner"} if hasattr(part, "role") else {}
        if hasattr(part, "other_list"):
            values["scheme"] = "other"
        if hasattr(part, "source"):
            values["source"] = self.source
        if hasattr(part, "location"):
            values["location"] = self.places["mstsislaw"]
        return values

    def hang_on(self, public, entry):
        """Public records that refer to the hidden one."""
        for owner in public.values():
            for part in part_models(type(owner)).values():
                for name in references(part):
                    if name != "record" and part._meta.get_field(name).related_model is type(entry):
                        # A row goes with what it names, whatever else it says.
                        goes = name in part.shown_with()
                        said = fill(part, self.words, "hidden") if goes else {}
                        make.row(part, owner, **{**self.links(part), **said, name: entry})


KINDS = (
    *(make.source, make.term, make.location, make.organisation),
    *(make.programme, make.edition, make.initiative, make.event),
    *make.OTHERS,
)
MODELS = dict(
    zip(
        KINDS,
        [declared[kind.__name__].model for kind in KINDS],
        strict=True,
    )
)


@pytest.fixture
def registry(db):
    return Registry()


def test_every_kind_of_entry_and_part_is_in_the_registry_of_this_test(registry):
    assert set(MODELS.values()) == set(ENTRIES)
    assert [part for part in PARTS if not part.objects.exists()] == []


def test_no_door_says_a_hidden_word(registry, client):
    asked = list(dict.fromkeys(addresses(registry.names)))
    assert len(asked) > 300
    seen = set()
    for address in asked:
        response = client.get(address)
        text = said(response)
        found = registry.words.found_in(text)
        leaked = {word: where for word, where in found.items() if word not in address}
        assert leaked == {}, address
        if response.status_code == 200:
            # A search shows again what was typed, and nothing else of it.
            typed = address.partition("?")[2]
            assert [word for word in found if word not in typed] == [], address
        seen |= registry.shown.found_in(text).keys()
    # What may be seen is seen: the doors do speak.
    silent = {where for word, where in registry.shown.where.items() if word not in seen}
    assert silent - {f"public {column}" for column in PRIVATE} == set()


def test_no_public_table_holds_a_hidden_word(registry):
    for model in apps.get_app_config("cards").get_models():
        for row in model._default_manager.values_list():
            assert registry.words.found_in(str(row)) == {}, model
    assert registry.shown.found_in("".join(Card.objects.values_list("body", flat=True)))
