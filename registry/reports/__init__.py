"""What readers ask of the staff: the form, the queue, who may read which kind of message. Beside
`keys`, above the staff's site.
"""
