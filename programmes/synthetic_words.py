"""Words from which `synthesise` makes names and texts, as (English, Belarusian, Russian)."""

# fmt: off
FORMS = [
    ("School", "Школа", "Школа"), ("Workshop", "Майстэрня", "Мастерская"),
    ("Forum", "Форум", "Форум"), ("Contest", "Конкурс", "Конкурс"),
    ("Laboratory", "Лабараторыя", "Лаборатория"), ("Festival", "Фестываль", "Фестиваль"),
    ("Academy", "Акадэмія", "Академия"), ("Club", "Клуб", "Клуб"),
    ("Library", "Бібліятэка", "Библиотека"), ("Meetings", "Сустрэчы", "Встречи"),
    ("Course", "Курс", "Курс"), ("Camp", "Лагер", "Лагерь"),
]
BODIES = [
    ("Association", "Асацыяцыя", "Ассоциация"), ("Centre", "Цэнтр", "Центр"),
    ("Fund", "Фонд", "Фонд"), ("Union", "Саюз", "Союз"), ("Society", "Таварыства", "Общество"),
    ("Initiative", "Ініцыятыва", "Инициатива"), ("Institute", "Інстытут", "Институт"),
    ("Network", "Сетка", "Сеть"), ("House", "Дом", "Дом"), ("Studio", "Студыя", "Студия"),
]
TOPICS = [
    ("of good neighbours", "добрых суседзяў", "добрых соседей"),
    ("of local history", "мясцовай гісторыі", "местной истории"),
    ("of clean rivers", "чыстых рэк", "чистых рек"),
    ("of young leaders", "маладых лідараў", "молодых лидеров"),
    ("of rural tourism", "сельскага турызму", "сельского туризма"),
    ("of folk crafts", "народных рамёстваў", "народных ремёсел"),
    ("of civic education", "грамадзянскай адукацыі", "гражданского образования"),
    ("of social entrepreneurs", "сацыяльных прадпрымальнікаў", "социальных предпринимателей"),
    ("of school gardens", "школьных садоў", "школьных садов"),
    ("of accessible towns", "даступных гарадоў", "доступных городов"),
    ("of volunteers", "валанцёраў", "волонтёров"),
    ("of public debate", "публічных дэбатаў", "публичных дебатов"),
    ("of wooden architecture", "драўлянай архітэктуры", "деревянной архитектуры"),
    ("of small libraries", "малых бібліятэк", "малых библиотек"),
    ("of healthy old age", "здаровай старасці", "здоровой старости"),
    ("of women in business", "жанчын у бізнесе", "женщин в бизнесе"),
    ("of documentary film", "дакументальнага кіно", "документального кино"),
    ("of bicycle roads", "веладарог", "велодорог"),
    ("of peat bogs", "тарфянікаў", "торфяников"),
    ("of native language", "роднай мовы", "родного языка"),
    ("of street sport", "вулічнага спорту", "уличного спорта"),
    ("of inclusive theatre", "інклюзіўнага тэатра", "инклюзивного театра"),
    ("of open data", "адкрытых даных", "открытых данных"),
    ("of energy saving", "энергазберажэння", "энергосбережения"),
    ("of bee-keepers", "пчаляроў", "пчеловодов"),
    ("of town councils", "гарадскіх саветаў", "городских советов"),
    ("of mutual aid", "узаемадапамогі", "взаимопомощи"),
    ("of storks", "буслоў", "аистов"),
    ("of manuscript books", "рукапісных кніг", "рукописных книг"),
    ("of lighthouse keepers", "захавальнікаў маякоў", "хранителей маяков"),
]
SENTENCES = [
    ("Participants learn from each other and try their ideas at home.",
     "Удзельнікі вучацца адно ў аднаго і спрабуюць свае ідэі дома.",
     "Участники учатся друг у друга и пробуют свои идеи дома."),
    ("The work is done together with local schools and libraries.",
     "Праца вядзецца разам з мясцовымі школамі і бібліятэкамі.",
     "Работа ведётся вместе с местными школами и библиотеками."),
    ("Small grants help to carry out the best proposals.",
     "Малыя гранты дапамагаюць ажыццявіць лепшыя прапановы.",
     "Малые гранты помогают осуществить лучшие предложения."),
    ("Every season ends with a public presentation of the results.",
     "Кожны сезон завяршаецца публічнай прэзентацыяй вынікаў.",
     "Каждый сезон завершается публичной презентацией результатов."),
    ("Residents decide themselves what their town needs first.",
     "Жыхары самі вырашаюць, што патрэбна іх гораду найперш.",
     "Жители сами решают, что нужно их городу прежде всего."),
    ("Experts advise on budgets, law and communication.",
     "Эксперты раяць у пытаннях бюджэту, права і камунікацыі.",
     "Эксперты советуют в вопросах бюджета, права и коммуникации."),
    ("Groups of young people visit the neighbouring districts.",
     "Групы моладзі наведваюць суседнія раёны.",
     "Группы молодёжи посещают соседние районы."),
    ("An exhibition travels from village to village.",
     "Выстава вандруе з вёскі ў вёску.",
     "Выставка путешествует из деревни в деревню."),
    ("The organisers publish a handbook with examples.",
     "Арганізатары выдаюць дапаможнік з прыкладамі.",
     "Организаторы издают пособие с примерами."),
    ("People with disabilities take part on an equal footing.",
     "Людзі з інваліднасцю ўдзельнічаюць нароўні з усімі.",
     "Люди с инвалидностью участвуют наравне со всеми."),
    ("Old photographs are collected and described.",
     "Збіраюцца і апісваюцца старыя фотаздымкі.",
     "Собираются и описываются старые фотографии."),
    ("A jury of partners chooses the finalists.",
     "Журы з партнёраў выбірае фіналістаў.",
     "Жюри из партнёров выбирает финалистов."),
    ("Beavers returned to the restored stream.",
     "У адноўлены ручай вярнуліся бабры.",
     "В восстановленный ручей вернулись бобры."),
    ("Weavers restored a forgotten pattern.",
     "Ткачыхі аднавілі забыты ўзор.",
     "Ткачихи восстановили забытый узор."),
    ("An orchestra of accordions played on the square.",
     "На плошчы граў аркестр акардэонаў.",
     "На площади играл оркестр аккордеонов."),
    ("A sundial was set up in the school yard.",
     "На школьным двары паставілі сонечны гадзіннік.",
     "На школьном дворе установили солнечные часы."),
]
THEMES = {
    ("Community development", "Развіццё супольнасцей", "Развитие сообществ"): [
        ("Local self-government", "Мясцовае самакіраванне", "Местное самоуправление"),
        ("Volunteering", "Валанцёрства", "Волонтёрство"),
        ("Rural life", "Вясковае жыццё", "Сельская жизнь"),
    ],
    ("Education", "Адукацыя", "Образование"): [
        ("Civic education", "Грамадзянская адукацыя", "Гражданское образование"),
        ("Informal learning", "Нефармальнае навучанне", "Неформальное обучение"),
        ("Languages", "Мовы", "Языки"),
    ],
    ("Environment", "Навакольнае асяроддзе", "Окружающая среда"): [
        ("Water", "Вада", "Вода"), ("Energy", "Энергія", "Энергия"),
        ("Protected areas", "Ахоўныя тэрыторыі", "Охраняемые территории"),
    ],
    ("Culture", "Культура", "Культура"): [
        ("Heritage", "Спадчына", "Наследие"), ("Cinema", "Кіно", "Кино"),
        ("Crafts", "Рамёствы", "Ремёсла"),
    ],
    ("Social inclusion", "Сацыяльнае ўключэнне", "Социальная инклюзия"): [
        ("Disability", "Інваліднасць", "Инвалидность"), ("Old age", "Старасць", "Старость"),
        ("Equality of women and men", "Роўнасць жанчын і мужчын", "Равенство женщин и мужчин"),
    ],
    ("Economy", "Эканоміка", "Экономика"): [
        ("Social business", "Сацыяльны бізнес", "Социальный бизнес"),
        ("Tourism", "Турызм", "Туризм"), ("Work", "Праца", "Работа"),
    ],
}
AUDIENCES = [
    ("Young people", "Моладзь", "Молодёжь"), ("Teachers", "Настаўнікі", "Учителя"),
    ("Civil-society bodies", "Грамадскія арганізацыі", "Общественные организации"),
    ("Local authorities", "Мясцовыя ўлады", "Местные власти"), ("Women", "Жанчыны", "Женщины"),
    ("Older people", "Людзі сталага веку", "Пожилые люди"), ("Children", "Дзеці", "Дети"),
    ("Entrepreneurs", "Прадпрымальнікі", "Предприниматели"),
    ("People with disabilities", "Людзі з інваліднасцю", "Люди с инвалидностью"),
]
FORMATS = [
    ("Lecture", "Лекцыя", "Лекция"), ("Discussion", "Дыскусія", "Дискуссия"),
    ("Excursion", "Экскурсія", "Экскурсия"), ("Exhibition", "Выстава", "Выставка"),
    ("Game", "Гульня", "Игра"), ("Living library", "Жывая бібліятэка", "Живая библиотека"),
    ("Presentation", "Прэзентацыя", "Презентация"), ("Concert", "Канцэрт", "Концерт"),
]

