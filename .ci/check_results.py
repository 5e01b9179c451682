#!/usr/bin/env python3
"""Reads results of flexcap the way their users do, and fails at the first thing that is not as it says.

    check_results.py RESULT...

Every RESULT is a directory with a `datapackage.json`. Each CSV in it is read with pandas and held against the package:
its columns, that no key comes twice, and that every key of a file is found in its parent. The parents are what the
package declares as foreign keys, and those that follow from what the columns mean (JOINS).
"""

import json
import sys
from pathlib import Path

import pandas as pd

REPLICATION = ("", ["replication"], "replications", "", ["replication"])


def of(kinds, column, where=""):
    """The rows of a file (all, or those `where`) whose column names an entity of one of these types."""
    return (where, [column], "summary", f"entity_type in {kinds}", ["entity"])


POOL, WORKLOAD, SERVICE = ["pool"], ["workload", "service"], ["service"]

# For each file: which rows, which of their columns, and the file, rows and columns where they must be found.
JOINS = {
    "summary": [],
    "replications": [],
    "bands": [],
    "costs": [REPLICATION, ("", ["category", "entity"], "summary", "", ["metric", "entity"])],
    "allocation": [REPLICATION, of(POOL, "pool"), of(WORKLOAD, "workload")],
    "fleet": [REPLICATION, of(POOL, "pool")],
    "services": [REPLICATION, of(SERVICE, "service")],
    "jobs": [REPLICATION, of(WORKLOAD, "workload")],
    "moves": [
        REPLICATION,
        of(POOL, "pool"),
        of(WORKLOAD, "from", "`from` != 'idle'"),
        of(WORKLOAD, "to", "to != 'idle'"),
    ],
    "events": [REPLICATION, of(POOL, "entity", "kind in ['failure', 'repair']")],
}


def keys(frame, where, columns):
    """The distinct values of some columns in some rows, as tuples."""
    if where:
        frame = frame.query(where)
    return set(frame[columns].drop_duplicates().itertuples(index=False, name=None))


def check(result):
    package = json.loads((result / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    frames = {}
    for name, resource in resources.items():
        # Text stays text: a pool may be called `nan` or `7`.
        texts = [field["name"] for field in resource["schema"]["fields"] if field["type"] == "string"]
        frame = pd.read_csv(
            result / resource["path"],
            dtype=dict.fromkeys(texts, str),
            keep_default_na=False,
            na_values=[""],
        )
        declared = [field["name"] for field in resource["schema"]["fields"]]
        assert list(frame.columns) == declared, f"{name}: columns {list(frame.columns)}, declared {declared}"
        for field in resource["schema"]["fields"]:
            column, kind = frame[field["name"]], field["type"]
            if kind in ("integer", "number") and len(column):
                assert pd.api.types.is_numeric_dtype(column), f"{name}.{field['name']} is {column.dtype}"
            if kind in ("date", "datetime"):
                pd.to_datetime(column, format="ISO8601", utc=True)
        key = resource["schema"]["primaryKey"]
        assert not frame.duplicated(key).any(), f"{name}: {key} is no key"
        frames[name] = frame

    joined = 0
    for name, resource in resources.items():
        assert name in JOINS, f"{name} is new: say in JOINS what its columns point at"
        joins = list(JOINS[name])
        for foreign in resource["schema"].get("foreignKeys", []):
            reference = foreign["reference"]
            joins.append(("", foreign["fields"], reference["resource"], "", reference["fields"]))
        for where, columns, parent, parent_where, parent_columns in joins:
            lost = keys(frames[name], where, columns) - keys(frames[parent], parent_where, parent_columns)
            assert not lost, f"{name}: {columns} {sorted(lost)[:3]} are not in {parent}.{parent_columns}"
            joined += 1
    rows = sum(len(frame) for frame in frames.values())
    print(f"{result}: {len(frames)} files, {rows} rows, {joined} joins hold")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for result in sys.argv[1:]:
        check(Path(result))


if __name__ == "__main__":
    main()
