#!/usr/bin/env python3
"""How long does a person wait for a command? Whole processes, from start to exit, side by side.

    python3 benches/commands.py                 about half a minute
    python3 benches/commands.py --rounds 200    steadier figures

Builds target/release/casebook if it is missing. Needs the sqlite3 shell; uses strace if it is there.

1. Start and one small query, beside /bin/true and the sqlite3 shell answering a comparable SELECT.
   Goal: at most 5 ms.
2. `visit add` of one visit with 4 values, beside the sqlite3 shell inserting the very same rows, log
   entry included, into a copy of the file with the same durability. Goal: at most 1.5 times the shell.
3. The same two in a registry of 1,000 patients.

The sides of a comparison take turns; a ratio is the median of the ratios within the rounds.
"""

import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOAL_MS, GOAL_RATIO = 5.0, 1.5
VALUES = ["HbA1c=6.8 %", "FPG=7.1 mmol/L", "ALT=21 U/L", "AST=19 U/L"]
TIMEPOINTS = "SELECT name, target_day, first_day, last_day FROM timepoint ORDER BY target_day;"
REPORTS = """SELECT r.key, r.kind, r.year, count(p.patient_id), min(i.number), max(i.number),
    min(q.follow_up_days), max(q.follow_up_days), r.adverse_events
    FROM report r JOIN patient_report p ON p.report_id = r.id JOIN patient q ON q.id = p.patient_id
    LEFT JOIN infusion i ON i.patient_id = q.id GROUP BY r.id ORDER BY r.id;"""
