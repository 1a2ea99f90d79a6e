"""Cards as data: the views of collections, their description in OpenAPI, links, formats of files
and the tables that they hold. A new format is a class in `formats`; the columns of a table are
named in `tables`.
"""
