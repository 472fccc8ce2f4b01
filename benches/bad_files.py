#!/usr/bin/env python3
"""What does a file take that is made to break its reader, or is wrong in every part?

    python3 benches/bad_files.py              makes each in a folder of its own, imports it and removes it
    python3 benches/bad_files.py xlsx toml    only those whose name has one of these in it

Builds target/release/casebook if it is missing. Prints the peak of memory and the time of each import, and
what it says. Goal: nothing above a gigabyte, and no file waited for.
"""

import gzip
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CASEBOOK = ROOT / "target/release/casebook"
MB = 1 << 20
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CASE = b'{"report": {"key": "b", "kind": "case report"}, "patient": [{"label": "1", "visit": [{"label": "W0", "values": ['
TOML = b'[report]\nkey = "b"\nkind = "case report"\n[[patient]]\nlabel = "1"\n[[patient.visit]]\nlabel = "W0"\nvalues = ['
SET = b'{"datasetJSONVersion": "1.1.0", "name": "LB", "columns": [{"name": "USUBJID"}], "rows": ['
LB = b"STUDYID,DOMAIN,USUBJID,LBTESTCD,LBORRES,LBORRESU,VISIT\n"
TABLE = b"patient,visit,HbA1c (%)\n"
ROW = b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>patient</v></c></row><row r="2">'
ODS = b'<o><table:table table:name="a"><table:table-row>'
CELL = b'<table:table-cell office:value-type="string"><text:p>'
WIDE = b'<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>'