# Made-up villages: roots and endings in Belarusian and Russian, adjectives for plural names.
ROOTS = [
    ("Бяроз", "Берёз"), ("Дуб", "Дуб"), ("Альх", "Ольх"), ("Верб", "Верб"), ("Сасн", "Сосн"),
    ("Каменск", "Каменск"), ("Пясч", "Песч"), ("Азёр", "Озёр"), ("Балот", "Болот"),
    ("Крын", "Крин"), ("Мядзвед", "Медвед"), ("Ваўк", "Волк"), ("Зубр", "Зубр"),
    ("Бусл", "Бусл"), ("Салаў", "Солов"), ("Гарадз", "Городз"), ("Лук", "Лук"),
    ("Мікалай", "Николай"), ("Юр", "Юр"), ("Васіл", "Васил"), ("Пятр", "Петр"),
    ("Рудн", "Рудн"), ("Млын", "Млын"), ("Кавал", "Ковал"), ("Ганчар", "Гончар"),
    ("Бондар", "Бондар"), ("Рыбач", "Рыбач"), ("Жытн", "Житн"), ("Ячн", "Ячн"),
    ("Грабн", "Грабн"), ("Клян", "Клён"), ("Ліп", "Лип"), ("Асін", "Осин"), ("Ракіт", "Ракит"),
]
ENDINGS = [
    ("іна", "ина"), ("ішча", "ище"), ("аўка", "овка"), ("ава", "ово"), ("нік", "ник"),
]
PLURALS = [("ічы", "ичи"), ("кі", "ки"), ("оўцы", "овцы")]
ADJECTIVES = [
    ("Вялікія", "Большие"), ("Малыя", "Малые"), ("Старыя", "Старые"), ("Новыя", "Новые"),
]

