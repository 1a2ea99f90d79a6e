"""What a record is: entries, their parts, sources and terms as models, how they become cards
(`fields`, `serializers`), and their own lists. Every write of them is marked (`listeners`). It may
import pages, API, lists and cards, and knows nothing of acts and rights.
"""
