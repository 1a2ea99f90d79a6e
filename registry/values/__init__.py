"""What a value is, whatever holds it: dates as exactly as they are known, texts in three
languages, codes, how finely a place is shown, and how words are compared (folded, their stems,
legal forms). No table and no query.
"""
