"""Sixty organisations as they might be called, and the ways in which people write such names.

The names are made up after the habits of the field; each way is a function of one of them.
"""

import random
from typing import NamedTuple

# be, ru, en and the town, also in its region's adjective (ru).
ROWS = """
Ціхі дом|Тихий дом|Quiet House|Гродно
Новая хваля|Новая волна|New Wave|Гродно
Зялёная талака|Зелёная талака|Green Talaka|Брест
Шчучынская моладзь|Щучинская молодёжь|Youth of Shchuchyn|Щучин
Здаровы горад Полацк|Здоровый город Полоцк|Healthy City of Polatsk|Полоцк
Лясніцтва для ўсіх|Лесничество для всех|Forestry for All|Пинск
Асацыяцыя сельскіх клубаў|Ассоциация сельских клубов|Association of Rural Clubs|Слоним
Экадом Палесся|Экодом Полесья|Ecohouse of Polesia|Пинск
Жывое партнёрства|Живое партнёрство|Living Partnership|Минск
Цэнтр гарадскіх ініцыятыў|Центр городских инициатив|Centre for Urban Initiatives|Минск
Крок насустрач|Шаг навстречу|A Step Towards|Витебск
Роўныя магчымасці|Равные возможности|Equal Opportunities|Гомель
Дапамога дзецям Чарнобыля|Помощь детям Чернобыля|Help to the Children of Chernobyl|Гомель
Дапамога дзецям-інвалідам|Помощь детям-инвалидам|Help to Children with Disabilities|Минск
Берасцейскія вандроўнікі|Брестские путешественники|Travellers of Brest|Брест
Спадчына Мсціслаўшчыны|Наследие Мстиславщины|Heritage of the Mstsislaw Land|Мстиславль
Акадэмія трэцяга ўзросту|Академия третьего возраста|Academy of the Third Age|Гродно
Музей хлеба|Музей хлеба|Museum of Bread|Вилейка
Адкрытая кухня|Открытая кухня|Open Kitchen|Минск
Родны кут|Родной угол|Native Corner|Лида
Чыстая рака|Чистая река|Clean River|Полоцк
Сонечны двор|Солнечный двор|Sunny Yard|Пинск
Мамы на варце|Мамы на страже|Mothers on Guard|Бобруйск
Гарадскія ровары|Городские велосипеды|City Bicycles|Минск
Ахова птушак Нарачы|Охрана птиц Нарочи|Protection of the Birds of Narach|Мядель
Праваабаронны маяк|Правозащитный маяк|Lighthouse of Rights|Могилёв
Ткачыхі Неглюбкі|Ткачихи Неглюбки|Weavers of Nyehlyubka|Ветка
Добрая воля Оршы|Добрая воля Орши|Good Will of Orsha|Орша
Клуб маладых журналістаў|Клуб молодых журналистов|Club of Young Journalists|Барановичи
Сямейны круг|Семейный круг|Family Circle|Жлобин
Настаўнікі будучыні|Учителя будущего|Teachers of the Future|Молодечно
Кінаклуб «Прамень»|Киноклуб «Луч»|Film Club Ray|Речица
Вада без межаў|Вода без границ|Water without Borders|Браслав
Майстэрня сацыяльных праектаў|Мастерская социальных проектов|Workshop of Social Projects|Минск
Бярэзінскі водгук|Березинский отклик|Echo of Berezina|Борисов
Фестываль вулічных тэатраў|Фестиваль уличных театров|Festival of Street Theatres|Брест
Слуцкія паясы|Слуцкие пояса|Sashes of Slutsk|Слуцк
Школа мясцовай дэмакратыі|Школа местной демократии|School of Local Democracy|Минск
Вясковы турызм і адпачынак|Сельский туризм и отдых|Rural Tourism and Leisure|Воложин
Паміж намі|Между нами|Between Us|Кобрин
Інклюзіўны бізнес|Инклюзивный бизнес|Inclusive Business|Минск
Голас цішыні|Голос тишины|Voice of Silence|Витебск
Светлая дарога|Светлый путь|Bright Road|Солигорск
Камітэт ветэранаў працы|Комитет ветеранов труда|Committee of Veterans of Labour|Жодино
Батлейка|Батлейка|Batleyka|Минск
Энергія сонца|Энергия солнца|Energy of the Sun|Горки
Рада няўрадавых арганізацый|Совет неправительственных организаций|NGO Council|Минск
Жанчыны за развіццё вёскі|Женщины за развитие села|Women for the Development of Villages|Столин
Млын|Мельница|Watermill|Заславль
Гісторыкі без муроў|Историки без стен|Historians without Walls|Новогрудок
Пчаляры Прыдзвіння|Пчеловоды Придвинья|Beekeepers of the Dvina Land|Верхнедвинск
Інтэрактыўная бібліятэка|Интерактивная библиотека|Interactive Library|Могилёв
Сям'я і час|Семья и время|Family and Time|Лида
Урбаністычны форум|Урбанистический форум|Urbanist Forum|Минск
Хуткая юрыдычная дапамога|Скорая юридическая помощь|Legal First Aid|Минск
Першы снег|Первый снег|First Snow|Поставы
Лічбавая вёска|Цифровая деревня|Digital Village|Дзержинск
Веласупольнасць Гомеля|Велосообщество Гомеля|Cycling Community of Homel|Гомель
Падтрымка апекуноў|Поддержка опекунов|Support of Guardians|Пружаны
Дом дружбы народаў|Дом дружбы народов|House of Friendship of Peoples|Волковыск
"""