SHOW = """SELECT * FROM patients WHERE patient = '{0}'; SELECT * FROM infusions WHERE patient = '{0}';
    SELECT m.* FROM measurements m WHERE m.patient = '{0}';"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--rounds", type=int, default=60)
    arguments.add_argument("--program", type=Path, help="another build than target/release/casebook")
    options = arguments.parse_args()
    bench = Bench(options.program or build(), find("sqlite3"), options.rounds)
    # Beside the build, not in /tmp: a folder in memory would make every fsync free.
    with tempfile.TemporaryDirectory(dir=target()) as folder:
        os.chdir(folder)
        bench.environment["HOME"] = folder
        bench.run_all()


def target():
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def build():
    program = target() / "release" / "casebook"
    if not program.exists():
        subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    return program


def find(name):
    return shutil.which(name) or sys.exit(f"{name} is needed and was not found")


class Bench:
    def __init__(self, program, shell, rounds):
        self.program, self.shell, self.rounds = str(program.resolve()), shell, rounds
        self.environment = {"PATH": os.environ["PATH"], "CASEBOOK_ACTOR": "bench"}

    def run_all(self):
        version = subprocess.run([self.shell, "--version"], capture_output=True, text=True)
        print(f"{self.rounds} rounds; sqlite3 shell {version.stdout.split()[0]}\n")
        self.casebook("-r", "demo.db", "demo", "--quiet")
        self.starts("demo.db", "huang-2025/1", "demonstration, 25 patients")
        self.visits("demo.db", "demonstration, 25 patients")
        self.make_large("large.db")
        self.starts("large.db", "large/500", "1,000 patients")
        self.visits("large.db", "1,000 patients")

    # The two comparisons -------------------------------------------------------------------------

    def starts(self, registry, patient, title):
        ask = [self.program, "-r", registry]
        shell = [self.shell, "-batch", registry]
        sides = {
            "/bin/true": ["/bin/true"],
            "casebook --version": [self.program, "--version"],
            "sqlite3 SELECT 1": [*shell, "SELECT 1;"],
            "casebook timepoint list": [*ask, "timepoint", "list"],
            "sqlite3 timepoints": [*shell, TIMEPOINTS],
            "casebook summary reports": [*ask, "summary", "reports"],
            "sqlite3 reports": [*shell, REPORTS],
            "casebook show PATIENT": [*ask, "show", patient],
            "sqlite3 patient": [*shell, SHOW.format(patient)],
        }
        beside = {
            "casebook timepoint list": "sqlite3 timepoints",
            "casebook summary reports": "sqlite3 reports",
            "casebook show PATIENT": "sqlite3 patient",
        }
        names = list(sides)
        times = {name: [] for name in names}
        for at in range(-3, self.rounds):
            for name in names[at % len(names) :] + names[: at % len(names)]:
                taken = self.milliseconds(sides[name])
                if at >= 0:  # the first three warm the caches
                    times[name].append(taken)
        rows = []
        for name in names:
            of_shell, verdict = None, ""
            if name in beside:
                of_shell = ratio(times[name], times[beside[name]])
                # A summary of a thousand patients is no small query.
                if registry == "demo.db" or "summary" not in name:
                    verdict = goal(statistics.median(times[name]), GOAL_MS)
            rows.append((name, times[name], ratio(times[name], times["/bin/true"]), of_shell, verdict))
        table(f"Start and one query ({title})", rows, "of true", "of shell")
        self.system_calls(sides, [name for name in names if name.startswith("casebook")])

    def visits(self, registry, title):
        # Patients take turns, so that nobody has many more visits than patients have.
        patients = [key for (key,) in sqlite3.connect(registry).execute("SELECT key FROM patient")]
        labels = [f"B{at}" for at in range(self.rounds + 3)]

        def add(file, label):
            patient = patients[int(label[1:]) * 37 % len(patients)]
            return [self.program, "-r", file, "visit", "add", patient, label, *VALUES]

        # Once untimed, to learn what casebook writes for each visit.
        scripts = []
        shutil.copy(registry, "recorded.db")
        for label in labels:
            shutil.copy("recorded.db", "before.db")
            self.run(add("recorded.db", label))
            scripts.append(script_of("before.db", "recorded.db"))
        shutil.copy(registry, "own.db")
        shutil.copy(registry, "shell.db")
        times = {"casebook visit add": [], "sqlite3, the same rows": []}
        for at, (label, script) in enumerate(zip(labels, scripts)):
            sides = [
                ("casebook visit add", add("own.db", label)),
                ("sqlite3, the same rows", [self.shell, "-batch", "-bail", "shell.db", script]),
            ]
            for name, command in sides[:: 1 if at % 2 else -1]:
                taken = self.milliseconds(command)
                if at >= 3:
                    times[name].append(taken)
        if content("shell.db") != content("recorded.db"):
            sys.exit("the shell did not write what casebook wrote: the comparison is void")
        names = list(times)
        own = ratio(times[names[0]], times[names[1]])
        rows = [
            (names[0], times[names[0]], None, own, goal(own, GOAL_RATIO)),
            (names[1], times[names[1]], None, None, ""),
        ]
        rows_of = script.count("INSERT INTO")
        table(f"One visit of 4 values, {rows_of} rows ({title})", rows, "", "of shell")
        shutil.copy("before.db", "shell.db")  # has not yet the last visit
        last = {names[0]: add("own.db", "B9999"), names[1]: [self.shell, "-batch", "shell.db", script]}
        self.system_calls(last, names)

    # Making and running --------------------------------------------------------------------------

    def make_large(self, registry):
        lines = ['[report]\nkey = "large"\nkind = "trial arm"\nsimulated = true\nyear = 2026\n']
        for at in range(1, 1001):
            lines.append(f'[[patient]]\nlabel = "{at}"\nsex = "female"\nage = {30 + at % 50}\n')
            lines.append("[[patient.infusion]]\nnumber = 1\nday = 0\ncells = \"6e7\"\n")
            for week in (0, 4, 12, 24):
                values = [f'"HbA1c={6 + at % 40 / 10} %"', f'"FPG={5 + at % 60 / 10} mmol/L"']
                values += [f'"ALT={10 + at % 30} U/L"', f'"AST={10 + at % 25} U/L"']
                label = f'label = "W{week}"'
                lines.append(f"[[patient.visit]]\n{label}\nvalues = [{', '.join(values)}]\n")
        Path("large.toml").write_text("\n".join(lines))
        self.casebook("-r", registry, "init", "--title", "Large", "--schedule", "W0,W4±1,W12±2,W24±4")
        start = time.perf_counter()
        self.casebook("-r", registry, "import", "large.toml")
        print(f"(importing 1,000 patients with 16,000 values took {time.perf_counter() - start:.1f} s)\n")

    def casebook(self, *arguments):
        self.run([self.program, *arguments])

    def run(self, command):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)[:200]} failed:\n{done.stderr}")

    def milliseconds(self, command):
        """From start to exit; nothing of Python's stands between but spawn and wait."""
        to_null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1)]
        start = time.perf_counter()
        child = os.posix_spawn(command[0], command, self.environment, file_actions=to_null)
        _, status = os.waitpid(child, 0)
        taken = (time.perf_counter() - start) * 1e3
        if status != 0:
            sys.exit(f"{' '.join(command)[:200]} failed")
        return taken

    def system_calls(self, sides, names):
        """What each side asks of the system, if strace is there to count."""
        strace = shutil.which("strace")
        if not strace:
            return
        for name in names:
            traced = [strace, "-f", "-o", "strace.txt", *sides[name]]
            self.run(traced)
            lines = Path("strace.txt").read_text(errors="replace").splitlines()
            calls = [line.split(maxsplit=1)[1].split("(")[0] for line in lines if "(" in line]
            kinds = {"fsync": 0, "fdatasync": 0, "fcntl": 0, "pread64": 0, "pwrite64": 0}
            counts = ", ".join(f"{calls.count(kind)} {kind}" for kind in kinds if kind in calls)
            print(f"  {name}: {len(calls)} system calls ({counts})")
        print()


