"""Installs or upgrades a registry in production: make upgrade [VERSION=tag] [RESTART="…"]

    releases/COMMIT   the code of a version, its messages and static files
    environments/…    the packages of a lock, shared by the releases that have the same
    current           leads to the release that is served

All that takes time is made beside what runs; only then the database is brought up to date,
`current` led on, and the service restarted. What fails before that leaves the running registry as
it was. The new processes write the cards anew (`manage.py due`), and readers are served meanwhile.
"""

import contextlib
import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys

from manage import ROOT, manage

CURRENT = ROOT / "current"
HALFWAY = (
    "The tables may have changed in part: what runs goes on, but would not start again. Mend the "
    "cause and upgrade again, or restore the backup that was made just now."
)


def main(version="", restart="", backup="yes"):
    alone()
    release, before = prepare(commit_of(version)), CURRENT.resolve() if CURRENT.exists() else None
    step(release, "compilemessages", "-v0", as_root=True)
    if before and before != release and (before / "staticfiles").exists():
        # Pages that were sent before ask for the files of then.
        static = release / "staticfiles"
        shutil.copytree(before / "staticfiles", static, copy_function=linked, dirs_exist_ok=True)
    step(release, "collectstatic", "--no-input", "-v0", as_root=True)
    step(release, "check", "--deploy", "--fail-level", "WARNING")
    step(release, "ready", "--not-newer")
    if before and backup != "no":
        step(before, "backup", hint="Set BACKUPS to a folder, or give BACKUP=no.")
    step(release, "migrate", "-v0", hint=HALFWAY)
    step(release, "cards", "--renew")
    point(CURRENT, release)
    tidy({release, before})
    if not restart:
        verb = "restart" if before else "start"
        print(f"Now {verb} the service: systemctl {verb} registry")
    elif subprocess.call(shlex.split(restart)):
        sys.exit(f"{release.name} is in place, but this failed: {restart}")


def linked(source, target):
    """The file at `target` as well, unless one is there: of a release that is served once more."""
    with contextlib.suppress(FileExistsError):
        os.link(source, target)


def alone():
    """Until this process ends: two at once would write into the same folders."""
    held = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("Another upgrade is at work here: wait until it has ended.")


def commit_of(version):
    """The commit to serve: what is named, else the newest of the branch, else what is here."""
    if git("remote").strip():
        git("fetch", "--quiet", "--tags", "--force")
    named = [version] if version else ["@{upstream}", "HEAD"]
    for each in named:
        found = git("rev-parse", "--verify", "--quiet", f"{each}^{{commit}}", check=False).strip()
        if found:
            return found
    sys.exit(f"There is no version {version}. `git tag` names those that there are.")


def prepare(commit):
    """The folder of the release, with its environment; made beside and moved when it is whole."""
    release = ROOT / "releases" / commit[:12]
    if not release.exists():
        part = release.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        # Python 3.11.2, that of Debian 12, knows no `filter` in `tarfile`, and 3.14 wants one.
        unpack = ["tar", "--extract", "--no-same-owner", "--no-same-permissions", "-C", part]
        subprocess.run(unpack, input=git("archive", commit, text=False), check=True)
        part.rename(release)
    lock = (release / "requirements.txt").read_bytes()
    environment = ROOT / "environments" / hashlib.sha256(lock).hexdigest()[:12]
    command = [sys.executable, "bin/environment.py", "requirements.txt", environment]
    if subprocess.call(command, cwd=release):
        sys.exit("The packages could not be installed: the reason stands above.")
    point(release / ".venv", environment)
    return release


def step(release, *arguments, hint="", as_root=False):
    print(f"{release.name}: {' '.join(arguments)}", flush=True)
    if manage(release, *arguments, as_root=as_root):
        sys.exit(f"Stopped at `{arguments[0]}`; what is served has not changed. {hint}".strip())


def point(link, target):
    """The link leads to the target, from one moment to the next."""
    made = link.with_name(f".{link.name}.new")
    made.unlink(missing_ok=True)
    made.symlink_to(target)
    made.replace(link)


def tidy(kept):
    """Nothing is left of releases before the last, nor of environments that none of them has."""
    releases = [each for each in (ROOT / "releases").iterdir() if each not in kept]
    for release in releases:
        shutil.rmtree(release)
    used = {(each / ".venv").resolve() for each in (ROOT / "releases").iterdir()}
    for environment in (ROOT / "environments").iterdir():
        if environment.resolve() not in used:
            shutil.rmtree(environment)


def git(*arguments, check=True, text=True):
    done = subprocess.run(["git", "-C", ROOT, *arguments], stdout=subprocess.PIPE, text=text)
    if check and done.returncode:
        sys.exit(f"git {arguments[0]} failed: its message stands above.")
    return done.stdout


if __name__ == "__main__":
    main(*sys.argv[1:])
