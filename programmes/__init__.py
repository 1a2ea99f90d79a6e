"""What and when: programmes, their editions, initiatives and events, with their roles, places and
figures; the agenda, calendars and IATI. It may import organisations and all rooms of `registry`
but `site` and `reconciliation`, which stand above it.
"""
