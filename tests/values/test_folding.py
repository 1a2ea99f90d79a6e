import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.values.folding import beginnings, fold, fold_prefix, fold_words, sort_key
from tests.support.growth import growth

# The places of the first texts with the names that the gazetteer stores for them.
GAZETTEER = {
    "minsk": "Minsk Мінск Минск Mensk Miensk Mińsk Minszk Менск Мінськ Мѣньскъ",
    "mstsislaw": "Mstsislaw Мсціслаў Мстиславль Mscislaŭ Mscislau Mscislav Mstislav Mstislavl "
    "Mstislavl’ Mszislau Mścisław Mścisłaŭ Амсціслаў Мсцислав Мсьціслаў",
    "turaw": "Turaw Тураў Туров Turaŭ Turiv Turov Turow Turów",
    "chavusy": "Chavusy Чавусы Чаусы Čavusy Chausy Czausy Tschawussy Чавуси",
    "shchuchyn": "Shchuchyn Шчучын Щучин Ščučyn Shchuchin Shhuchin Szczuczyn",
    "lepel": "Lepel Лепель Liepieĺ Lepel’ Lyepyel Lyepyel'",
    "kamyanyets": "Kamyanyets Камянец Каменец Kamianiec Kamenets Kamenets-Litovsk Kamianets "
    "Kamieniec Kamjanets",
    "hlybokaye": "Hlybokaye Глыбокае Глубокое Hlybokaje Glebokie Glubokoe Glubokoye Głębokie",
    "pastavy": "Pastavy Паставы Поставы Postavy Postawy Pastawy Пастави",
    "alshany": "Alshany Альшаны Ольшаны Aĺšany Alšany Olshany Ol’shany",
    "bashni": "Bashni Башні Башни Bašni",
    "khodasy": "Khodasy Ходасы Ходосы Chodasy Hodasy Hodosy Khodosy",
    "shumilina": "Shumilina Шуміліна Шумилино Šumilina Shumilino",
    "mahilyow": "Mahilyow Магілёў Могилёв Mahilioŭ Mogilev Mohylew",
    "hrodna": "Hrodna Гродна Гродно",
}


def places_by_key():
    found = {}
    for place, names in GAZETTEER.items():
        for name in names.split():
            found.setdefault(fold(name), set()).add(place)
    return found


def test_no_two_places_of_the_gazetteer_share_a_folded_name():
    assert [places for places in places_by_key().values() if len(places) > 1] == []


@pytest.mark.parametrize(
    ("place", "typed"),
    [
        ("mstsislaw", "МСЦІСЛАЎ Мстиславль Mstislavl' Mstsislau mscislau Mścisłaŭ Mstsislaŭ"),
        ("hlybokaye", "Глыбокае ГЛУБОКОЕ Glubokoje Hlybokae Hłybokaje Głębokie Glybokaye"),
        ("pastavy", "Паставы поставы Pastawy Postawy Pastavi Postavi"),
        ("shchuchyn", "шчучын Щучин Schuchin Szczuczyn Ščučin ŠČUČYN"),
        ("kamyanyets", "Камянец Каменец Kamenec Kamieniec Kamjaniec Kamyanets Kamianets"),
        ("mahilyow", "Магілёў Могилев Mogilyov Mahiliou Mahilyou Mohylew Mahilëŭ"),
        ("hrodna", "Гродна Гродно Grodno Grodna HRODNA Hrodno"),
    ],
)
def test_a_place_is_found_however_it_is_typed(place, typed):
    found = places_by_key()
    assert {word: found.get(fold(word)) for word in typed.split()} == {
        word: {place} for word in typed.split()
    }


@pytest.mark.parametrize(
    "spellings",
    [
        "Мсціслаў Мсьціслаў Mstsislaw Mstsislau Mścisłaŭ Mscislau Mscislaŭ",
        "Магілёў Mahilyow Mahilioŭ Mahiliou Mahilëŭ",
        "Могилёв Могилев Mogilev Mogilyov Mogiljow",
        "Гродна Hrodna Grodna",
        "Шчучын Shchuchyn Ščučyn Щучин Shchuchin Szczuczyn Shhuchin",
        "Камянец Kamyanyets Kamianiec Kamjanets Kamianets",
        "Глыбокае Hlybokaye Hlybokaje Hlybokae",
        "Паставы Pastavy Pastawy",
        "Ходасы Khodasy Hodasy",
        "Аб'яднанне Аб’яднанне Абʼяднанне Abjadnannie Abyadnannye Ab'yadnannie",
        "раён rajon rayon район",
        "Лепель Liepieĺ Lyepyel’ Lepel",
        "Жодзіна Zhodzina Žodzina Żodzina",
        "библиотека biblioteka BIBLIOTEKA",
    ],
)
def test_spellings_of_one_name_are_folded_to_one_form(spellings):
    assert len({fold(word) for word in spellings.split()}) == 1


