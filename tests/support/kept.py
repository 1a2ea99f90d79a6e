"""What a process keeps of pages."""

from registry.cards.pieces import _unpacked, pieces


def kept_texts():
    for half in (pieces._young, pieces._elder):
        for packed, _shown in list(half.values()):
            yield _unpacked(packed)
