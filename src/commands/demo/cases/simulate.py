"""Writes simulated-1.toml … simulated-9.toml, the invented cohort of `casebook demo`.

Every patient here is invented for demonstration. No person stands behind any of them, no value was
taken from a publication, and nothing about the treatment can be learned from them. What is real is
the form: the units, spellings, gaps and doses are those seen in print. `plan.py` says who is in
which report; here is what is measured in them, and how it is written down.

    python3 simulate.py

needs Python 3.10 or later and nothing else, and writes the same bytes at each run: the only source
of randomness is `random()`, which Python keeps stable, seeded by SEED and the patient's key. A
patient added or changed therefore leaves the others as they are.
"""

import datetime
import math
import random
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # nothing but the nine files

from plan import REPORTS  # noqa: E402

# Chosen so that the cohort looks like one: a fall of HbA1c in most and a rise in one or two, and
# insulin lowered only in those who improve.
SEED = 11423
WIDTH = 96

# ------------------------------------------------------------------ the invented biology

# How much of the full change is reached on a day: HbA1c follows over weeks, glucose within days.
SLOW = [(0, 0.0), (28, 0.45), (84, 1.0), (168, 0.85)]
FAST = [(0, 0.0), (28, 0.80), (84, 1.0), (168, 0.85)]


def reached(day, curve):
    """The part of the full change on this day, straight between the points of the curve."""
    for (day_a, part_a), (day_b, part_b) in zip(curve, curve[1:]):
        if day <= day_b:
            return part_a + (part_b - part_a) * max(day - day_a, 0) / (day_b - day_a)
    return curve[-1][1]


class Person:
    """One invented patient: what they are like, and what would be measured on a day."""

    def __init__(self, key, sex):
        self.draw = random.Random(f"{SEED} {key}").random
        female = sex == "female"
        self.age = 38 + int(34 * self.draw())
        self.duration = self.between(2, min(22, self.age - 30))
        self.height = self.between(152, 167) if female else self.between(164, 180)
        self.weight = self.between(23.5, 31) * (round(self.height) / 100) ** 2
        self.hba1c = min(max(8.9 + 0.75 * self.normal(), 7.6), 10.4)
        # Higher starts fall further, as anywhere.
        self.change = -1.1 - 0.35 * (self.hba1c - 8.9) + 0.70 * self.normal()
        self.fpg = 0.45 * self.normal()
        self.meal = 4.0 + 1.2 * self.normal()
        self.fcp, self.fcp_gain = self.between(0.30, 0.80), self.between(0.0, 0.22)
        self.meal_fcp = self.between(1.8, 2.8)
        self.fins = self.between(6, 16)
        self.tg, self.hdl = self.between(1.0, 2.7), self.between(0.9, 1.5)
        self.ldl = self.between(1.9, 3.9)
        self.alt = self.between(14, 46)
        self.creatinine = self.between(48, 76) if female else self.between(62, 96)
        self.crp = self.between(0.8, 6.5)
        self.afp = 0.5 + 4.5 * self.draw() * self.draw()
        self.cea = 0.3 + 3.0 * self.draw() * self.draw()
        self.ca199 = 1.0 + 24 * self.draw() * self.draw()
        self.il6 = self.between(2.0, 6.5)
        self.sbp = self.between(122, 148)

    def between(self, low, high):
        return low + (high - low) * self.draw()

    def normal(self):
        """Nearly normal, by sums alone: the same on every machine."""
        return math.fsum(self.draw() for _ in range(12)) - 6

    def near(self, value, spread):
        return value * (1 + spread * self.normal())

    def on(self, day):
        """Every analyte on this day, in the first of its UNITS."""
        slow, fast = reached(day, SLOW), reached(day, FAST)
        glucose_driver = self.hba1c + self.change * fast
        values = {"HbA1c": self.hba1c + self.change * slow + 0.1 * self.normal()}
        values["FPG"] = max(1.3 * glucose_driver - 2.5 + self.fpg + 0.3 * self.normal(), 4.6)
        values["2hPG"] = values["FPG"] + max(self.meal + 0.5 * self.normal(), 1.5)
        values["PPG"] = values["FPG"] + max(self.meal + 0.4 + 0.5 * self.normal(), 1.5)
        values["FCP"] = self.near(self.fcp * (1 + self.fcp_gain * slow), 0.04)
        values["2hCP"] = self.near(values["FCP"] * self.meal_fcp, 0.04)
        values["FINS"] = self.near(self.fins * (1 - 0.08 * slow), 0.05)
        values["TG"] = self.near(self.tg * (1 - 0.08 * slow), 0.07)
        values["HDL-C"] = self.near(self.hdl, 0.03)
        values["LDL-C"] = self.near(self.ldl * (1 - 0.04 * slow), 0.05)
        values["TC"] = values["HDL-C"] + values["LDL-C"] + values["TG"] / 2.2
        values["ALT"] = self.near(self.alt * (1 - 0.06 * slow), 0.07)
        values["Creatinine"] = self.near(self.creatinine, 0.035)
        values["CRP"] = self.near(self.crp, 0.18)
        values["hs-CRP"] = values["CRP"] * 0.6
        values["AFP"], values["CEA"] = self.near(self.afp, 0.08), self.near(self.cea, 0.08)
        values["CA19-9"] = self.near(self.ca199, 0.08)
        values["IL-6"] = self.near(self.il6, 0.1)
        values["Fructosamine"] = 150 + 18 * glucose_driver + 5 * self.normal()
        values["Weight"] = self.weight * (1 - 0.008 * slow) + 0.3 * self.normal() * (day > 0)
        values["SBP"] = self.near(self.sbp, 0.03)
        return values


