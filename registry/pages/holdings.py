"""How much of a list each file of it would hold."""

from registry.api.formats import Export, formats_of
from registry.listings.paging import DEFAULT_ROWS

# Of more, a page does not say how many a file can tell of. A format that has to read each card for
# that (IATI) is asked it of no more than a page shows, and beyond whether there is any: those that
# are shown mostly tell, and are read already.
MAX_COUNTED = 500
MAX_READ = DEFAULT_ROWS


class Holdings:
    """Of one list on one page, which shows some of it and says this in more than one place: each is
    looked at once.

    holdings.of(renderer): how many of the `count` records the format can say something of; None
    where nobody counted.
    """

    def __init__(self, request, listing, card_type, page):
        self.request, self.listing, self.card_type = request, listing, card_type
        self.shown, self.count = page.cards, page.count
        self._known = {}

    def of(self, renderer):
        if self.count > MAX_COUNTED:
            return None
        if not self.count:
            return 0
        if renderer not in self._known:
            self._known[renderer] = self._look(renderer())
        return self._known[renderer]

    def told(self):
        """All that a page may say of them (`registry.cards.pieces`)."""
        own = (each for each in formats_of(self.card_type) if each.holds in (None, self.card_type))
        return {each.format: self.of(each) for each in own}

    def _look(self, renderer):
        if not renderer.reads_each:
            return renderer.contents(self._export(self.listing.selection.all)).held
        shown = self._export(self.shown)
        if self.count == len(self.shown):
            return renderer.contents(shown).held
        every = self._export(self.listing.selection.all)
        if self.count <= MAX_READ:
            return renderer.contents(every).held
        return None if renderer.has_any(shown) or renderer.has_any(every) else 0

    def _export(self, cards):
        day = self.listing.today
        return Export(self.request, self.card_type, cards, self.count, day=day)
