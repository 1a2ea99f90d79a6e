"""How much of a list each file of it would hold."""

from registry.api.formats import Export
from registry.listings.paging import DEFAULT_ROWS

# Of more, a page does not say how many a file can tell of. A format that has to read each card for
# that (IATI) is asked it of no more than a page shows, and beyond whether there is any: the first
# few mostly tell.
MAX_COUNTED = 500
MAX_READ = DEFAULT_ROWS


class Holdings:
    """Of one list on one page, which says it in more than one place: each is looked at once.

    holdings.of(renderer): how many of the `count` records the format can say something of; None
    where nobody counted.
    """

    def __init__(self, request, listing, card_type, count):
        self.request, self.listing, self.card_type, self.count = request, listing, card_type, count
        self._known = {}

    def of(self, renderer):
        if self.count > MAX_COUNTED:
            return None
        if not self.count:
            return 0
        if renderer not in self._known:
            self._known[renderer] = self._look(renderer())
        return self._known[renderer]

    def _look(self, renderer):
        export = self._export()
        if renderer.reads_each and self.count > MAX_READ:
            return None if renderer.has_any(export) else 0
        return renderer.contents(export).held

    def _export(self):
        cards, day = self.listing.selection.all, self.listing.today
        return Export(self.request, self.card_type, cards, self.count, day=day)
