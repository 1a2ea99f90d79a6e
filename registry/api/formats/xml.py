import re

# https://www.w3.org/TR/xml/#charsets: no reference can stand for the others either.
XML_UNSAFE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_safe(text):
    """The text without what XML has no letters for."""
    return XML_UNSAFE.sub("", text)