# analyte: {unit in its plainest spelling: (printed per simulated unit, added, decimals)}
UNITS = {
    "HbA1c": {"%": (1, 0, 1), "mmol/mol": (10.93135, -23.52427, 0)},
    "FPG": {"mmol/l": (1, 0, 1), "mg/dl": (18.0156, 0, 0)},
    "2hPG": {"mmol/l": (1, 0, 1), "mg/dl": (18.0156, 0, 0)},
    "PPG": {"mmol/l": (1, 0, 1), "mg/dl": (18.0156, 0, 0)},
    "FCP": {"nmol/l": (1, 0, 2), "pmol/l": (1000, 0, 0), "ng/ml": (3.0203, 0, 2)},
    "2hCP": {"nmol/l": (1, 0, 2), "pmol/l": (1000, 0, 0), "ng/ml": (3.0203, 0, 2)},
    "FINS": {"miu/l": (1, 0, 1), "uiu/ml": (1, 0, 1), "pmol/l": (6, 0, 0)},
    "HOMA-IR": {"": (1, 0, 2)},
    "TC": {"mmol/l": (1, 0, 2), "mg/dl": (38.665, 0, 0)},
    "TG": {"mmol/l": (1, 0, 2), "mg/dl": (88.543, 0, 0)},
    "HDL-C": {"mmol/l": (1, 0, 2), "mg/dl": (38.665, 0, 0)},
    "LDL-C": {"mmol/l": (1, 0, 2), "mg/dl": (38.665, 0, 0)},
    "ALT": {"u/l": (1, 0, 0), "iu/l": (1, 0, 0), "ukat/l": (1 / 60, 0, 2)},
    "Creatinine": {"umol/l": (1, 0, 0), "mg/dl": (1 / 88.402, 0, 2)},
    "CRP": {"mg/l": (1, 0, 1), "mg/dl": (0.1, 0, 2)},
    "hs-CRP": {"mg/l": (1, 0, 1)},
    "AFP": {"ng/ml": (1, 0, 1), "ug/l": (1, 0, 1)},
    "CEA": {"ng/ml": (1, 0, 1), "ug/l": (1, 0, 1)},
    "CA19-9": {"u/ml": (1, 0, 1), "ku/l": (1, 0, 1)},
    "IL-6": {"pg/ml": (1, 0, 1)},
    "Fructosamine": {"umol/l": (1, 0, 0)},
    "Weight": {"kg": (1, 0, 1)},
    "SBP": {"mmhg": (1, 0, 0)},
}

