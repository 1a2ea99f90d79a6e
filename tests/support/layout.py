"""Pages without the lines and indents of their templates.

Templates are written for people, one element on a line. What a browser makes of the spaces between
the lines is nothing at all beside a block and within the brackets of a tag, and one space between
words. Tests compare with that, so that a line can be broken without one of them.
"""

import re

BLOCKS = (
    *("article", "aside", "blockquote", "body", "br", "caption", "circle", "dd"),
    *("details", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "g"),
    *("h1", "h2", "h3", "h4", "head", "header", "html", "input", "label", "legend", "li", "link"),
    *("main", "meta", "nav", "ol", "option", "p", "path", "pre", "rect", "script", "section"),
    *("select", "summary", "svg", "table", "tbody", "td", "text", "textarea", "th", "thead"),
    *("title", "tr", "ul"),
)
KEPT = re.compile(r"(<(pre|textarea|style)\b.*?</\2>)", re.DOTALL)
TAG = re.compile(r"<[a-z][^<>]*\n[^<>]*>")
BLOCK = rf"</?(?:{'|'.join(BLOCKS)})(?=[\s>/])[^<>]*>"
LINES = re.compile(r"\s*\n\s*")
AFTER = re.compile(rf"({BLOCK}|<[a-z][^<>]*>)\s*\n\s*")
BEFORE = re.compile(rf"\s*\n\s*(?={BLOCK}|</)")


def laid_out(html):
    parts = KEPT.split(html)
    # Of three parts the second is kept as it is, and the third is only its name.
    texts = [_joined(part) for part in parts[::3]]
    kept = [*parts[1::3], ""]
    return "".join(text + whole for text, whole in zip(texts, kept, strict=True))


def _joined(text):
    text = TAG.sub(lambda tag: " ".join(tag[0].split()).replace(" >", ">"), text)
    return LINES.sub(" ", BEFORE.sub("", AFTER.sub(r"\1", text)))


def lay_out(response):
    """The same reply; of a page, as if its templates stood in one line."""
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if is_page and not response.streaming and not response.has_header("Content-Encoding"):
        response.content = laid_out(response.content.decode()).encode()
    return response
