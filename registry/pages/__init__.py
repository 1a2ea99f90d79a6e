"""Cards as pages: the page of a list and of one record, the controls beside a list, search over
all kinds, JSON-LD, and the template tags. It may import the API's formats, for each page says
how to take its data.
"""
