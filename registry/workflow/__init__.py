"""How an entry moves: its acts and who may do them, withdrawal and bringing back, what its texts
would give away (`scan`), what would show a place more finely (`finer_places`), what stands
between it and its readers, and the commands for it. It stands on the records and is asked by
the staff's site; it tells the cards who guards a change (`registry.cards.guard`).
"""
