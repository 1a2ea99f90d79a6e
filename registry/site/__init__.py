"""Where all collections meet: the API's root and router, the feed of changes, code lists, the home
page, what search engines read. It knows every app, and no app knows it.
"""
