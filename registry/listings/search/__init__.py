"""Words in any script and spelling: which cards they find and how well each fits (`query`), what
may have been meant instead (`interpretations`, `likeness`), the name that somebody begins to type
(`completion`), and one search over all kinds (`across`).
"""
