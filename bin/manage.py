"""A command of manage.py as the service runs it: sudo python3 /srv/registry/bin/manage.py backup

Reads ENVIRONMENT_FILE (/etc/registry.env, for root's eyes alone) as systemd does, and becomes
REGISTRY_USER (registry), whose files the database's are. Who is not root runs it as who they are.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = os.environ.get("ENVIRONMENT_FILE", "/etc/registry.env")
USER = os.environ.get("REGISTRY_USER", "registry")


def variables():
    """The environment with what the file says: NAME=value in a line, quotes around it or none."""
    try:
        lines = Path(FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        sys.exit(
            f"{FILE} is not there: write it as docs/operate.md says, or name another one with "
            "ENVIRONMENT_FILE=…"
        )
    pairs = (line.strip().partition("=") for line in lines if line.strip()[:1] not in ("", "#"))
    told = {name: value[1:-1] if value[:1] in ('"', "'") else value for name, _, value in pairs}
    return {**os.environ, **told}


def manage(release, *arguments, as_root=False):
    """Runs it with the code of that folder; its return code."""
    person = {} if as_root or os.geteuid() else {"user": USER, "group": USER, "extra_groups": []}
    python = release / ".venv" / "bin" / "python"
    done = subprocess.run([python, "manage.py", *arguments], cwd=release, env=variables(), **person)
    return done.returncode


if __name__ == "__main__":
    sys.exit(manage(ROOT / "current", *sys.argv[1:]))
