"""The states of an entry, and which of them the public sees."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    PUBLIC = "public", _("public")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ERASED = "erased", _("erased")


GONE = (State.WITHDRAWN, State.ERASED)


class Standing:
    """Whether an entry is public: a draft, a review and what was taken back are not."""

    @property
    def is_public(self):
        """Whether the record has a card: the one decision on which every output rests."""
        return self.state == State.PUBLIC

    @property
    def is_gone(self):
        """Whether a page that was public answers "withdrawn" rather than "not found"."""
        return self.state in GONE

    @classmethod
    def public_condition(cls, path=""):
        """`is_public`, for the database to decide: of what stands at the end of the path."""
        return models.Q(**{f"{path}state": State.PUBLIC})
