"""What a process keeps of pages."""

import io

from PIL import Image

from registry.cards.pieces import _unpacked, pieces


def kept_texts():
    """The texts, and those of the pictures."""
    for half in (pieces._young, pieces._elder):
        for packed, _shown in list(half.values()):
            made = _unpacked(packed)
            yield made if isinstance(made, str) else text_of(made)


def text_of(picture):
    """The words in the bytes of a picture of a record, a line each."""
    with Image.open(io.BytesIO(picture)) as opened:
        return opened.text["Description"]
