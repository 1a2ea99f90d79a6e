"""The picture of a record that others show beside a link to it: Open Graph's preview.

What it says (`words`), how that is drawn (`drawing`), and its address (`views`). Drawn when it is
asked for, of the public card: no file is kept that a withdrawal would have to find.
"""
