"""Who: organisations with their names, numbers, seats and life events. They know nothing of
programmes, which stand above them; they may import places, staff, workflow and what is below.
"""
