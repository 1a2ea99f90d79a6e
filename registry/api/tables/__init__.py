"""Cards as rows: which columns each shape of value has (`columns`), their titles in three
languages (`titles`), and the table of a collection (`table`).
"""
