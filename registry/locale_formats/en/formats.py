"""How dates are written in English here: Django's own English is that of the United States."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
FIRST_DAY_OF_WEEK = 1

# As people write them: 19:00, 19.00, 19-00, 7 pm.
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M", "%H-%M", "%H", "%I:%M %p", "%I.%M %p", "%I %p"]
