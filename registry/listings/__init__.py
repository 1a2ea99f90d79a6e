"""What a list may be asked, by a page, the API and files alike: parameters become SQL here, and
orders, facets and pages of results. It reads cards and nothing else.
"""
