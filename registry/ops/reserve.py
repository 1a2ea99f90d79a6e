"""Room on the disk that is kept for a withdrawal.

Withdrawing writes, and when the disk is full SQLite cannot: what endangers people would stay in
public until somebody makes room. So a file of no content lies beside the database; a withdrawal
that finds no room takes it away first. With PostgreSQL the room is a matter of its own server.
"""

import logging
import shutil
from pathlib import Path

from django.db import connection

logger = logging.getLogger(__name__)

MB = 1_000_000
ROOM = 64 * MB  # a withdrawal that rewrites 5,000 records takes some 50


def missing():
    """What is wrong with the room, or None. Makes the reserve if it is not there."""
    file = place()
    if file is None:
        return None
    kept = keep(file)
    if kept and free(file) >= ROOM:
        return None
    return f"the disk is nearly full: less than {ROOM // MB} MB are free" + (
        "" if kept else ", and none are kept for a withdrawal"
    )


def place():
    """The file, or None where the database is no file of ours."""
    if connection.vendor != "sqlite" or not Path(connection.settings_dict["NAME"]).is_file():
        return None
    return Path(f"{connection.settings_dict['NAME']}.reserve")


def keep(file):
    """Whether the reserve is there, written in full: a file with holes would keep no room."""
    try:
        if file.stat().st_size == ROOM:
            return True
    except FileNotFoundError:
        pass
    if free(file) < 2 * ROOM:
        return False
    try:
        with file.open("wb") as written:
            for _ in range(ROOM // MB):
                written.write(bytes(MB))
    except OSError:
        file.unlink(missing_ok=True)
        return False
    return True


def give():
    """Before a withdrawal: the reserve goes if there is no other room."""
    file = place()
    if file is not None and free(file) < ROOM and file.exists():
        file.unlink(missing_ok=True)
        logger.warning("The disk is nearly full: its reserve was given to a withdrawal")


def free(file):
    return shutil.disk_usage(file.parent).free
