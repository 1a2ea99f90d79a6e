"""How much of a list each file of it would hold."""

from registry.api.formats import Export
from registry.listings.paging import DEFAULT_ROWS

# Of more than a page shows it does not say how many a file can tell of: for IATI each must be read,
# and of five hundred that took as long as all the rest of the page.
MAX_COUNTED = DEFAULT_ROWS


class Holdings:
    """Of one list on one page, which says it in more than one place: each is looked at once.

    holdings.of(renderer): how many of the `count` records the format can say something of; None
    where nobody looked.
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
            self._known[renderer] = renderer().contents(self._export()).held
        return self._known[renderer]

    def _export(self):
        cards, day = self.listing.selection.all, self.listing.today
        return Export(self.request, self.card_type, cards, self.count, day=day)