def test_different_words_stay_different():
    words = "Мінск Маск Пінск Брэст Бары Барысаў Орша Ворша Полацк Лунінец Лоеў Ліда жыта сыта шыта"
    assert len({fold(word) for word in words.split()}) == len(words.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" — «» ! ", []),
        ("«Спорт-рэгіён» 2016", ["sport", "rehen", "2016"]),
        ("Ма́ски", ["maski"]),
        ("２０１６ ①", ["2016", "1"]),
        ("2011 a1100b", ["2011", "a1100b"]),
        ("ноч🎉кніг\0дзень\ud800", ["noch", "knih", "dzen"]),
        ("Հայաստան", ["haiastan"]),
        ("ь '", []),
    ],
)
def test_words(text, words):
    assert fold_words(text) == words


@given(st.text(st.characters()) | st.text("ckhtszieoybwšчьцйёў’'1 \u0301") | st.text("sckthzie"))
@example("tts kkh szcz shkh iie cts scsch shhh")
def test_folding_gives_plain_words_and_folding_again_changes_nothing(text):
    folded = fold(text)
    assert set(folded) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert folded == " ".join(folded.split())
    assert fold(folded) == folded


@given(st.text("ckhtszieoybw", min_size=2) | st.text("гхшчщцйёўя", min_size=2), st.data())
def test_what_is_typed_so_far_finds_the_whole_word(word, data):
    typed = word[: data.draw(st.integers(1, len(word)))]
    beginning = fold_prefix(typed)
    if len(set(beginning)) > 1:  # one letter over and over is the beginning of no word
        assert fold(word).startswith(beginning)
    if len(beginning) > 1 and len(set(beginning)) > 1:
        assert fold(word).startswith(tuple(beginnings(typed)))


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("грант", ["hrant", "hranc"]),
        ("Polot", ["polot", "poloc"]),
        ("Kamy", ["kami", "kame"]),
        ("музей", ["muzei", "muze"]),
        ("ves", ["ues"]),
        ("vest", ["uest", "uesc", "ueshch"]),
        ("vesc", ["uesc", "ueshch"]),
        ("vesck", ["uesck", "ueshch"]),
        ("it", ["it"]),
        ("k", ["k"]),
    ],
)
def test_a_beginning_holds_all_that_was_typed_or_what_its_next_letters_may_make_of_it(
    typed, folded
):
    assert beginnings(typed) == folded


@pytest.mark.parametrize("typed", ["Kamy", "Kami", "Кам", "Kamyan", "Mahily", "Bibli"])
def test_a_word_is_found_from_its_first_letters(typed):
    whole = {"K": "Камянец", "К": "Kamieniec", "M": "Магілёў", "B": "бібліятэка"}[typed[0]]
    assert fold(whole).startswith(fold_prefix(typed))


@pytest.mark.parametrize(
    "piece",
    ["\u0301\u0323", "\uff9e\u0323", "а\u0301", "ie", "kkhts", "Мсціслаў ", "’", "明", "\ud800"],
)
def test_a_long_text_takes_time_in_proportion(piece):
    def fold_and_sort(length):
        text = piece * (length // len(piece))
        fold(text)
        sort_key(text, "be")

    assert growth(fold_and_sort, 5_000, 20_000) < 9


def in_order(names, language):
    return sorted(names, key=lambda name: sort_key(name, language))


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (
            "be",
            "Ганна Дом Еўропа ёлка Жыта ініцыятыва Йод Уладар Ўзор фонд Ыбі Эра Яма apple Zebra",
        ),
        ("ru", "Анна еж ёж ежа Ёлка ель Жито ива Йод Уфа Щит Ы Эра Яма apple Zebra"),
        ("en", "apple Éclair Łódź Lublin Zebra Анна Яма"),
    ],
)
def test_names_are_in_the_order_of_the_alphabet(language, names):
    names = names.split()
    assert in_order(reversed(names), language) == names


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_breaks_come_before_digits_and_digits_before_letters(language):
    names = ["Дом", "Дом 2", "Дом 10", "«Дом» кнігі", "Дом2", "Дома"]
    assert in_order(reversed(names), language) == names


def test_case_quotes_and_apostrophes_do_not_matter_in_the_order():
    assert sort_key("«Талака»", "be") == sort_key("талака", "be") == sort_key('"ТАЛАКА"', "be")
    assert sort_key("сям'я", "be") == sort_key("сям’я", "be") == sort_key("сямя", "be")


def test_nothing_has_an_empty_sort_key():
    assert sort_key("", "en") == sort_key(" «» ", "be") == ""


@given(st.text(st.characters()), st.sampled_from(["en", "be", "ru", "xx"]))
@example("9" * 500, "en")
@example("ﷺ" * 100, "be")
def test_any_text_has_a_sort_key_of_lower_case_hexadecimal_digits(text, language):
    key = sort_key(text, language)
    assert len(key) <= 80
    assert bytes.fromhex(key).hex() == key


@pytest.mark.parametrize("typed", ["zzzz", "ssss", "аааа", "ЖЖЖ"])
def test_one_letter_held_down_is_not_the_beginning_of_every_word_with_it(typed):
    assert len(fold_prefix(typed)) > 1
    assert fold(fold(typed)) == fold(typed)
