"""Small disks in memory, which a test may fill or take away; root alone may mount them."""

import os
import subprocess
from contextlib import contextmanager

import pytest


@contextmanager
def disk(folder, megabytes):
    """An empty disk in this folder, over what lies there."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("nobody but root may mount a disk, and not in every container")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder):
    """To the last byte."""
    with (folder / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1 << 12)):
                pass
        except OSError:
            return


def make_read_only(folder):
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
