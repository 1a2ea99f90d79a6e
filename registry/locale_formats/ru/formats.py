"""What Django's formats of Russian lack."""

# As people write them: 19:00, 19.00, 19-00, 7 pm.
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M", "%H-%M", "%H", "%I:%M %p", "%I.%M %p", "%I %p"]
