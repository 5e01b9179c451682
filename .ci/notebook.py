#!/usr/bin/env python3
"""Runs the Python blocks of docs/notebook.md as a reader would, and fails unless they all print the same table.

    notebook.py FOLDER

FOLDER has `results/starter`, the result that the page reads. Every block is a program of five lines.
"""

import csv
import io
import re
import subprocess
import sys
from pathlib import Path

LINES = 5


def blocks(page):
    """The page's Python blocks, by the heading above each."""
    found = re.findall(r"^## ([^\n]+)\n+```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(found) == len({name for name, _ in found}) == page.count("```python"), "a block has no heading"
    return found


def printed(block, folder):
    """What a block prints, as rows with their numbers read."""
    done = subprocess.run([sys.executable, "-c", block], cwd=folder, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    header, *rows = csv.reader(io.StringIO(done.stdout))
    return header, [[row[0]] + [f"{float(cell):.9g}" for cell in row[1:]] for row in rows]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    page = Path(__file__).resolve().parent.parent / "docs" / "notebook.md"
    tables = {}
    for name, block in blocks(page.read_text(encoding="utf-8")):
        assert len(block.splitlines()) <= LINES, f"{name} has more than {LINES} lines"
        tables[name] = printed(block, sys.argv[1])
    (first, expected), *others = tables.items()
    assert len(expected[1]) >= 4, f"{first} prints {expected}"
    for name, table in others:
        assert table == expected, f"{name} prints {table}, {first} {expected}"
    print(f"{', '.join(tables)}: the same {len(expected[1])} rows")


if __name__ == "__main__":
    main()
