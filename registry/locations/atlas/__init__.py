"""The maps: outlines, where words and dots go on them, and SVG. Plain data in, numbers out:
nothing here reads the database or knows a language. All that is Belarus alone is here.
"""
