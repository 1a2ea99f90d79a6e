"""How each parameter is read from an address, what it refuses, and which cards it asks for: codes,
places, records, dates, and each of them excluded.
"""
