"""Mirrors everything public in a programme registry into one SQLite file, and keeps it so.

    python3 sync.py https://registry.example/api/v1/ mirror.sqlite3

Run it at least once a day, for example from cron: it asks for what has changed since the last run.
It may be stopped at any moment. Each page of changes is one transaction together with the number
from which to go on, so the next run continues where this one was cut off. A record that was
withdrawn is deleted here too: keep no copy of it elsewhere. When the registry was restored from a
backup, its numbers mean something else; then the mirror is emptied and read anew.

Table `records`: type, id, slug, and the record as JSON (`SELECT json_extract(record, '$.name.en')
FROM records WHERE type = 'programme'`).

Python 3.9 or newer and nothing else. A key, if you have one, stands in REGISTRY_API_KEY. This file
may be copied and changed (BSD 3-Clause, as the registry).
"""

import gzip
import json
import os
import sqlite3
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

PAGE = 500  # changes in one request and one transaction
TABLES = """
CREATE TABLE IF NOT EXISTS records (
    type TEXT NOT NULL, id TEXT NOT NULL, slug TEXT, record TEXT NOT NULL, PRIMARY KEY (type, id));
CREATE TABLE IF NOT EXISTS position (registry TEXT NOT NULL, since INTEGER NOT NULL);
"""


def main(api, path):
    mirror = sqlite3.connect(path)
    mirror.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten in the file too
    mirror.executescript(TABLES)
    while read_a_page(api, mirror):
        pass
    mirror.close()


def read_a_page(api, mirror):
    """Take over the next changes; whether there are more."""
    registry, since = mirror.execute("SELECT registry, since FROM position").fetchone() or ("", 0)
    query = {"since": since, "limit": PAGE, **({"registry": registry} if registry else {})}
    page = get(f"{api.rstrip('/')}/changes/?{urlencode(query)}")
    with mirror:  # all of this or nothing
        if page is None or page["registry"] != (registry or page["registry"]):
            mirror.execute("DELETE FROM records")
            mirror.execute("DELETE FROM position")
            return True
        for change in page["changes"]:
            take(change, mirror)
        mirror.execute("DELETE FROM position")
        place = (page["registry"], page["next_since"])
        mirror.execute("INSERT INTO position VALUES (?, ?)", place)
    return page["more"]


def take(change, mirror):
    key = (change["type"], change["id"])
    if change["action"] == "withdraw":
        mirror.execute("DELETE FROM records WHERE type = ? AND id = ?", key)
    else:
        record = change["record"]
        row = (*key, record["slug"], json.dumps(record, ensure_ascii=False))
        mirror.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", row)


def get(address):
    """The reply, or None if the registry says that its numbers are not those that we have."""
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
    if key := os.environ.get("REGISTRY_API_KEY"):
        headers["Authorization"] = f"Api-Key {key}"
    while True:
        try:
            with urlopen(Request(address, headers=headers), timeout=60) as reply:
                body = reply.read()
                packed = reply.headers.get("Content-Encoding") == "gzip"
                return json.loads(gzip.decompress(body) if packed else body)
        except HTTPError as error:
            if error.code == 409:
                return None
            if error.code not in (429, 503):
                raise
            time.sleep(int(error.headers.get("Retry-After") or 10))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
