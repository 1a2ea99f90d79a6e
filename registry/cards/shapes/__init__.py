"""What the values of cards look like. A shape is said once, beside the field that makes the value,
and from it follow its JSON Schema, its columns in a table, the words that the search reads in it,
and the texts that the scan reads.
"""
