"""The gazetteer: places, how they lie in one another, their names and codes, and how many records
there are in each (`counts`). `atlas` draws; what is true of Belarus alone stands there. It may
import what is below the apps: staff, records, pages, lists, cards.
"""
