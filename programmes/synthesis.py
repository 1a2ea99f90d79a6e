"""A made-up registry of any size: the same seed over the same gazetteer gives the same records.

It is skewed as reality is: few organisations run many programmes, Minsk has most of what happens,
some words stand in every text and some in hardly any, and a few per cent are not to be seen.
"""

import random
import uuid
from itertools import accumulate

from django.utils.text import slugify

from organisations.models import Organisation
from registry.locations.models import Location
from registry.locations.spellings import BELARUSIAN_BGN
from registry.records.models import Figure, Source, State, Term
from registry.records.relations import part_models
from registry.values.folding import fold
from registry.values.precision import Precision
from registry.values.texts import LANGUAGES

from . import synthetic_words as words
from .models import Edition, Event, Initiative, Programme, Role
from .synthetic_batch import Batch, Place, weight_of

FIRST_YEAR, LAST_YEAR, BUSIEST_YEAR = 1996, 2027, 2019
# In which languages a text is written, and how often in a hundred.
WRITTEN = {("en", "be", "ru"): 72, ("be", "ru"): 12, ("ru",): 8, ("en", "ru"): 5, ("be",): 3}
STATES = {State.PUBLIC: 94, State.DRAFT: 3, State.REVIEW: 1, State.WITHDRAWN: 2}
PRECISIONS = {
    Precision.TOWN: 82,
    Precision.EXACT: 4,
    Precision.DISTRICT: 6,
    Precision.REGION: 4,
    Precision.COUNTRY: 2,
    Precision.HIDDEN: 2,
}


