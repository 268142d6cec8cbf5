#!/usr/bin/env python3
"""Measures provlog beside the sqlite3 shell, both as durable, and prints a table in Markdown.

usage: benches/compare.py [ROWS] [RUNS]        (default: 1,000,000 rows, medians of 5 runs)

Needs the sqlite3 shell and openssl; builds the release program itself. Times are wall times, alternating between the
two sides; every database is on disk (fsync) before its clock stops.
"""
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROVLOG = os.path.join(ROOT, "target", "release", "provlog")
rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5

SQL = """PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE t (provided_on TEXT, recipient TEXT, address TEXT, representative TEXT, principal_id TEXT,
  principal_name TEXT, items TEXT, purpose TEXT, note TEXT);
CREATE INDEX t1 ON t (provided_on); CREATE INDEX t2 ON t (recipient);
CREATE INDEX t3 ON t (principal_id); CREATE INDEX t4 ON t (principal_name);
.mode csv
.import --skip 1 {csv} t
PRAGMA wal_checkpoint(TRUNCATE);
PRAGMA synchronous; PRAGMA journal_mode; PRAGMA cache_size;
"""


def run(command, cwd, **more):
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, **more)
    return time.perf_counter() - start, done.stdout


def clear(folder):
    for name in os.listdir(folder):
        if name.startswith(("provlog.db", "shell.db")):
            os.remove(os.path.join(folder, name))
    os.sync()


def main():
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        csv = os.path.join(folder, "history.csv")
        with open(csv, "w", encoding="utf-8") as f:
            subprocess.run([sys.executable, os.path.join(ROOT, "benches", "generate.py"), str(rows)], stdout=f, check=True)
        t = {name: [] for name in ("import", "shell", "verify", "openssl")}
        sizes = (0, 0)
        pragmas = ""
        for _ in range(runs):
            clear(folder)
            run([PROVLOG, "init", "--operator", "Sample"], folder)
            t["import"].append(run([PROVLOG, "-q", "import", csv, "--basis", "opt-out"], folder)[0])
            t["verify"].append(run([PROVLOG, "verify"], folder)[0])
            t["openssl"].append(run(["openssl", "dgst", "-sha256", csv], folder)[0])
            elapsed, printed = run(["sqlite3", "shell.db"], folder, input=SQL.format(csv=csv))
            t["shell"].append(elapsed)
            pragmas = " ".join(printed.split())
            sizes = [os.path.getsize(os.path.join(folder, n)) for n in ("provlog.db", "shell.db")]
        m = {name: statistics.median(values) for name, values in t.items()}
        shell = subprocess.run(["sqlite3", "--version"], capture_output=True, text=True).stdout.split()[0]
        cpu = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?")
        print(f"{rows:,} rows, {os.path.getsize(csv) / 1e6:.0f} MB of CSV; medians of {runs}; {cpu}, {os.cpu_count()} cores, "
              f"{platform.system()}; sqlite3 shell {shell} (journal, checkpoint, synchronous, journal, cache: {pragmas})\n")
        print("| what | provlog | against | ratio |\n|---|---|---|---|")
        print(f"| import, durable, four lookups | {m['import']:.2f} s | sqlite3 .import, four indexes, WAL, FULL: {m['shell']:.2f} s | {m['import'] / m['shell']:.2f} |")
        print(f"| file size | {sizes[0] / 1e6:.0f} MB | {sizes[1] / 1e6:.0f} MB | {sizes[0] / sizes[1]:.2f} |")
        print(f"| verify | {m['verify']:.2f} s | openssl dgst -sha256 of the CSV: {m['openssl']:.2f} s | {m['verify'] / m['openssl']:.2f} |")


main()