# What casebook wrote -----------------------------------------------------------------------------


def script_of(before, after):
    """The SQL that brings `before` to `after`: plain inserts, as one durable transaction."""
    connection = sqlite3.connect(after)
    connection.execute("ATTACH ? AS old", [before])
    lines = ["PRAGMA foreign_keys = ON;", "PRAGMA synchronous = FULL;", "BEGIN IMMEDIATE;"]
    for table_name in tables(connection):
        # table_info leaves out generated columns.
        columns = [row[1] for row in connection.execute(f"PRAGMA main.table_info({table_name})")]
        names, quoted = ", ".join(columns), " || ', ' || ".join(f"quote({name})" for name in columns)
        new = f"SELECT {names} FROM main.{table_name} EXCEPT SELECT {names} FROM old.{table_name}"
        gone = f"SELECT {names} FROM old.{table_name} EXCEPT SELECT {names} FROM main.{table_name}"
        if connection.execute(gone).fetchone():
            sys.exit(f"visit add changed rows of {table_name}: this bench replays inserts only")
        for (values,) in connection.execute(f"SELECT {quoted} FROM ({new})"):
            lines.append(f"INSERT INTO {table_name} ({names}) VALUES ({values});")
    connection.close()
    return "\n".join([*lines, "COMMIT;"])


def tables(connection):
    return [name for (name,) in connection.execute(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY rowid")]


def content(path):
    connection = sqlite3.connect(path)
    rows = {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
            for name in tables(connection)}
    connection.close()
    return rows


# Figures -----------------------------------------------------------------------------------------


def ratio(own, other):
    return statistics.median(a / b for a, b in zip(own, other))


def goal(figure, limit):
    return f"goal {limit:g}: {'met' if figure <= limit else 'MISSED'}"


def table(title, rows, first, second):
    print(title)
    print(f"  {'':28}{'median ms':>10}{'min ms':>9}{first:>9}{second:>10}")
    for name, times, of_first, of_second, verdict in rows:
        cells = [f"{of:.2f}" if of else "" for of in (of_first, of_second)]
        figures = f"{statistics.median(times):>10.2f}{min(times):>9.2f}{cells[0]:>9}{cells[1]:>10}"
        print(f"  {name:28}{figures}  {verdict}".rstrip())
    print()


if __name__ == "__main__":
    main()
