"""Makes derived.csv: indices computed with 50 decimal digits from their published formulas, to hold
src/domain/derived.rs against another route. Run in this folder: python3 derived.py

CKD-EPI 2021: Inker LA et al., N Engl J Med 2021;385:1737-1749 (constants as on kidney.org,
ckd-epi-creatinine-equation-2021). HOMA: Matthews DR et al., Diabetologia 1985;28:412-419. With
C-peptide: Li X et al. 2004. Values are drawn with a fixed seed.
"""

import csv
import random
from decimal import Decimal, getcontext

getcontext().prec = 50
random.seed(20261124)


def draw(low, high, digits):
    return Decimal(random.randint(round(low * 10**digits), round(high * 10**digits))).scaleb(-digits)


def power(base, exponent):
    return (exponent * base.ln()).exp()


def egfr(creatinine, age, sex):
    kappa, alpha = (Decimal("0.7"), Decimal("-0.241")) if sex == "female" else (Decimal("0.9"), Decimal("-0.302"))
    ratio = creatinine / kappa
    value = Decimal(142) * power(Decimal("0.9938"), age)
    value *= power(ratio, alpha) if ratio < 1 else power(ratio, Decimal("-1.2"))
    return value * Decimal("1.012") if sex == "female" else value


rows = []
for _ in range(200):
    sex = random.choice(["female", "male"])
    creatinine, age = draw(0.2, 9, 2), draw(18, 95, 0)
    rows.append(("egfr", creatinine, age, sex, egfr(creatinine, age, sex)))
for creatinine in (Decimal("0.7"), Decimal("0.9")):  # where the two branches meet
    for sex in ("female", "male"):
        rows.append(("egfr", creatinine, Decimal(50), sex, egfr(creatinine, Decimal(50), sex)))
for _ in range(50):
    glucose, insulin, c_peptide = draw(3.6, 25, 1), draw(1, 60, 1), draw(50, 2000, 0)
    above = glucose - Decimal("3.5")
    rows.append(("homa_ir", glucose, insulin, "", insulin * glucose / Decimal("22.5")))
    rows.append(("homa_b", glucose, insulin, "", 20 * insulin / above))
    rows.append(("homa_ir_cp", glucose, c_peptide, "", Decimal("1.5") + glucose * c_peptide / 2800))
    rows.append(("homa_islet_cp_dm", glucose, c_peptide, "", Decimal("0.27") * c_peptide / above))
    weight, height, dose = draw(35, 180, 1), draw(130, 210, 1), draw(0, 150, 0)
    rows.append(("bmi", weight, height, "", weight / (height / 100) ** 2))
    rows.append(("insulin_intensity", dose, weight, "", dose / weight))
    total, hdl = draw(3.5, 12, 2), draw(0.4, 3, 2)
    rows.append(("non_hdl", total, hdl, "", total - hdl))

with open("derived.csv", "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["index", "first", "second", "sex", "value"])
    writer.writerows((*row[:4], f"{row[4]:.20f}") for row in rows)