class Synthesis:
    """Writes made-up records, so many at a time; first the vocabulary, then places, and so on.

    Of what it wrote it keeps the keys alone, so that memory does not grow with the registry.
    """

    def __init__(self, seed, gazetteer):
        self.seed = seed
        self.gazetteer = [Place.of(location) for location in gazetteer]
        # Summed up once: `choices` would do it over all places at each call.
        self.weights = list(accumulate(weight_of(location) for location in gazetteer))
        self.country = next(Place.of(place) for place in gazetteer if place.iso_3166_1 == "BY")
        self.districts = [Place.of(place) for place in gazetteer if place.kind == "district"]
        self.random = random.Random(f"synthesise {seed}")  # noqa: S311 - nothing secret in it
        self.made = 0
        self.sources, self.themes, self.audiences, self.formats = [], [], [], []
        self.villages, self.organisations, self.programmes = [], [], []

    # The base that everything else refers to.

    def add_vocabulary(self, sources):
        broad, rest = Batch(), Batch()  # a narrower theme needs the key of the broader one
        for name, narrower in words.THEMES.items():
            parent = self.term(broad, name, Term.Scheme.THEME)
            self.themes.append(parent)
            self.themes += [self.term(rest, n, Term.Scheme.THEME, parent) for n in narrower]
        self.audiences = [self.term(rest, n, Term.Scheme.AUDIENCE) for n in words.AUDIENCES]
        self.formats = [self.term(rest, n, Term.Scheme.FORMAT) for n in words.FORMATS]
        for _ in range(sources):
            name = self.titled(words.FORMS)
            self.sources.append(
                rest.add(
                    Source(
                        **self.entry(name),
                        date=self.date(),
                        language=self.random.choice(LANGUAGES),
                        url=f"https://example.org/source/{self.made}",
                    )
                )
            )
        broad.save()
        rest.save()

    def term(self, batch, name, scheme, parent=None):
        return batch.add(Term(**self.entry(name), scheme=scheme, parent=parent))

    def add_villages(self, number):
        batch, made = Batch(), []
        for _ in range(number):
            district = self.random.choice(self.districts)
            root = self.random.choice(words.ROOTS)
            ending = self.random.choice(words.ENDINGS + words.PLURALS)
            be, ru = root[0] + ending[0], root[1] + ending[1]
            if ending in words.PLURALS and self.random.random() < 0.5:
                before = self.random.choice(words.ADJECTIVES)
                be, ru = f"{before[0]} {be}", f"{before[1]} {ru}"
            en = "".join(BELARUSIAN_BGN.get(letter, letter) for letter in be.lower()).title()
            village = batch.add(
                Location(
                    **self.entry((en, be, ru)),
                    kind=Location.Kind.VILLAGE,
                    parent_id=district.pk,
                    **self.point_near(district),
                    population=int(10 ** self.random.uniform(0.7, 3)),
                    population_year=2019,
                )
            )
            self.part(batch, village, "other_names", name=words.latin(be), language="be-Latn")
            made.append(village)
        batch.save()
        self.villages += map(Place.of, made)

    def add_organisations(self, number):
        batch, made = Batch(), []
        for _ in range(number):
            name = self.titled(words.BODIES)
            seat = self.place()
            organisation = batch.add(
                Organisation(
                    **self.record(name),
                    **self.texts("helps_with", self.sentences(1)),
                    kind=self.random.choice(["", "ngo", "ngo", "ngo", *Organisation.Kind.values]),
                    seat_id=self.maybe(0.9) and seat.pk or None,
                    parent_id=self.random.choice(self.organisations)
                    if self.organisations and self.maybe(0.03)
                    else None,
                    email=self.maybe(0.5) and f"info@example{self.made}.org" or "",
                )
            )
            made.append(organisation)
            self.add_rows(batch, organisation, name)
            self.parts(batch, organisation, [seat], themes=2, figures=0.1)
        batch.save()
        self.organisations += [organisation.pk for organisation in made]

    def add_rows(self, batch, organisation, name):
        if name[1]:
            latin = words.latin(name[1])
            self.part(batch, organisation, "other_names", name=latin, language="be-Latn")
        if self.maybe(0.2):
            own = {"other_list": f"X-{self.seed}", "value": f"{self.made:09d}"}
            self.part(batch, organisation, "identifiers", scheme="other", **own)
        founded = self.year()
        self.life_event(batch, organisation, "founded", str(founded))
        if self.maybe(0.15):
            kind = self.random.choice(["closed", "relocated"])
            self.life_event(batch, organisation, kind, str(min(founded + 5, LAST_YEAR)))

    def life_event(self, batch, organisation, kind, date):
        source = self.random.choice(self.sources)
        self.part(batch, organisation, "life_events", kind=kind, date=date, source_id=source.pk)

    # What organisations do.

    def add_programmes(self, number):
        """Programmes with what belongs to them: half an edition and initiative, three events.

        Together, because each card shows the others: rendered in one block, each is rendered once.
        """
        batch, made = Batch(), []
        for _ in range(number):
            place = self.place()
            programme = batch.add(
                Programme(
                    **self.record(self.titled(words.FORMS, place)),
                    dates=self.date(span=True),
                    kind=self.random.choice(["", *Programme.Kind.values]),
                    parent_id=self.random.choice(self.programmes)
                    if self.programmes and self.maybe(0.02)
                    else None,
                )
            )
            places = [place, self.place()] if self.maybe(0.3) else [place]
            runners = self.parts(batch, programme, places, roles=2, themes=2, figures=0.4)
            whole = {"programme": programme}
            if len(made) % 2:
                edition = self.edition(batch, programme, place, runners)
                whole = self.random.choice([whole, {"edition": edition}])
                self.initiative(batch, whole)
            made.append((whole, place, runners))
        for _ in range(3 * number):
            self.event(batch, *self.often(made))
        batch.save()
        self.programmes += [programme.pk for programme in batch.rows[Programme]]

    def edition(self, batch, programme, place, runners):
        number = self.random.randint(1, 30)
        names = [getattr(programme, f"name_{code}") for code in LANGUAGES]
        edition = batch.add(
            Edition(
                **self.record([f"{name} {number}" if name else "" for name in names]),
                dates=self.date(span=True),
                programme=programme,
                number=number,
            )
        )
        self.parts(batch, edition, [place], runners=runners, figures=0.4)
        return edition

    def initiative(self, batch, whole):
        place = self.place()
        initiative = batch.add(
            Initiative(
                **self.record(self.titled(words.FORMS, place)),
                **whole,
                dates=self.date(span=True),
                result=self.random.choice(["", *Initiative.Result.values]),
            )
        )
        self.parts(batch, initiative, [place], roles=1, themes=1, figures=0.2)

    def event(self, batch, whole, place, runners):
        if self.maybe(0.04):  # some belong to no programme
            whole = {"organisation_id": runners[0]}
        if self.maybe(0.3):
            place = self.place()
        point = self.point_near(place) if self.maybe(0.2) else {}
        event = batch.add(
            Event(
                **self.record(self.titled(words.FORMS, place)),
                **whole,
                dates=self.date(exact=True),
                kind=self.random.choice(["", *Event.Kind.values]),
                status=self.chosen({"scheduled": 92, "postponed": 3, "moved": 2, "cancelled": 3}),
                mode=self.chosen({"in-person": 70, "online": 15, "hybrid": 10, "": 5}),
                cost=self.random.choice(Event.Cost.values),
                languages=self.random.choice(["", "be", "ru", "be ru", "en"]),
                **point,
            )
        )
        self.parts(batch, event, [place], runners=runners[:1], themes=1)
        if self.maybe(0.5):
            term = self.random.choice(self.formats)
            self.part(batch, event, "formats", term_id=term.pk)

    def parts(self, batch, record, places, roles=0, runners=(), themes=0, figures=0.0):
        """The rows that most records have; returns the organisations in a role."""
        sources = self.random.sample(self.sources, k=1 + self.maybe(0.2))
        for source in sources:
            self.part(batch, record, "citations", source_id=source.pk)
        for place in dict.fromkeys(places):
            if self.maybe(0.95):
                self.part(batch, record, "placements", location_id=place.pk)
        for theme in self.random.sample(self.themes, k=self.random.randint(0, themes)):
            self.part(batch, record, "themes", term_id=theme.pk)
        if hasattr(record, "audiences") and self.maybe(0.4):  # organisations have none
            audience = self.random.choice(self.audiences)
            self.part(batch, record, "audiences", term_id=audience.pk)
        if self.maybe(figures):
            self.figure(batch, record, sources[0])
        named = list(dict.fromkeys([*runners, *(self.organisation() for _ in range(roles))]))
        for place, organisation in enumerate(named):
            self.part(
                batch,
                record,
                "roles",
                organisation_id=organisation,
                # The first runs it: events are given that one alone.
                role=self.random.choice(Role.Kind.values) if place else Role.Kind.ORGANISER,
                source_id=sources[0].pk if self.maybe(0.3) else None,
            )
        return named

    def figure(self, batch, record, source):
        number = int(10 ** self.random.uniform(0.5, 3.5))
        about = self.maybe(0.3)
        self.part(
            batch,
            record,
            "figures",
            measure=self.random.choice(Figure.Measure.values),
            printed=f"about {number}" if about else str(number),
            number=number,
            qualifier="about" if about else "",
            source_id=source.pk,
        )

    # The values of which records are made.

    def part(self, batch, record, relation, **values):
        model = part_models(type(record))[relation]
        batch.add(model(public_id=self.uuid(), record=record, **values))

    def entry(self, name):
        """A public entry of this (English, Belarusian, Russian) name."""
        self.made += 1
        # Of the 120 letters of an address the seed and the number need some.
        slug = slugify(name[0] or fold(name[1] or name[2]))[:90]
        return {
            "public_id": self.uuid(),
            "slug": f"{slug}-{self.seed}-{self.made}",
            "state": State.PUBLIC,
        } | self.texts("name", name)

    def record(self, name):
        """A record, now and then not public or not to be placed finely."""
        languages = self.chosen(WRITTEN)
        named = [
            text if code in languages else "" for code, text in zip(LANGUAGES, name, strict=True)
        ]
        return {
            **self.entry(named if any(named) else name),
            **self.texts("summary", self.sentences(self.random.randint(1, 2)), languages),
            **self.texts("description", self.sentences(self.random.randint(0, 5)), languages),
            "state": self.chosen(STATES),
            "precision": self.chosen(PRECISIONS),
            "website": f"https://example.org/{self.made}" if self.maybe(0.3) else "",
        }

    def titled(self, firsts, place=None):
        """Few of the words are in most of the names."""
        first, topic = self.often(firsts), self.often(words.TOPICS)
        if place is None:
            return [" ".join(pair) for pair in zip(first, topic, strict=True)]
        return [
            f"{a} {b}, {where}" if where else f"{a} {b}"
            for a, b, where in zip(first, topic, place.names, strict=True)
        ]

    def sentences(self, number):
        chosen = dict.fromkeys(self.often(words.SENTENCES) for _ in range(number))
        return [" ".join(texts) for texts in zip(*chosen, strict=True)] or ["", "", ""]

    def texts(self, name, texts, languages=LANGUAGES):
        return {
            f"{name}_{code}": text
            for code, text in zip(LANGUAGES, texts, strict=True)
            if code in languages
        }

    def date(self, span=False, exact=False):
        """A date in EDTF with all kinds of uncertainty."""
        year, month, day = self.year(), self.random.randint(1, 12), self.random.randint(1, 28)
        whole = f"{year}-{month:02d}-{day:02d}"  # of 28 days: each month has them
        if exact and self.maybe(0.8):
            return whole
        kinds = {
            "": 6,
            str(year): 12,
            f"{year}-{month:02d}": 12,
            whole: 8,
            f"{year}~": 3,  # about that year
            f"{year}-{self.random.randint(21, 24)}": 4,  # a season: 21 is spring, 24 winter
            f"{year // 10}X": 1,  # some year of the decade
            f"XXXX-{month:02d}-{day:02d}": 2,  # a day of which the year is not known
        }
        if span:
            kinds |= {
                f"{year}/{year + self.random.randint(1, 4)}": 20,
                f"{year}-{month:02d}/{year + 1}-{month:02d}": 15,
                f"{year}/..": 10,  # an open end: it goes on
                f"../{year}": 3,
                f"{year}-{month:02d}/": 4,  # an unknown end: it may be over
            }
        return self.chosen(kinds)

    def year(self):
        return round(self.random.triangular(FIRST_YEAR, LAST_YEAR, BUSIEST_YEAR))

    def place(self):
        if self.maybe(0.04):
            return self.country
        if self.villages and self.maybe(0.1):
            return self.random.choice(self.villages)
        return self.random.choices(self.gazetteer, cum_weights=self.weights)[0]

    def organisation(self):
        # The third power: half of all roles go to the first eighth of the organisations.
        return self.organisations[int(len(self.organisations) * self.random.random() ** 3)]

    def point_near(self, place):
        if place.lat is None:
            return {}
        return {
            "lat": round(place.lat + self.random.uniform(-0.2, 0.2), 5),
            "lon": round(place.lon + self.random.uniform(-0.3, 0.3), 5),
        }

    def often(self, choices):
        """The first ones far more often than the last, like words of a language."""
        return choices[int(len(choices) * self.random.random() ** 2.5)]

    def chosen(self, weights):
        return self.random.choices(list(weights), weights.values())[0]

    def maybe(self, share):
        return self.random.random() < share

    def uuid(self):
        # `uuid4` would give other ids for the same seed.
        return uuid.UUID(int=self.random.getrandbits(128), version=4)
