"""Words in any script and spelling: which cards they find and how well each fits (`query`, by
look-ups of `full_text`), what may have been meant instead (`interpretations`, `likeness`), the name
that somebody begins to type (`completion`), and one search over all kinds (`across`).
"""
