"""Installs a lock into .venv, or another folder: python3 bin/environment.py requirements-dev.txt

Runs on the machine's own Python before anything is installed, so it uses the standard library
alone, and syntax that an old Python can read far enough to say that it is too old.
"""

import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENVIRONMENT = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, ".venv")
PYTHON = os.path.join(ENVIRONMENT, "bin", "python")


def main(lock):
    began = time.time()
    if sys.version_info < (3, 11):
        sys.exit(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]} at "
            f"{sys.executable}. Name another with: make PYTHON=…"
        )
    if is_installed(lock):
        print("environment: as locked", flush=True)
        return
    print(f"environment: installing {lock} …", flush=True)
    make = [sys.executable, "-m", "venv", "--clear", ENVIRONMENT]
    if not works(PYTHON, "-m", "pip", "--version") and subprocess.call(make) != 0:
        sys.exit(
            "This Python cannot make virtual environments. On Debian and Ubuntu the package is "
            f"python3-venv (or python3.{sys.version_info[1]}-venv)."
        )
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.call(command + ["--require-hashes", "-r", os.path.join(ROOT, lock)]) != 0:
        sys.exit(f"pip could not install {lock}: its message stands above.")
    with open(stamp(lock), "w", encoding="utf-8") as installed:
        installed.write(read(os.path.join(ROOT, lock)))
    print(f"environment: {time.time() - began:.1f} s", flush=True)


def works(*command):
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def is_installed(lock):
    """The copy of the lock that was installed last is the lock as it is now."""
    return os.path.exists(PYTHON) and read(stamp(lock)) == read(os.path.join(ROOT, lock))


def stamp(lock):
    return os.path.join(ENVIRONMENT, "installed-" + lock)


def read(path):
    try:
        with open(path, encoding="utf-8") as text:
            return text.read()
    except OSError:
        return None


if __name__ == "__main__":
    main(sys.argv[1])