# Abbreviated and in full, in Belarusian, Russian and English.
FORMS = (
    ("ГА", "Грамадскае аб’яднанне", "ОО", "Общественное объединение", "NGO", "Public Association"),
    ("МГА", "Міжнароднае грамадскае аб’яднанне", "МОО", "Международное общественное объединение")
    + ("INGO", "International Public Association"),
    ("ПУ", "Прыватная ўстанова", "ЧУ", "Частное учреждение", "NGO", "Private Institution"),
    ("РГА", "Рэспубліканскае грамадскае аб’яднанне", "РОО")
    + ("Республиканское общественное объединение", "NGO", "Republican Public Association"),
    ("Фонд", "Мясцовы фонд", "Фонд", "Местный фонд", "Foundation", "Local Foundation"),
    ("МДГА", "Моладзевае грамадскае аб’яднанне", "БОО")
    + ("Благотворительное общественное объединение", "NPO", "Charitable Public Association"),
)


class Naming(NamedTuple):
    number: int
    be: str
    ru: str
    en: str
    town: str

    @property
    def slug(self):
        return f"ngo-{self.number}"

    @property
    def forms(self):
        return FORMS[self.number % len(FORMS)]

    def stored(self):
        """As a record has it: without a form, with a short one or with it in full."""
        how = self.number % 3
        be, ru, en = self.be, self.ru, self.en
        if how == 1:
            be, ru, en = (
                f"{self.forms[0]} «{be}»",
                f"{self.forms[2]} «{ru}»",
                f"{en} {self.forms[4]}",
            )
        if how == 2:
            be, ru = f"{self.forms[1]} «{be}»", f"{self.forms[3]} «{ru}»"
            en = f"{self.forms[5]} “{en}”"
        return {"name_be": be, "name_ru": ru, "name_en": en}

    def random(self, way):
        return random.Random(f"{way} {self.number}")  # noqa: S311


NAMINGS = [Naming(n, *row.split("|")) for n, row in enumerate(ROWS.strip().split("\n"))]


def mistyped(text, how, chance):
    """The text with one letter of its longest word lost, doubled or swapped with the next."""
    word = max(text.replace("«", " ").replace("»", " ").split(), key=len)
    places = [n for n in range(1, len(word) - 1) if word[n].isalpha() and word[n] != word[n + 1]]
    n = chance.choice([n for n in places if word[n + 1].isalpha()])
    changed = {
        "lost": word[:n] + word[n + 1 :],
        "doubled": word[: n + 1] + word[n:],
        "swapped": word[:n] + word[n + 1] + word[n] + word[n + 2 :],
    }[how]
    return text.replace(word, changed, 1)


LATIN = str.maketrans("асеорх", "aceopx")
ROMAN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "",
            "y",
            "",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


def roman(text):
    return "".join(ROMAN.get(letter, letter) for letter in text.lower())


