"""Draws what a picture says: a PNG of 1200 × 630 pixels, the same bytes for the same words."""

import io
from functools import cache
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

WIDTH, HEIGHT = SIZE = (1200, 630)
MARGIN = 80
COLOURS = 64
ROOM = WIDTH - 2 * MARGIN
FONTS = Path(__file__).parent / "fonts"
TITLE, TEXT = "DejaVuSerif-Bold.ttf", "DejaVuSans.ttf"
# The colours of static/site.css.
LINEN, INK, QUIET, FLAX, SEED = "#f6f2e9", "#1c2333", "#4b5162", "#28559a", "#8a4a12"
TITLES = ((64, 3), (50, 4))  # (size, lines): the first in which all of it fits, else it is cut
HEM = 520  # the dashed line, above the name of the registry
# Where the flower is in the picture of the registry, and how large it is here.
FLOWER, MARK = (436, 98, 764, 426), 72


def picture_of(said):
    """The bytes of the picture of `Said`.

    Its words are in it as text, too: for programs that read to people, and for the tests that look
    for what nobody may see.
    """
    picture = Image.new("RGB", SIZE, LINEN)
    draw = ImageDraw.Draw(picture)
    draw.text((MARGIN, 58), fitting(said.kind, TEXT, 32), SEED, font(TEXT, 32))
    size, lines = title_in_lines(said.title)
    below = 112
    for line in lines:
        draw.text((MARGIN, below), line, INK, font(TITLE, size))
        below += round(size * 1.22)
    below += 16
    for line in filter(None, (said.where, said.when)):
        draw.text((MARGIN, below), fitting(line, TEXT, 32), QUIET, font(TEXT, 32))
        below += 46
    for left in range(MARGIN, WIDTH - MARGIN, 30):
        draw.rectangle((left, HEM, left + 19, HEM + 4), FLAX)
    picture.paste(flower(), (MARGIN, HEM + 22))
    draw_foot(draw, said)
    words = PngInfo()
    words.add_itxt("Description", "\n".join(said.lines))
    file = io.BytesIO()
    # Few colours take a third of the bytes, and of the time to pack them.
    few = picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(file, "PNG", compress_level=6, pnginfo=words)
    return file.getvalue()


def draw_foot(draw, said):
    """The name of the registry, and at the other side how many parts there are."""
    count = fitting(said.count, TEXT, 32, ROOM // 2)
    taken = font(TEXT, 32).getlength(count)
    draw.text((WIDTH - MARGIN - taken, HEM + 38), count, FLAX, font(TEXT, 32))
    left = MARGIN + MARK + 20
    name = fitting(said.registry, TEXT, 32, WIDTH - MARGIN - taken - 40 - left)
    draw.text((left, HEM + 38), name, INK, font(TEXT, 32))


@cache
def font(name, size):
    # Not with whatever else of the machine could lay out text: it would be other bytes there.
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def flower():
    """The mark of the registry on linen, as its own picture has it."""
    with Image.open(settings.BASE_DIR / "static" / "share.png") as picture:
        mark = picture.convert("RGB").crop(FLOWER)
    return mark.resize((MARK, MARK), Image.Resampling.LANCZOS)


def title_in_lines(title):
    """(size, lines): as large as all of it fits, the last line cut where it does not."""
    for size, most in TITLES:
        lines = wrapped(title, size)
        if len(lines) <= most:
            return size, lines
    rest = " ".join(lines[most - 1 :])
    return size, [*lines[: most - 1], fitting(rest, TITLE, size)]


def wrapped(text, size):
    """The text in lines, broken between words; a word that is longer than a line is cut."""
    lines = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font(TITLE, size).getlength(longer) <= ROOM:
            lines[-1] = longer
        else:
            lines.append(fitting(word, TITLE, size))
    return lines


def fitting(text, name, size, room=ROOM):
    """The text, or as much of it as there is room for and "…"."""
    measure = font(name, size).getlength
    if measure(text) <= room:
        return text
    enough, too_many = 0, len(text)
    while too_many - enough > 1:
        half = (enough + too_many) // 2
        enough, too_many = (
            (half, too_many) if measure(f"{text[:half]}…") <= room else (enough, half)
        )
    return f"{text[:enough].rstrip()}…"
