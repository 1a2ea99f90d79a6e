"""What readers take away: a box for other sites, and a place as one file that needs no network."""

from functools import cache
from uuid import UUID

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from django.views.decorators.clickjacking import xframe_options_exempt

from registry.cards.clock import today
from registry.cards.conditional import conditional
from registry.cards.declarations import page_address
from registry.cards.models.change_numbers import drawn
from registry.cards.prepared import Prepared
from registry.cards.read import Vanished, read, read_all
from registry.cards.term_counts import state_of
from registry.pages.detail import CardDetailView, counts, first_having, having

IN_A_BOX = 6  # programmes, the newest
LARGEST = 290_000  # bytes of a file, so that with its head it stays under 300 kB
KINDS = ("event", "programme", "organisation", "initiative")
MOST = 200  # records of one kind that are looked at for a file


@method_decorator(
    [
        csp_replace({"frame-ancestors": ["*"], "script-src": [NONE]}),
        xframe_options_exempt,
    ],
    "dispatch",
)
class Embed(CardDetailView):
    """The programmes of a place or an organisation in a few lines, to be framed: no script."""

    language = None  # of the address, which begins with `embed`
    template_name = "embed/programmes.html"

    def get(self, request, slug):
        with override(self.language):
            response = conditional(
                request, lambda counter: self.answer(slug, counter), "embed", self.language
            )
        response.headers["Content-Language"] = self.language
        return response

    def show(self, card, counter):
        group = self.card_type
        number = counts(group, card.slug, ("programme",))["programme"]
        cards = first_having("programme", group, IN_A_BOX).found(card.slug)
        context = {
            "language": self.language,
            "card": read(card, self.request),
            "number": number,
            "programmes": read_all(cards, self.request),
            "address": self.request.build_absolute_uri(page_address(group, card.slug)),
        }
        return HttpResponse(render_to_string(self.template_name, context, self.request))


class OfflineFile(CardDetailView):
    """A place with what is recorded there, everything in one file, dated, with its sources."""

    card_type = "location"

    def show(self, card, counter):
        numbers = counts("location", card.slug, KINDS)
        said = {
            "card": read(card, self.request),
            "day": today().isoformat(),
            "address": self.request.build_absolute_uri(page_address("location", card.slug)),
        }

        def draw():
            context = said | {"sections": self.sections(card.slug, numbers), "style": style()}
            return render_to_string("embed/offline.html", context, self.request)

        def draw_of_these():
            before = state_of(KINDS)
            text = draw()
            if before != state_of(KINDS) or held != [told(kind, card.slug) for kind in KINDS]:
                raise Vanished  # it would be kept as what these say
            return text

        # As long as these cards have the same numbers they say the same, and none of them is read.
        held = [told(kind, card.slug) for kind in KINDS]
        try:
            text = drawn(draw_of_these, "offline", get_language(), said, numbers, held)
        except Vanished:
            text = draw()
        name = f"{card.slug}-{said['day']}.html"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(text, headers=headers)

    def sections(self, slug, numbers):
        """[{"kind", "rows", "more"}]: as much of each kind as there is room for."""
        left, found = LARGEST, []
        for kind in KINDS:
            cards = first_having(kind, "location", MOST).found(slug)
            rows, left = fitting(read_all(cards, self.request), left)
            if rows:
                found.append({"kind": kind, "rows": rows, "more": numbers[kind] - len(rows)})
        return found


def told(kind, slug):
    """[{"id", "number"}] of the cards of one kind that are looked at, in their order."""
    return [
        {"id": str(UUID(str(public_id))), "number": number}
        for public_id, number in _numbers(kind).rows(slug)
    ]


@cache
def _numbers(kind):
    def rows(slug):
        return having(kind, "location", slug).values_list("public_id", "number")[:MOST]

    return Prepared(rows)


def fitting(cards, left):
    """([rows as HTML], bytes that are left) of as many cards as there is room for."""
    rows = []
    for card in cards:
        row = render_to_string("embed/offline_row.html", {"card": card})
        left -= len(row.encode())
        if left < 0:
            return rows, 0
        rows.append(row)
    return rows, left


@cache
def style():
    text = (settings.BASE_DIR / "static" / "offline.css").read_text(encoding="utf-8")
    return mark_safe(text)  # noqa: S308 - a file of ours
