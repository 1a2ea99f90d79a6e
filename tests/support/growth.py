"""How the cost of work grows with what it is given; a clock alone says what the machine is."""

import time


def growth(act, small, large):
    """Processor time of act(large) as a multiple of that of act(small), each the best of three."""
    return cost(act, large) / cost(act, small)


def cost(act, *arguments):
    """Seconds of this process, the best of three."""
    return min(_once(act, arguments) for _ in range(3))


def _once(act, arguments):
    began = time.process_time()
    act(*arguments)
    return time.process_time() - began
