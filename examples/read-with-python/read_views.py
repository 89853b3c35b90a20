"""Reads a Hubstead store through its SQL views: entities by type and status, and the newest changes.

    python3 read_views.py STORE
"""

import json
import sqlite3
import sys
from pathlib import Path


def main(path: str) -> None:
    # Read-only: another program's store is only looked at.
    store = sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True)
    for kind, status, count in store.execute(
        "SELECT type, status, count(*) FROM entities GROUP BY type, status ORDER BY type, status"
    ):
        print(f"{kind} {status}: {count}")
    for entity, kind, fields, author in store.execute(
        'SELECT entity, kind, "set", author FROM changes ORDER BY position DESC LIMIT 3'
    ):
        names = ", ".join(sorted(json.loads(fields or "{}")))
        print(f"{kind} {entity} by {author or 'nobody'}: {names}")


if __name__ == "__main__":
    main(sys.argv[1])
