"""The admin: lists, forms and their saving, rows of parts, history, withdrawing, accounts, logins
and their second factor. What an act means stands in `workflow`, which this room asks; the apps
register their own records with its classes.
"""
