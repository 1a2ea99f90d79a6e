"""What a process keeps of pages."""

import io

from PIL import Image

from registry.cards.pieces import _unpacked, pieces


def kept_texts():
    """The texts, and those of the pictures."""
    for room in (pieces.texts, pieces.pictures):
        for packed, _shown in [*room.young.values(), *room.elder.values()]:
            made = _unpacked(packed)
            yield made if isinstance(made, str) else text_of(made)


def text_of(picture):
    """The words in the bytes of a picture of a record, a line each."""
    with Image.open(io.BytesIO(picture)) as opened:
        return opened.text["Description"]
