"""Reads a Hubstead store through its command line: `hubstead list --json`, a page at a time.

    python3 read_json.py STORE [TYPE]
"""

import json
import subprocess
import sys


def entities(store: str, *filters: str):
    """All entities that match, as dictionaries."""
    cursor: list[str] = []
    while True:
        command = ["hubstead", "list", "--store", store, "--json", "--limit", "100", *filters, *cursor]
        page = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        yield from page["entities"]
        if "cursor" not in page:
            return
        cursor = ["--cursor", page["cursor"]]


if __name__ == "__main__":
    kinds = ["--type", sys.argv[2]] if len(sys.argv) > 2 else []
    for entity in entities(sys.argv[1], *kinds):
        print(entity["id"], entity["version"], json.dumps(entity["data"], sort_keys=True))
