"""Translations are compiled without GNU gettext, and as it would; those of packages are mended."""

import gettext
import json
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.utils import translation

from programmes.models import Programme
from registry.management.commands.compilemessages import compile_catalogue
from tests.support.factories import programme
from tests.support.staff import Staff, address

pytestmark = pytest.mark.once

OURS, OF_PACKAGES = settings.LOCALE_PATHS
MENDED = sorted(OF_PACKAGES.glob("*/LC_MESSAGES/*.po"))
# Spellings that only the orthography of Django's own Belarusian has: зьмяніць, значэньне, ня, хіба.
UNOFFICIAL = re.compile(
    r"\b[зс]ь[бвгджзклмнпрстфхцчшў]|[зс]ь[влнцч]|ньн|льл|цьц|дзьдз|ґ|\b(ня|бяз)\b|хіб[ун]|бачын[аы]",
    re.IGNORECASE,
)

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


def read(path):
    with path.open("rb") as text:
        return [message for message in read_po(text) if message.id]


def names(message):
    """What a message is looked up by, and whether it has plural forms."""
    return message.context, message.id


@pytest.mark.parametrize("path", MENDED, ids=lambda path: str(path.relative_to(OF_PACKAGES)))
def test_every_text_that_is_mended_is_still_one_of_a_package(path):
    known = set()
    for package in ("django", "simple_history", "axes"):
        folder = Path(find_spec(package).origin).parent
        # All of them have French, and the same texts are named in each language.
        for each in folder.glob(f"**/locale/fr/LC_MESSAGES/{path.name}"):
            known |= {names(message) for message in read(each)}
    mended = read(path)
    assert {names(message) for message in mended} - known == set()
    placeholder = re.compile(r"%\(\w+\)[sdr]|%[sd]|\{\w*\}")
    for message in mended:
        said = message.string if message.pluralizable else [message.string]
        assert len(said) == (4 if message.pluralizable else 1)
        asked = message.id[1] if message.pluralizable else message.id
        for each in said:
            assert sorted(set(placeholder.findall(each))) == sorted(
                set(placeholder.findall(asked))
            ), asked


@pytest.mark.parametrize("folder", [OURS, OF_PACKAGES], ids=["ours", "of packages"])
def test_belarusian_is_in_the_official_orthography(folder):
    paths = list((folder / "be" / "LC_MESSAGES").glob("*.po"))
    assert paths
    for path in paths:
        for message in read(path):
            said = message.string if message.pluralizable else [message.string]
            for each in said:
                assert UNOFFICIAL.search(each) is None, each


@pytest.mark.django_db
def test_staff_read_official_belarusian(client):
    boss = Staff("boss", "administrator")
    contest = programme("contest", state="draft")
    boss.edits(contest, name_be="Конкурс")
    be = {"headers": {"accept-language": "be"}}
    get = boss.client.get
    account = address(User.objects.create_user("ann", password="plum-anchor-violet-93"), "change")
    pages = {
        "Увайсці": client.get("/admin/login/", **be),
        "увядзіце правільныя": client.post(
            "/admin/login/", {"username": "x", "password": "y"}, **be
        ),
        "Ваша праца": get("/admin/", **be),
        "Выберыце для змены: праграма": get(address(Programme, "changelist"), **be),
        "Захаваць і правіць далей": get(address(contest, "change"), **be),
        "Памылка: Дадаць": boss.client.post(address(Programme, "add"), {}, **be),
        "Сапраўды выдаліць «Конкурс» (праграма)?": get(address(contest, "delete"), **be),
        "Гісторыя змен: Конкурс": get(address(contest, "history"), **be),
        "Змена пароля": get("/admin/password_change/", **be),
        "трэба запоўніць": boss.client.post("/admin/password_change/", {}, **be),
        "Апошні ўваход": get(address(User, "changelist"), **be),
        "Што можа рабіць гэты чалавек": get(account, **be),
        "цяперашні пароль карыстальніка": get(account.replace("/change/", "/password/"), **be),
        "Пароль яшчэ раз": get(address(User, "add"), **be),
        "Вы выйшлі": boss.client.post("/admin/logout/", **be),
    }
    for words, response in pages.items():
        assert response.status_code == 200, words
        text = response.content.decode()
        assert words in text
        found = UNOFFICIAL.search(text)
        assert found is None, text[found.start() - 40 : found.end() + 40]


@pytest.mark.django_db
def test_the_scripts_of_the_admin_speak_official_belarusian():
    script = Staff("ann", "editor").client.get("/admin/jsi18n/", headers={"accept-language": "be"})
    catalogue = re.search(r"newcatalog = (\{.*?\n  \});", script.content.decode(), re.DOTALL)
    said = json.loads(catalogue[1])
    assert said["Thursday"] == "Чацвер"
    assert len(said["%s selected option not visible"]) == 4
    assert UNOFFICIAL.search(json.dumps(said, ensure_ascii=False)) is None


@pytest.mark.parametrize(("language", "created"), [("be", "Створана"), ("ru", "Создано")])
def test_the_history_of_a_record_is_told_in_the_language_of_staff(language, created):
    with translation.override(language):
        row = Programme.history.model(history_type="+")
        assert row.get_history_type_display() == created


@pytest.mark.django_db
def test_staff_who_may_not_do_something_are_told_so_and_not_that_their_form_is_old():
    refused = Staff("ann", "editor").client.get(
        address(User, "changelist"), headers={"accept-language": "be"}
    )
    assert refused.status_code == 403
    assert "Гэта вам недаступна" in refused.content.decode()
