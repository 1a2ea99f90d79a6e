"""Cards as rows: the table of a collection (`table`), and what a cell may hold (`cells`)."""