def pieces(head, part, count, tail=b""):
    """A text of so many equal parts, a megabyte at a time."""
    yield head
    many = max(1, MB // len(part))
    for _ in range(count // many):
        yield part * many
    yield part * (count % many) + tail


def plain(*text):
    def write(path):
        with open(path, "wb") as file:
            file.writelines(pieces(*text))

    return write


def packed(*text):
    def write(path):
        with gzip.open(path, "wb", 1) as file:
            for piece in pieces(*text):
                file.write(piece)

    return write


def archive(**parts):
    """Parts of a workbook by short names; each is what `pieces` takes."""

    def write(path):
        book = b'<workbook xmlns:r="%s"><sheets><sheet name="patients" sheetId="1" r:id="a"/></sheets></workbook>'
        link = b'<Relationships><Relationship Id="%s" Type="%s/%s" Target="%s"/></Relationships>'
        usual = {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": link % (b"r", OFFICE, b"officeDocument", b"xl/workbook.xml"),
            "xl/workbook.xml": book % OFFICE,
            "xl/_rels/workbook.xml.rels": link % (b"a", OFFICE, b"worksheet", b"worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": b"<worksheet><sheetData/></worksheet>",
        }
        names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml",
                 "styles": "xl/styles.xml", "content": "content.xml"}
        given = {names[name]: text for name, text in parts.items()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, text in usual.items():
                if name not in given and "content.xml" not in given:
                    file.writestr(name, text)
            for name, text in given.items():
                with file.open(name, "w", force_zip64=True) as part:
                    for piece in pieces(*text):
                        part.write(piece)

    return write


def fhir(path):
    """A bundle as programs write it: all in one line."""
    one = ('{"resource": {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": '
           '"http://loinc.org", "code": "4548-4"}]}, "subject": {"reference": "Patient/P%d"}, '
           '"effectiveDateTime": "20%02d-03-05", "valueQuantity": {"value": 9.1, "code": "%%"}}}')
    all = ", ".join(one % (at % 3000, at // 3000) for at in range(100_000))
    path.write_text('{"resourceType": "Bundle", "entry": [' + all + "]}")


def fields(path):
    names = ", ".join(f'"f{at}": 1' for at in range(300_000))
    path.write_text('{"subject": {"id": "P1"}, %s, "phenotypicFeatures": []}' % names)


def tables(path):
    path.write_text("".join(f"[a{at}]\nb=1\n" for at in range(1_000_000)))


FILES = [
    ("one cell of 1 GB.csv", plain(TABLE + b"1,W0,", b"9", 1024 * MB, b"\n")),
    ("a quote never closed, 1 GB.csv", plain(TABLE + b'1,W0,"', b"9\n", 512 * MB)),
    ("one cell of 1 GB.csv.gz", packed(TABLE + b"1,W0,", b"9", 1024 * MB, b"\n")),
    ("300 cells of 1 MB.csv", plain(TABLE, b"1,W0," + b"x" * MB + b"\n", 300)),
    ("rows of one observation, 200 MB.csv", plain(LB, b"S1,LB,S1-9,ALT,20,U/L,W0\n", 8 * MB)),
    ("values, 300 MB.json", plain(CASE, b'"HbA1c=7 %", ', 24 * MB, b'""]}]}]}')),
    ("a value repeated.json", plain(CASE, b'"HbA1c=7 %", ', 400_000, b'"HbA1c=7 %"]}]}]}')),
    ("values that are none.json", plain(CASE, b"0,", 3_900_000, b"0]}]}]}")),
    ("more values than are read.json", plain(b'{"report": [', b"1,", 31 * MB, b"1]}")),
    ("300,000 names of fields.json", fields),
    ("a bundle in one line, 25 MB.json", fhir),
    ("observations, 200 MB.json", plain(SET, b'["S1-9", "ALT", "20", "U/L"],\n', 7 * MB, b"[]]}")),
    ("a value repeated.toml", plain(TOML, b'"HbA1c=7 %", ', 200_000, b"]\n")),
    ("as many values as are read.toml", plain(b"a = [", b"1,", 3_900_000, b"1]\n")),
    ("nothing but mistakes.toml", plain(b"", b"=\n", 2 * MB)),
    ("a million tables.toml", tables),
    ("a text of 250 MB.xlsx", archive(sheet=(ROW + b'<c r="A2" t="inlineStr"><is><t>', b"a", 250 * MB))),
    ("a cell in 60,000 runs.xlsx",
     archive(sheet=(ROW + b'<c r="A2" t="inlineStr"><is>', b"<r><t>" + b"a" * 4000 + b"</t></r>", 60_000,
                    b"</is></c></row></sheetData></worksheet>"))),
    ("12 million empty texts.xlsx", archive(strings=(b"<sst>", b"<si/>", 12 * MB, b"</sst>"))),
    ("800,000 styles.xlsx", archive(styles=(b"<styleSheet><cellXfs>", b"<xf/>", 800_000, b"</cellXfs></styleSheet>"))),
    ("a text of 250 MB.ods", archive(content=(ODS + CELL, b"a", 250 * MB))),
    ("1 MB in every column.ods",
     archive(content=(ODS + WIDE, b"a", MB - 1, b"</text:p></table:table-cell></table:table-row></table:table></o>"))),
    ("17 million sheets.ods", archive(content=(b"<o>", b"<table:table/>", 17 * MB, b"</o>"))),
]


def made(write, path):
    """Write it in a process of its own: what this one takes would count as the program's."""
    child = os.fork()
    if child == 0:
        write(path)
        os._exit(0)
    os.waitpid(child, 0)


def measure(folder, name):
    format = ["--as", "sdtm"] if "observation" in name else []
    begun = time.monotonic()
    child = subprocess.Popen([CASEBOOK, "import", name, "--report", "a", "--dry-run", *format], cwd=folder,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = child.stdout.read().split("\n")[0]
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.monotonic() - begun
    said = said.replace(f"error: {name} ", "").removeprefix("error: ")[:70]
    print(f"| {name} | {used.ru_maxrss // 1024} MB | {seconds:.1f} s | {said} |", flush=True)


def main():
    if not CASEBOOK.exists():
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=ROOT, check=True)
    wanted = sys.argv[1:] or [""]
    with tempfile.TemporaryDirectory() as folder:
        for line in (["init"], ["report", "add", "a", "--kind", "case series"]):
            subprocess.run([CASEBOOK, *line], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for name, write in FILES:
            if any(part in name for part in wanted):
                made(write, Path(folder) / name)
                measure(folder, name)
                (Path(folder) / name).unlink()


main()
