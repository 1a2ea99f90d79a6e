"""What a registry would be that is written with Django REST framework over the same tables.

The naive twin is what its tutorial leads to: `ModelViewSet`, nested serializers by `depth`, filters
of django-filter, pages by number with a count. The tuned one is what a good engineer makes of it:
only the columns that are shown, related rows fetched together, no counting, keyset pages, filters
as subqueries, an index for each order and filter (`indexes`). Neither has states of records, reach
of parts, generalised places, citations as keys, rates or ETags: each of them does less than the
registry, and both show drafts' parts.
"""

from django.db import connection, models
from django.db.models.functions import ExtractYear
from django.urls import include, path
from django_filters import rest_framework as filters
from rest_framework import pagination, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from programmes.models import Event, Programme
from registry.cards.clock import today
from registry.locations.models import Location
from registry.records.models import Term
from registry.values.texts import LANGUAGES

Q = models.Q
PARTS = ("roles", "placements", "themes", "audiences", "formats", "figures", "citations")
SAID = [f"{name}_{code}" for name in ("name", "summary", "description") for code in LANGUAGES]
# Of a place those that lie in it, as deep as Belarus goes: a village in a district in a region.
AROUND = ("slug", "parent__slug", "parent__parent__slug", "parent__parent__parent__slug")


def any_of(paths, value):
    found = Q()
    for each in paths:
        found |= Q(**{each: value})
    return found


def within(slug, before=""):
    return any_of([f"{before}{each}" for each in AROUND], slug)


def of_theme(slug, before=""):
    return any_of([f"{before}slug", f"{before}parent__slug"], slug)


def saying(word):
    return any_of([f"{column}__icontains" for column in SAID], word)


class Listed(viewsets.ModelViewSet):
    """Behind the registry's middleware, without what its settings add to every view of the API."""

    authentication_classes = permission_classes = throttle_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = DefaultContentNegotiation
    filter_backends = (filters.DjangoFilterBackend,)
    lookup_field = "slug"
    schema = None  # not in the description of the API


# The naive one.


class NaiveFilter(filters.FilterSet):
    location = filters.CharFilter(method="in_place")
    theme = filters.CharFilter(method="about")
    kind = filters.CharFilter()
    ended = filters.BooleanFilter(method="over")
    first = filters.DateFilter("latest", "gte")
    last = filters.DateFilter("earliest", "lte")
    q = filters.CharFilter(method="with_word")

    def in_place(self, rows, name, value):
        return rows.filter(within(value, "placements__location__")).distinct()

    def about(self, rows, name, value):
        return rows.filter(of_theme(value, "themes__term__")).distinct()

    def over(self, rows, name, value):
        return rows.filter(latest__lt=today())

    def with_word(self, rows, name, value):
        return rows.filter(saying(value))


class ByNumber(pagination.PageNumberPagination):
    page_size = 20


class NaiveList(Listed):
    pagination_class = ByNumber
    filterset_class = NaiveFilter

    @action(detail=False)
    def facets(self, request):
        rows = self.filter_queryset(self.get_queryset())
        return Response({path: counts(rows, path) for path in FACETS} | by_day(rows))

    @action(detail=False)
    def points(self, request):
        rows = self.filter_queryset(self.get_queryset())
        features = [
            {"name": row.name_en, "slug": row.slug, "point": [place.lon, place.lat]}
            for row in rows
            for place in (placement.location for placement in row.placements.all())
        ]
        return Response(features)


FACETS = (
    *("themes__term__slug", "audiences__term__slug", "formats__term__slug", "kind", "mode"),
    *("placements__location__slug", "roles__role"),
)


def counts(rows, path):
    found = rows.order_by().values(path).annotate(number=models.Count("pk", distinct=True))
    return {row[path]: row["number"] for row in found}


def by_day(rows):
    years = rows.order_by().values(year=ExtractYear("earliest")).annotate(number=models.Count("pk"))
    day = today()
    return {
        "year": {row["year"]: row["number"] for row in years},
        "status": {
            "ended": rows.filter(latest__lt=day).count(),
            "planned": rows.filter(earliest__gt=day).count(),
            "running": rows.filter(earliest__lte=day, latest__gte=day).count(),
        },
    }


def shape_of(shown):
    """A serializer of all columns and parts, as deep as their names are."""

    class Shape(serializers.ModelSerializer):
        class Meta:
            model = shown
            fields = [field.name for field in shown._meta.concrete_fields] + list(PARTS)
            depth = 2

    return Shape


class NaiveProgrammes(NaiveList):
    queryset = Programme.objects.filter(state="public").order_by("-earliest", "pk")
    serializer_class = shape_of(Programme)


class NaiveEvents(NaiveList):
    queryset = Event.objects.filter(state="public").order_by("-earliest", "pk")
    serializer_class = shape_of(Event)


# The tuned one.


