from django.http import HttpResponse
from django.urls import path
from django.utils.translation import get_language

from registry.cards.conditional import conditional
from registry.cards.declarations import declared, page_address
from registry.cards.models.change_numbers import drawn
from registry.cards.read import read

from ..detail import CardDetailView
from .drawing import picture_of
from .words import said_of

NAME = "share.png"


class RecordPicture(CardDetailView):
    """The picture of one record: gone, moved and hidden as its page is."""

    def get(self, request, slug):
        return conditional(
            request, lambda counter: self.answer(slug, counter), "png", get_language()
        )

    def address(self, card_type, slug):
        return picture_address(card_type, slug)

    def show(self, card, counter):
        body = read(card, self.request)
        said = said_of(body)
        # With the record, for it goes as soon as that or one that it names is another.
        picture = drawn(lambda: picture_of(said), "picture", said, body)
        return HttpResponse(picture, content_type="image/png")


def picture_address(card_type, slug):
    """The path of the picture, in the reader's language."""
    return page_address(card_type, slug) + NAME


def addresses():
    """The patterns of the pictures of all kinds that have pages, after the language."""
    return [
        path(
            kind.page.format(collection=kind.collection, slug="<str:slug>") + NAME,
            RecordPicture.as_view(card_type=kind.type),
            name=f"picture-{kind.type}",
        )
        for kind in declared.values()
        if kind.has_page
    ]
