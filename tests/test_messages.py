"""Translations are compiled without GNU gettext, and as it would."""

import gettext

import pytest
from django.core.management import CommandError

from registry.management.commands.compilemessages import compile_catalogue

HEADER = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
"(n%100<12 || n%100>14) ? 1 : n%10==0 || (n%10>=5 && n%10<=9) || "
"(n%100>=11 && n%100<=14)? 2 : 3);\n"
"""


@pytest.fixture
def compiled(tmp_path):
    def compiled(text):
        source = tmp_path / "be" / "LC_MESSAGES" / "django.po"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(HEADER + text, encoding="utf-8")
        compile_catalogue(source)
        with source.with_suffix(".mo").open("rb") as binary:
            return gettext.GNUTranslations(binary)

    return compiled


def test_names_contexts_and_plurals_are_kept(compiled):
    be = compiled("""
msgid "Places"
msgstr "Месцы"

msgctxt "month"
msgid "May"
msgstr "Май"

#, python-format
msgid "%(count)s event"
msgid_plural "%(count)s events"
msgstr[0] "%(count)s падзея"
msgstr[1] "%(count)s падзеі"
msgstr[2] "%(count)s падзей"
msgstr[3] "%(count)s падзеі"
""")
    assert be.gettext("Places") == "Месцы"
    assert be.pgettext("month", "May") == "Май"
    spoken = [
        be.ngettext("%(count)s event", "%(count)s events", n) % {"count": n} for n in (1, 3, 5)
    ]
    assert spoken == ["1 падзея", "3 падзеі", "5 падзей"]


def test_the_untranslated_and_the_guessed_stay_in_english(compiled):
    be = compiled("""
msgid "Places"
msgstr ""

#, fuzzy
msgid "Programme"
msgstr "Праграмы"
""")
    assert (be.gettext("Places"), be.gettext("Programme")) == ("Places", "Programme")


def test_a_lost_placeholder_is_refused(compiled):
    with pytest.raises(CommandError, match="unknown named placeholder"):
        compiled("""
#, python-format
msgid "%(count)s events"
msgstr "%(cuont)s падзей"
""")
