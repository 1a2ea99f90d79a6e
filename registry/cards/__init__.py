"""The public truth: a record is public exactly when it has a card. A change set marks what was
written, the flush writes the cards and all that they are found by, inside the same transaction
and under change numbers; and what stands in a card is given out by `read`. Kinds of record declare
themselves; what is known of some here (places have a parent) is in `index` and
`reach`.
"""