# Below these a laboratory prints only that it is below, in the first of UNITS.
DETECTION = {"AFP": 0.9, "CEA": 0.5, "CA19-9": 2.0, "CRP": 1.0, "hs-CRP": 0.5}


# ------------------------------------------------------------------ what a laboratory prints


def rule(lab, name):
    """Printed per simulated unit, what is added, and decimals."""
    plain = lab.units[name].replace("\u00b5", "u").replace("\u03bc", "u").lower()
    factor, added, decimals = UNITS[name][plain]
    return factor, added, decimals + (name in lab.finer.split())


def print_value(lab, name, value):
    factor, added, decimals = rule(lab, name)
    limit = DETECTION.get(name)
    sign, value = ("<", limit) if limit and value < limit else ("", value)
    return f"{sign}{value * factor + added:.{decimals}f}", lab.units[name]


def print_values(lab, names, values):
    """The measurements of these names as (number, unit)."""
    printed = {name: print_value(lab, name, values[name]) for name in names if name in values}
    if "HOMA-IR" in names:
        # From what is printed beside it, so that a reader who checks finds it right.
        product = 1
        for name in ("FPG", "FINS"):
            factor, added, _ = rule(lab, name)
            product *= (float(printed[name][0]) - added) / factor
        printed["HOMA-IR"] = (f"{product / 22.5:.2f}", "")
    return {name: printed[name] for name in names}


# ------------------------------------------------------------------ writing it down


class Bare(str):
    """A number as printed: 6.80 keeps its zero."""


