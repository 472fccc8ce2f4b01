"""Reference values for src/statistics/granularity.rs, in fractions, by trying every sum and every count.

    cd tests/reference && python3 granularity.py

writes, beside itself:
  granularity.csv  kind, print, decimals, n, value_decimals, answer

`mean` rows answer whether some sum of n values with so many decimals has a mean that is rounded to the print,
a half either way; `percentage` rows list the counts out of n that are rounded to the print.
"""

import csv
import random
from fractions import Fraction

random.seed(20261128)


def is_printed(value, printed, decimals):
    return abs(value - printed) <= Fraction(1, 2 * 10**decimals)


with open("granularity.csv", "w", newline="") as file:
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["kind", "print", "decimals", "n", "value_decimals", "answer"])
    for _ in range(500):
        decimals, value_decimals, n = random.randint(0, 3), random.randint(0, 1), random.randint(1, 60)
        units = random.randint(-20, 12 * 10**decimals)
        printed = Fraction(units, 10**decimals)
        sums = range(-30 * n * 10**value_decimals, 30 * n * 10**value_decimals)
        possible = any(is_printed(Fraction(s, n * 10**value_decimals), printed, decimals) for s in sums)
        out.writerow(["mean", float(printed), decimals, n, value_decimals, "yes" if possible else "no"])
    for _ in range(500):
        decimals, n = random.randint(0, 2), random.randint(1, 150)
        printed = Fraction(random.randint(0, 100 * 10**decimals), 10**decimals)
        if random.random() < 0.4:
            printed = Fraction(round(Fraction(random.randint(0, n) * 100 * 10**decimals, n)), 10**decimals)
        counts = [k for k in range(n + 1) if is_printed(Fraction(100 * k, n), printed, decimals)]
        out.writerow(["percentage", float(printed), decimals, n, "", " ".join(map(str, counts))])
