#!/usr/bin/env python3
"""Writes what each target begins with to corpus/: the texts of the project's own tests, templates and
demonstration, so that nothing has to be kept up to date here. `CASEBOOK` names the program."""

import os
import re
import struct
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CORPUS = HERE / "corpus"
CASEBOOK = os.environ.get("CASEBOOK", str(ROOT / "target/debug/casebook"))


def constants(path):
    """The texts that a Rust file declares by name."""
    source = (ROOT / path).read_text()
    found = {}
    for name, raw, plain in re.findall(
        r'const (\w+): &(?:\'static )?str =\s*(?:r#"(.*?)"#|"((?:[^"\\]|\\.)*)")\s*;', source, re.S
    ):
        plain = re.sub(r"\\\n\s*", "", plain)
        plain = plain.replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t")
        found[name] = raw or plain
    return found


def put(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def transport(name, rows):
    """A SAS transport file of version 5 with texts of 20 bytes, laid out as in TS-140."""

    def header(what, tail="0" * 30):
        return f"HEADER RECORD*******{what:<8}HEADER RECORD!!!!!!!{tail:<32}".encode()

    headings, *observed = rows
    described = b""
    for at, heading in enumerate(headings):
        one = struct.pack(">hhhh", 2, 0, 20, at + 1) + f"{heading:<8}{'':<68}".encode()
        described += (one + struct.pack(">i", 20 * at)).ljust(140, b"\0")
    texts = b"".join(f"{cell:<20}".encode() for row in observed for cell in row)
    pad = lambda part: part.ljust(-(-len(part) // 80) * 80)
    return b"".join([
        header("LIBRARY"), b"SAS     SAS     SASLIB  9.4     Linux".ljust(160),
        header("MEMBER", "0" * 17 + "1600000000140"), header("DSCRPTR"),
        f"SAS     {name:<8}SASDATA 9.4     Linux".encode().ljust(160),
        header("NAMESTR", f"000000{len(headings):04}" + "0" * 20), pad(described),
        header("OBS"), pad(texts),
    ])


# A sheet of an .xlsx with each kind of cell, its shared strings and its styles.
SHEET = """<worksheet><dimension ref="A1:F3"/><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>age_years</t></is></c>
<c r="C1" t="str"><v>enrolment_date</v></c><c r="D1" t="s"><v>1</v></c></row>
<row r="2"><c r="A2" t="str"><v>ward/1</v></c><c r="B2"><f>50+3</f><v>53</v></c><c r="C2" s="1"><v>45356.5</v></c>
<c r="D2" t="s"><v>1</v></c><c r="E2" t="b"><v>1</v></c><c r="F2" t="e"><v>#N/A</v></c></row>
<row r="3"><c r="A3"><f t="shared" ref="A3:A4" si="0">A2</f></c><c r="C3" t="d"><v>2024-03-05T14:20:00</v></c></row>
</sheetData><mergeCells count="1"><mergeCell ref="A4:B4"/></mergeCells></worksheet>
--
<sst count="2" uniqueCount="2"><si><t>patient</t></si><si><r><t>se</t></r><r><t>x</t></r></si></sst>
--
<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts>
<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>"""


def workbooks():
    """The template and a filled one, packed."""
    folder = CORPUS / "work"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    run = lambda *words: subprocess.run([CASEBOOK, *words], cwd=folder, check=True, capture_output=True)
    run("demo")
    run("-r", "demo.db", "template", "empty.xlsx")
    run("-r", "demo.db", "template", "filled.xlsx", "--fill")
    for book in ["empty.xlsx", "filled.xlsx"]:
        put("workbook", book, b"\0" + (folder / book).read_bytes())
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


def main():
    for case in [*(ROOT / "src/commands/demo/cases").glob("*.toml"), ROOT / "src/import/template.toml"]:
        put("case_toml", case.name, case.read_text())
    put("case_json", "case.json", constants("tests/cli/import.rs")["SAME_IN_JSON"])
    for at, text in enumerate([
        "HbA1c=6.8 %", "AFP=<0.9 ng/mL", "ALT=not-done", "AFP=34 unit not reported",
        "PLT=1.5e2 10^9/L", "eGFR=at-target", "FPG=7.1±0.2 mmol/L", "HbA1c=51 mmol/mol",
    ]):
        put("value", str(at), text)
    for at, text in enumerate(["W0,W4±1,W12±2", "D-7,D0,W4-3d+1w,M6±2w,Y1", "W12±3d"]):
        put("schedule", str(at), text)
    tables = constants("tests/cli/import_table.rs")
    for name in ["WARD", "LAB", "ENROLMENT"]:
        put("text_table", name, tables[name])
    put("text_table", "mapped", "a;b;c;d;e\n1;05.03.2024 08:30;7,1;9,1;x\n2;2024-03-05;-;-99;\n")
    put("text_table", "wide", tables["LAB"].encode("utf-16"))
    put("text_table", "chinese", tables["LAB"].encode("gb18030"))
    put("map", "table", tables["MAP"])
    redcap = constants("tests/cli/import_redcap.rs")
    put("map", "redcap", redcap["MAP"])
    put("redcap", "export", redcap["DATA"] + "--\n" + redcap["DICTIONARY"])
    put("redcap", "labels", redcap["LABELLED"] + "--\n" + redcap["DICTIONARY"])
    sdtm = constants("tests/cli/import_sdtm.rs")
    for name in ["DM", "EX", "AE"]:
        put("sdtm", name, "\2" + sdtm[name])
        rows = [line.split(",") for line in sdtm[name].splitlines()]
        put("sdtm", f"{name}.xpt", b"\0" + transport(name, rows))
    put("sdtm", "LB", "\1" + sdtm["LB"])
    put("phenopackets", "packet", constants("src/import/phenopackets/tests.rs")["PACKET"])
    put("fhir", "bundle", constants("src/import/fhir/tests.rs")["BUNDLE"])
    put("fhir", "lines", constants("tests/cli/import_fhir.rs")["LINES"])
    ods = re.search(r'let text = "(<o><table:table table:name=\\"patients.*?)";',
                    (ROOT / "src/import/workbook/mod.rs").read_text(), re.S)
    put("workbook", "ods", "\1" + re.sub(r"\\\n\s*", "", ods[1]).replace('\\"', '"'))
    put("workbook", "sheet", "\2" + SHEET)
    workbooks()


main()
