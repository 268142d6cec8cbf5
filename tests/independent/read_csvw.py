"""Reads records.csv by its metadata with somebody else's CSVW reader (Python's `csvw`) and prints the rows as JSON Lines.

usage: read_csvw.py METADATA; any warning of the reader is an error.
"""
import json
import sys
import warnings

from csvw import CSVW

warnings.simplefilter("error")
warnings.filterwarnings("ignore", category=DeprecationWarning)
(table,) = CSVW(sys.argv[1]).tables
for row in table.iterdicts(strict=False):
    print(json.dumps(row, default=str, ensure_ascii=False))