def _language(naming):
    """Each way is tried in all three languages, a third of the names in each."""
    return (naming.number // 3) % 3


def core(naming):
    return (naming.be, naming.ru, naming.en)[_language(naming)]


def short(naming, other=0):
    return FORMS[(naming.number + other) % len(FORMS)][2 * _language(naming)]


def full(naming):
    return naming.forms[2 * _language(naming) + 1]


def town(naming):
    place = {"ru": naming.town, "be": TOWNS.get(naming.town, (naming.town,))[0]}
    place["en"] = TOWNS.get(naming.town, ("", naming.town))[1]
    return place[("be", "ru", "en")[_language(naming)]]


TOWNS = {
    "Минск": ("Мінск", "Minsk"),
    "Гродно": ("Гродна", "Hrodna"),
    "Брест": ("Брэст", "Brest"),
    "Витебск": ("Віцебск", "Vitebsk"),
    "Гомель": ("Гомель", "Homel"),
    "Могилёв": ("Магілёў", "Mahilyow"),
    "Полоцк": ("Полацк", "Polatsk"),
    "Пинск": ("Пінск", "Pinsk"),
}

WAYS = {
    "as it is printed": lambda n: list(n.stored().values())[_language(n)],
    "the name alone": core,
    "in capitals": lambda n: core(n).upper(),
    "a short form before it": lambda n: f'{short(n)} "{core(n)}"',
    "another short form": lambda n: f"{short(n, 1)} «{core(n)}»",
    "a short form after it": lambda n: f"{core(n)}, {short(n)}",
    "a short form in small letters": lambda n: f"{short(n)} {core(n)}".lower(),
    "the form in full": lambda n: f"{full(n)} «{core(n)}»",
    "the form in full, no quotes": lambda n: f"{full(n)} {core(n)}",
    "with its town": lambda n: f"{core(n)}, {town(n)}",
    "with its form and town": lambda n: f"{short(n)} «{core(n)}» ({town(n)})",
    "of a region": lambda n: f"{REGIONAL[_language(n)]} {short(n)} «{core(n)}»",
    "a letter lost": lambda n: mistyped(core(n), "lost", n.random("lost")),
    "a letter doubled": lambda n: mistyped(core(n), "doubled", n.random("doubled")),
    "two letters swapped": lambda n: mistyped(core(n), "swapped", n.random("swapped")),
    "a form and a letter lost": lambda n: (
        f"{short(n)} «{mistyped(core(n), 'lost', n.random('both'))}»"
    ),
    "a form in full and letters swapped": lambda n: (
        f"{full(n)} «{mistyped(core(n), 'swapped', n.random('full'))}»"
    ),
    "Latin letters that look alike": lambda n: (n.be, n.ru)[n.number % 2].translate(LATIN),
    "in Latin letters": lambda n: roman(n.ru),
    "words in another order": lambda n: " ".join(reversed(core(n).split())),
}
REGIONAL = (
    "Гродзенская абласная арганізацыя",
    "Гродненская областная организация",
    "Regional branch of",
)

# What stands before the name of a settlement of this kind, in be, ru, en.
BEFORE = {
    "city": ("г.", "г.", "city of"),
    "town": ("г.", "г.", "town of"),
    "agrotown": ("аг.", "аг.", "agrotown"),
    "village": ("в.", "д.", "village"),
}


def _named(place, n):
    names = [place.name_be, place.name_ru, place.name_en]
    return next(name for name in [names[n % 3], *names] if name)


def _before(place, n):
    kinds = BEFORE.get(place.kind, ("", "", ""))
    names = [place.name_be, place.name_ru, place.name_en]
    language = n % 3 if names[n % 3] else next(k for k in range(3) if names[k])
    return kinds[language]


PLACE_WAYS = {
    "in Belarusian": lambda place, n: _named(place, 0),
    "in Russian": lambda place, n: place.name_ru or _named(place, 0),
    "in English": lambda place, n: _named(place, 2),
    "in small letters with its kind": lambda place, n: (
        f"{_before(place, n)} {_named(place, n)}".strip().lower()
    ),
    "in capitals": lambda place, n: _named(place, n).upper(),
    "a letter lost": lambda place, n: mistyped(_named(place, n), "lost", _chance(place)),
    "a letter doubled": lambda place, n: mistyped(_named(place, n), "doubled", _chance(place)),
    "two letters swapped": lambda place, n: mistyped(_named(place, n), "swapped", _chance(place)),
}


def _chance(place):
    return random.Random(place.slug)  # noqa: S311
