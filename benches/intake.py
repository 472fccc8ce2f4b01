#!/usr/bin/env python3
"""How fast does a large table come in, with all checks, its log and its provenance?

    python3 benches/intake.py                          100,000 patients: 9.5 million rows, 3 rounds
    python3 benches/intake.py --patients 10000         a tenth of it
    python3 benches/intake.py --no-duckdb              without the peer

Makes a CSV file of one row a measurement from a fixed seed (patients x 5 visits x 20 analytes, one in
twenty left out), then in turn, as whole processes:

1. `casebook import FILE.csv` into a new registry, every value checked, logged, committed to the disk;
2. DuckDB's `CREATE TABLE ... AS SELECT * FROM read_csv(...)` into a new file, which checks nothing.

Both sides must end with the same number of rows and the same sum of HbA1c. DuckDB is installed with pip
into a folder of its own beside the build; its start is not counted. Prints medians, the ratio within each
round, and the peak memory of each process.
"""

import argparse
import csv
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LABELS = ["W0", "W4", "W12", "W24", "W52"]
MEASURED = 20
DUCKDB = """
import duckdb, sys, time
file, table = sys.argv[1:3]
start = time.perf_counter()
duck = duckdb.connect(table)
duck.execute("SET enable_progress_bar = false")
duck.execute(f"CREATE TABLE measurement AS SELECT * FROM read_csv('{file}')")
duck.execute("CHECKPOINT")
print(time.perf_counter() - start)
print(duck.execute("SELECT count(*) FROM measurement").fetchone()[0])
print(duck.execute("SELECT sum(value) FROM measurement WHERE analyte = 'hba1c'").fetchone()[0])
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--patients", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--program", type=Path, help="another build than target/release/casebook")
    arguments.add_argument("--no-duckdb", action="store_true")
    options = arguments.parse_args()
    program = str((options.program or build()).resolve())
    python = None if options.no_duckdb else duckdb_python()
    with tempfile.TemporaryDirectory(dir=target()) as folder:
        os.chdir(folder)
        rows, total = make_table(program, "large.csv", options.patients)
        size = os.path.getsize("large.csv") / 1e6
        print(f"{options.patients} patients, {rows} rows, {size:.0f} MB; {options.rounds} rounds\n")
        ours, theirs, memory = [], [], {}
        for turn in range(options.rounds):
            sides = [("casebook", lambda: ours.append(casebook(program, rows, total, memory)))]
            if python:
                sides.append(("DuckDB", lambda: theirs.append(duckdb(python, rows, total, memory))))
            for _, side in sides if turn % 2 == 0 else reversed(sides):
                side()
        size = os.path.getsize("large.db") / 1e6
        print(f"casebook import    {statistics.median(ours):8.2f} s   peak {memory['casebook']:.0f} MB"
              f"   {rows / statistics.median(ours):,.0f} rows a second; file {size:.0f} MB")
        if python:
            ratios = [a / b for a, b in zip(ours, theirs)]
            print(f"DuckDB read_csv    {statistics.median(theirs):8.2f} s   peak {memory['DuckDB']:.0f} MB")
            print(f"ratio              {statistics.median(ratios):8.2f}     ({min(ratios):.2f} to {max(ratios):.2f})")


def target():
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def build():
    program = target() / "release" / "casebook"
    if not program.exists():
        subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    return program


def duckdb_python():
    folder = target() / "duckdb"
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "duckdb"], check=True)
    return str(python)


def make_table(program, name, patients):
    """One row a measurement; how many, and the sum of HbA1c as it is printed."""
    listed = subprocess.run([program, "analyte", "list", "--format", "csv"], capture_output=True,
                            text=True, check=True).stdout
    listed = list(csv.DictReader(listed.splitlines()))
    analytes = [listed[at * len(listed) // MEASURED] for at in range(MEASURED)]
    draw = random.Random(20261124)
    rows, total = 0, 0.0
    with open(name, "w", newline="") as file:
        file.write("patient,visit,analyte,value,unit\n")
        for patient in range(1, patients + 1):
            lines = []
            for label in LABELS:
                for analyte in analytes:
                    if draw.random() < 0.05:
                        continue
                    low, high = float(analyte["query_min"]), float(analyte["query_max"])
                    value = f"{low + (high - low) * (0.05 + 0.9 * draw.random()):.2f}"
                    unit = "" if analyte["unit"] == "no unit" else analyte["unit"]
                    lines.append(f"{patient},{label},{analyte['key']},{value},{unit}\n")
                    if analyte["key"] == "hba1c":
                        total += float(value)
            rows += len(lines)
            file.write("".join(lines))
    return rows, total


def run(command, memory, side):
    """Seconds from start to exit and what was printed; the peak memory of this very process is noted."""
    with tempfile.TemporaryFile("w+") as told:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        text = told.read()
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{text[-2000:]}")
    memory[side] = max(memory.get(side, 0), usage.ru_maxrss / 1024)
    return seconds, text


def casebook(program, rows, total, memory):
    for file in Path(".").glob("large.db*"):
        file.unlink()
    subprocess.run([program, "-r", "large.db", "init", "-q", "--schedule", "W0,W4±1,W12±2,W24±4,W52±4"],
                   check=True, stdout=subprocess.DEVNULL)
    command = [program, "-r", "large.db", "import", "large.csv", "--report", "bench",
               "--report-kind", "registry extract", "-q"]
    seconds, _ = run(command, memory, "casebook")
    with sqlite3.connect("file:large.db?mode=ro", uri=True) as file:
        agree(file.execute("SELECT count(*) FROM measurement").fetchone()[0], rows)
        agree(file.execute("""SELECT sum(m.value) FROM measurement m JOIN analyte a ON a.id = m.analyte_id
                              WHERE a.key = 'hba1c'""").fetchone()[0], total)
    return seconds


def duckdb(python, rows, total, memory):
    Path("large.duckdb").unlink(missing_ok=True)
    _, told = run([python, "-c", DUCKDB, "large.csv", "large.duckdb"], memory, "DuckDB")
    seconds, counted, summed = (float(line) for line in told.split())
    agree(counted, rows)
    agree(summed, total)
    return seconds


def agree(found, expected):
    if abs(found - expected) > 1e-9 * abs(expected):
        sys.exit(f"the sides disagree: {found} where {expected} was made")


if __name__ == "__main__":
    shutil.which("cargo") or sys.exit("cargo is needed and was not found")
    main()
