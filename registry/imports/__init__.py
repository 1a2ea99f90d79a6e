"""Tables and files that others wrote, on their way in: read, compared and looked at, and written as
one act that can be undone."""