class TunedFilter(NaiveFilter):
    def in_place(self, rows, name, value):
        placements = rows.model.placements.rel.related_model.objects
        keys = Location.objects.filter(within(value)).values("pk")
        return rows.filter(pk__in=placements.filter(location__in=keys).values("record"))

    def about(self, rows, name, value):
        themes = rows.model.themes.rel.related_model.objects
        keys = list(Term.objects.filter(of_theme(value)).values_list("pk", flat=True))
        return rows.filter(pk__in=themes.filter(term__in=keys).values("record"))


class ByKey(pagination.CursorPagination):
    page_size, ordering = 20, "-pk"


class Named(serializers.Serializer):
    slug = serializers.CharField()
    name_en = serializers.CharField()
    name_be = serializers.CharField()
    name_ru = serializers.CharField()


class Row(Named):
    """What a card shows, from rows that were fetched together."""

    summary_en = serializers.CharField()
    summary_be = serializers.CharField()
    summary_ru = serializers.CharField()
    description_en = serializers.CharField()
    description_be = serializers.CharField()
    description_ru = serializers.CharField()
    kind = serializers.CharField()
    mode = serializers.CharField()
    dates = serializers.CharField()
    website = serializers.CharField()
    verified_on = serializers.DateField()
    roles = serializers.SerializerMethodField()
    placements = serializers.SerializerMethodField()
    themes = serializers.SerializerMethodField()
    audiences = serializers.SerializerMethodField()
    formats = serializers.SerializerMethodField()
    figures = serializers.SerializerMethodField()

    def get_roles(self, row):
        return [{"role": e.role, "organisation": named(e.organisation)} for e in row.roles.all()]

    def get_placements(self, row):
        places = [placement.location for placement in row.placements.all()]
        return [named(place) | {"point": [place.lon, place.lat]} for place in places]

    def get_themes(self, row):
        return [named(each.term) for each in row.themes.all()]

    def get_audiences(self, row):
        return [named(each.term) for each in row.audiences.all()]

    def get_formats(self, row):
        return [named(each.term) for each in row.formats.all()]

    def get_figures(self, row):
        return [
            {"measure": each.measure, "printed": each.printed, "source": each.source.slug}
            for each in row.figures.all()
        ]


def named(row):
    return {"slug": row.slug, "en": row.name_en, "be": row.name_be, "ru": row.name_ru}


NAMES = ("slug", "name_en", "name_be", "name_ru")


def fetched(model):
    """Public rows with the columns that are shown, and all that is shown of others."""
    own = [*NAMES, *SAID, "mode", "kind", "dates", "website", "verified_on"]

    def part(name, other, *columns):
        rows = getattr(model, name).rel.related_model.objects.select_related(other)
        only = [f"{other}__{column}" for column in (*NAMES, *columns)]
        mine = {"roles": ["role"], "figures": ["measure", "printed"]}.get(name, [])
        return models.Prefetch(name, queryset=rows.only("record_id", *mine, *only))

    return (
        model.objects.filter(state="public")
        .only(*own)
        .order_by("-pk")
        .prefetch_related(
            part("roles", "organisation"),
            part("placements", "location", "lat", "lon"),
            *(part(name, "term") for name in ("themes", "audiences", "formats")),
            part("figures", "source"),
        )
    )


class TunedList(Listed):
    pagination_class = ByKey
    filterset_class = TunedFilter
    serializer_class = Row

    @action(detail=False)
    def facets(self, request):
        rows = self.filter_queryset(self.get_queryset()).order_by().prefetch_related(None)
        found = {path: counts(rows, path) for path in ("kind", "mode")}
        for name, column in TUNED_FACETS:
            parts = getattr(rows.model, name).rel.related_model.objects
            of_rows = parts.filter(record__in=rows.values("pk")).order_by()
            number = of_rows.values(column).annotate(number=models.Count("record"))
            found[name] = {row[column]: row["number"] for row in number}
        return Response(found | by_day(rows))

    @action(detail=False)
    def points(self, request):
        rows = self.filter_queryset(self.get_queryset()).prefetch_related(None)
        wanted = "name_en", "slug", "placements__location__lon", "placements__location__lat"
        return Response([list(each) for each in rows.values_list(*wanted)])


TUNED_FACETS = (
    *(("themes", "term"), ("audiences", "term"), ("formats", "term")),
    *(("placements", "location"), ("roles", "role")),
)


class TunedProgrammes(TunedList):
    queryset = fetched(Programme)


class TunedEvents(TunedList):
    queryset = fetched(Event)


def indexes():
    """Those of the tuned twin, in the copy that is measured."""
    with connection.cursor() as cursor:
        for model in (Programme, Event):
            table = model._meta.db_table
            for columns in ("state, id", "state, earliest, latest", "state, kind"):
                name = f"bench_{table}_{columns.replace(', ', '_')}"
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns})")
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE programmes_programme, programmes_event")


def routed(programmes, events):
    router = SimpleRouter()
    router.register("programmes", programmes, basename="programmes")
    router.register("events", events, basename="events")
    return include(router.urls)


urlpatterns = [
    path("naive/", routed(NaiveProgrammes, NaiveEvents)),
    path("tuned/", routed(TunedProgrammes, TunedEvents)),
]