# Łacinka, the Latin alphabet of Belarusian.
LETTERS = dict(zip("абвгґдзйклмнопрстуўфцчшжыіэ", "abvhgdzjkłmnoprstuŭfcčšžyie", strict=True))
LETTERS["х"] = "ch"
JOTATED = {"е": "e", "ё": "o", "ю": "u", "я": "a"}
SOFT = {"n": "ń", "s": "ś", "z": "ź", "c": "ć"}
CONSONANTS = tuple("bvhgdzkłmnprstfcčšž")
# fmt: on


def latin(text):
    """The Belarusian text in Łacinka: Ваўкавіцкі лес is Vaŭkavicki les."""
    found = ""
    for letter in text:
        small, last = letter.lower(), found[-1:].lower()
        # Ł is hard: before a soft vowel or sign the letter is l.
        if last == "ł" and small in "іьеёюя":
            found = found[:-1] + ("L" if found[-1] == "Ł" else "l")
            written = {**LETTERS, **JOTATED, "ь": ""}[small]
        elif small == "ь":
            found, written = found[:-1], SOFT.get(last, last)
        elif small in JOTATED:
            # After a consonant they only make it soft; elsewhere a j is heard.
            written = ("i" if last in CONSONANTS else "j") + JOTATED[small]
        else:
            written = LETTERS.get(small, small)
        found += written.capitalize() if letter.isupper() else written
    # Before a soft ц Łacinka writes с soft as well, which Cyrillic letters do not show.
    return found.replace("sć", "ść")
