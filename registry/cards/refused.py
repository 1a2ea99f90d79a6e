class Refused(Exception):
    """An act that the rules do not allow, with the sentence for the person who tried it.

    `hits` are what the scan found; a second person may publish in spite of them, with a reason.
    """

    def __init__(self, sentence, hits=()):
        super().__init__(sentence)
        self.sentence, self.hits = sentence, list(hits)