def toml(value):
    """A value on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Bare | int | float):
        return str(value)
    assert '"' not in value and "\\" not in value, value
    return f'"{value}"'


def folded(items):
    """A list on as many lines as it needs; tables have one each."""
    rows = [[]]
    for item in items:
        text = toml(item)
        full = len("    " + ", ".join([*rows[-1], text]) + ",") > WIDTH
        if rows[-1] and (full or isinstance(item, dict)):
            rows.append([])
        rows[-1].append(text)
    return "\n".join(["[", *(f"    {', '.join(row)}," for row in rows), "]"])


def table(head, fields):
    """A table with its equals signs below each other; what is None is left out."""
    fields = {key: value for key, value in fields.items() if value is not None}
    width = max(map(len, fields))
    lines = [head]
    for key, value in fields.items():
        line = f"{key:<{width}} = {toml(value)}"
        if isinstance(value, list) and len(line) > WIDTH:
            line = f"{key:<{width}} = {folded(value)}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def times_ten(number):
    """A number of cells as reports print it: 7.4×10^7."""
    power = len(str(int(number))) - 1
    return f"{number / 10**power:.1f}×10^{power}"


INFUSION = (
    "number", "day", "date", "product", "route", "delivery_site", "cells", "cells_per_kg", "dose",
    "volume_ml", "viability_percent", "passage", "premedication", "note",
)  # fmt: skip

ATC = {  # of 2024
    "metformin": "A10BA02",
    "gliclazide": "A10BB09",
    "vildagliptin": "A10BH02",
    "sitagliptin": "A10BH01",
    "empagliflozin": "A10BK03",
    "insulin glargine": "A10AE04",
}


def medication(text):
    """A dose episode from `metformin 2000 mg, -900 to 41, nausea`; only the drug must be there."""
    drug, days, reason = ([part.strip() for part in text.split(",")] + ["", ""])[:3]
    name, dose, unit = re.fullmatch(r"(\D+?)(?: (\d+) (\w+))?", drug).groups()
    start, end = re.fullmatch(r"(-?\d*)(?: to (-?\d+))?", days).groups()
    return {
        "drug": name,
        "atc": ATC[name],
        "atc_year": 2024,
        "dose_per_day": dose and Bare(dose),
        "dose_unit": unit,
        "start_day": Bare(start) if start else None,
        "end_day": end and Bare(end),
        "stop_reason": reason or None,
    }


def infusions_of(patient, weight, compact):
    """The infusions with their doses; without their numbers where they stand in one list."""
    for number, plan in enumerate(patient.infusions, 1):
        fields = plan if compact else {"number": number} | plan
        millions = fields.get("weighed")
        if millions:
            cells = times_ten(weight * millions * 1e6)
            doses = {"cells": cells, "cells_per_kg": f"{millions:g}×10^6/kg"}
            if compact:
                doses = {"cells": Bare(cells.replace("×10^", "e")), "cells_per_kg": Bare("1e6")}
            fields = fields | doses
        assert set(fields) <= {*INFUSION, "weighed"}, fields
        yield {key: fields[key] for key in INFUSION if key in fields}


def when(label, place, first_date):
    """The day of a visit, and the field that gives it: `30`, a date, or nothing but the label."""
    if not place:
        return {"W": 7, "D": 1}[label[0]] * int(label[1:]), {}
    if place.count("-") == 2:
        date, first = map(datetime.date.fromisoformat, (place, first_date))
        return (date - first).days, {"date": place}
    return int(place), {"day": int(place)}


def visit_tables(report, patient, person, visit):
    label, _, place = visit.partition("@")
    day, given = when(label, place, patient.infusions[0].get("date"))
    printed = print_values(report.laboratory, report.panel[label].split(), person.on(day))
    entries = {name: f"{name}={number} {unit}".rstrip() for name, (number, unit) in printed.items()}
    for entry in patient.instead.get(label, "").split():
        entries[entry.partition("=")[0]] = entry
    order = report.panel["W0"].split()
    entries = {name: entries[name] for name in sorted(entries, key=order.index)}
    long = [name for name in entries if (label, name) in patient.long]
    short = [entry for name, entry in entries.items() if name not in long]
    fields = {"label": label} | given | patient.visit_more.get(label, {}) | {"values": short}
    yield table("[[patient.visit]]", fields)
    for name in long:
        number, unit = printed[name]
        value = number if number.startswith("<") else Bare(number)
        fields = {"analyte": name, "value": value, "unit": unit} | patient.long[label, name]
        yield table("[[patient.visit.measurement]]", fields)


def patient_tables(report, patient):
    person = Person(f"{report.fields['key']}/{patient.label}", patient.sex)
    told = {
        "label": patient.label,
        "sex": patient.sex,
        "age": person.age,
        "diagnosis": "T2DM",
        "diabetes_duration_years": round(person.duration),
        "height_cm": round(person.height),
        "follow_up": patient.follow_up,
    } | patient.more
    told = {key: value for key, value in told.items() if key not in patient.untold.split()}
    infusions = list(infusions_of(patient, person.weight, report.compact))
    if report.compact:
        yield table("[[patient]]", told | {"infusion": infusions})
    else:
        yield table("[[patient]]", told)
        yield from (table("[[patient.infusion]]", infusion) for infusion in infusions)
    for visit in patient.visits.split():
        yield from visit_tables(report, patient, person, visit)
    yield from (table("[[patient.statement]]", statement) for statement in patient.statements)
    yield from (table("[[patient.event]]", event) for event in patient.events)
    medications = map(medication, patient.medicines)
    yield from (table("[[patient.medication]]", medication) for medication in medications)


def case_file(report):
    yield (
        "# SIMULATED. Every patient in this file is invented for demonstration (simulate.py).\n"
        f"# Shows {report.shows}.\n"
    )
    yield table("[report]", report.fields)
    yield from (table("[[product]]", product) for product in report.products)
    for patient in report.patients:
        yield from patient_tables(report, patient)


def main():
    here = Path(__file__).parent
    for report in REPORTS:
        path = here / f"{report.fields['key']}.toml"
        path.write_text("\n".join(case_file(report)), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
