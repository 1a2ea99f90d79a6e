"""The admin: lists, forms and their saving, rows of parts, history, withdrawing, accounts and
logins. What an act means stands in `workflow`, which this room asks; the apps register their
own records with its classes.
"""
