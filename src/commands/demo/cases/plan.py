"""The plan of the invented cohort: who is in which report, and what was measured when.

Every report and every patient here is made up; `simulate.py` adds the numbers and writes the files.
"""

from dataclasses import dataclass, field


@dataclass
class Laboratory:
    """How a report prints: the unit of each analyte, and those it gives one more decimal."""

    units: dict
    finer: str


@dataclass
class Patient:
    """One patient's plan. `visits`: W4, W4@30 (day 30) or W12@2021-06-01 (a date only)."""

    label: str
    sex: str | None
    follow_up: str
    visits: str
    infusions: list
    medicines: tuple = ()  # metformin 2000 mg, first to last day, why stopped
    untold: str = ""  # fields the report leaves out
    more: dict = field(default_factory=dict)  # fields it adds
    instead: dict = field(default_factory=dict)  # visit: "ALT=not-done", in place of numbers
    visit_more: dict = field(default_factory=dict)  # visit: fields it adds there
    long: dict = field(default_factory=dict)  # (visit, analyte): fields beside the value
    statements: tuple = ()
    events: tuple = ()


@dataclass
class Report:
    """One file. `panel`: the analytes of each visit."""

    shows: str
    fields: dict
    products: list
    laboratory: Laboratory
    panel: dict
    patients: list
    compact: bool = False  # one line for each infusion


def about(number, kind, year, country, language, site, **more):
    """The fields of a report."""
    return {
        "key": f"simulated-{number}",
        "kind": kind,
        "simulated": True,
        "title": f"Simulated {kind} {number}",
        "year": year,
        "country": country,
        "language": language,
        "site": site,
        **more,
        "note": "Invented for demonstration; no person stands behind it.",
    }


def product(key, tissue=None, donor="allogeneic", **more):
    return {"key": key, "cell_type": "MSC", "donor": donor, "tissue": tissue} | more


def lab(text, finer=""):
    """A laboratory from `HbA1c %, FPG mmol/L`."""
    units = (entry.split() for entry in text.split(","))
    return Laboratory({name: " ".join(unit) for name, *unit in units}, finer)


def course(product, *days, route="intravenous", **more):
    """Infusions on these days. `weighed` is a dose per kg whose total follows from the weight."""
    return [{"day": day, "product": product, "route": route} | more for day in days]


def event(term, coded, group, grade, onset, end, **more):
    """An adverse event, coded and graded by CTCAE 5.0, whose terms are free to use."""
    return {
        "term": term,
        "coded_term": coded,
        "coded_class": group,
        "dictionary": "CTCAE 5.0",
        "onset_day": onset,
        "end_day": end,
        "ctcae_version": "5.0",
        "grade": grade,
        **more,
    }


def fever(grade, infusion, onset, action="none"):
    return event(
        "fever within 24 h", "Fever", "General disorders and administration site conditions",
        grade, onset, onset + 1, serious=False, related_to_cells="probable",
        related_to_procedure="unlikely", infusion=infusion, action=action, outcome="recovered",
    )  # fmt: skip


# ------------------------------------------------------------------ the nine reports

IN_TABLE_2 = {"source": "table 2"}
METFORMIN = "metformin 2000 mg, -900"


def glargine(*episodes):
    return tuple(f"insulin glargine {episode}" for episode in episodes)


REPORTS = [
    Report(
        "one patient, doses per kg and in all, limits of the laboratory, insulin that is stopped",
        about(
            1, "case report", 2019, "China", "Chinese", "模拟市人民医院内分泌科",
            adverse_events="none stated",
            adverse_events_for="24 wk",
            adverse_events_source={"place": "p. 3", "quote": "no adverse reaction was observed"},
        ),
        [product(
            "sim1-huc-msc", "umbilical cord", preparation="serum-free medium, normal saline",
            state="fresh", identity="CD73, CD90, CD105 95 % or more; CD34, CD45 2 % or less",
            release_tests="sterility, mycoplasma, endotoxin", lot="SIM-0117",
        )],
        lab("HbA1c %, FPG mmol/L, 2hPG mmol/L, FCP ng/mL, ALT U/L, Creatinine µmol/L, "
            "AFP ng/mL, CEA ng/mL, CA19-9 U/mL, IL-6 pg/mL, Weight kg"),
        {
            "W0": "HbA1c FPG 2hPG FCP ALT Creatinine AFP CEA CA19-9 IL-6 Weight",
            "W4": "HbA1c FPG 2hPG FCP AFP IL-6",
            "W12": "HbA1c FPG 2hPG FCP ALT Creatinine AFP CEA CA19-9 IL-6 Weight",
            "W24": "HbA1c FPG 2hPG FCP",
        },
        [Patient(
            "1", "male", "26 wk", "W0 W4@30 W12@90 W24@172",
            course("sim1-huc-msc", 0, 7, 14, weighed=1, volume_ml=100, viability_percent=94,
                   passage=4, premedication="dexamethasone 5 mg"),
            (*glargine("22 U, -410 to 29", "14 U, 30 to 89", "0 U, 90"), METFORMIN),
            instead={"W4": "FCP=figure-only"},
            visit_more={"W0": IN_TABLE_2, "W12": IN_TABLE_2},
            long={
                ("W0", "ALT"): {"lower_limit": 9, "upper_limit": 50},
                ("W12", "ALT"): {"lower_limit": 9, "upper_limit": 50},
            },
        )],
    ),
    Report(
        "a report in mg/dL that gives no dose, and a target reached without its number",
        about(
            2, "case report", 2020, "Mexico", "Spanish",
            "Hospital Simulado Señora de la Peña, Investigación Clínica",
        ),
        [product("sim2-ad-msc", "adipose tissue", "autologous", state="fresh")],
        lab("HbA1c %, FPG mg/dL, PPG mg/dL, TC mg/dL, TG mg/dL, HDL-C mg/dL, LDL-C mg/dL, "
            "Creatinine mg/dL, CRP mg/dL, Weight kg"),
        {
            "W0": "HbA1c FPG PPG TC TG HDL-C LDL-C Creatinine CRP Weight",
            "W4": "FPG PPG",
            "W12": "FPG PPG TC TG HDL-C LDL-C Creatinine Weight",
        },
        [Patient(
            "1", "female", "12 wk", "W0 W4 W12",
            course("sim2-ad-msc", 0, 28, dose="one vial, count not given"),
            (*glargine("30 U, -600 to 45", "18 U, 46"), "metformin 1700 mg, -2000"),
            untold="height_cm",
            instead={"W4": "HbA1c=not-done", "W12": "HbA1c=at-target CRP=not-reported"},
            statements=({
                "topic": "insulin dose", "visit": "W12", "finding": "decreased",
                "source": {"place": "p. 2", "quote": "se redujo la insulina", "method": "text"},
            },),
        )],
    ),
    Report(
        "two patients of whom one was followed, and a fever after the second infusion",
        about(
            3, "case series", 2021, "Vietnam", "English", "Simulated Stem Cell Institute",
            adverse_events="given", adverse_events_for="24 wk",
        ),
        [product("sim3-bm-msc", "bone marrow", "autologous", state="fresh",
                 preparation="platelet lysate medium")],
        lab("HbA1c %, FPG mmol/L, 2hPG mmol/L, FCP nmol/L, 2hCP nmol/L, FINS mIU/L, HOMA-IR, "
            "ALT IU/L, Weight kg"),
        {
            "W0": "HbA1c FPG 2hPG FCP 2hCP FINS HOMA-IR ALT Weight",
            "W4": "FPG FCP ALT",
            "W12": "HbA1c FPG 2hPG FCP 2hCP FINS HOMA-IR ALT Weight",
            "W24": "HbA1c FPG Weight",
        },
        [
            Patient(
                "1", "female", "12 mo", "W0 W4 W12 W24",
                course("sim3-bm-msc", 0, 14, weighed=1.5, viability_percent=91, passage=3),
                (METFORMIN, "gliclazide 60 mg, -900 to 28, low glucose at home"),
                instead={"W4": "HbA1c=figure-only 2hCP=figure-only"},
                long={("W12", "2hPG"): {"source": {"place": "figure 2", "method": "figure"}}},
                events=(fever(grade=1, infusion=2, onset=14),),
            ),
            Patient(
                "2", "male", "84 d", "W0",
                course("sim3-bm-msc", 0, cells_per_kg="1.5×10^6/kg", passage=3),
                ("metformin 1500 mg, -700",),
                untold="height_cm",
                more={"note": "Asked for events by telephone, not seen again."},
            ),
        ],
    ),
    Report(
        "HbA1c in mmol/mol, a date instead of a day, and limits of the laboratory",
        about(
            4, "case series", 2022, "Germany", "German", "Simulated Diabetes Centre North",
            adverse_events="none stated", adverse_events_for="12 wk",
        ),
        [product("sim4-wj-msc", "Wharton's jelly", state="frozen", lot="SIM-4-02")],
        lab("HbA1c mmol/mol, FPG mmol/l, FCP pmol/l, FINS pmol/l, HOMA-IR, ALT U/l, "
            "Creatinine µmol/l, Fructosamine µmol/l, AFP µg/l, CEA µg/l, CA19-9 kU/l, Weight kg"),
        {
            "W0": "HbA1c FPG FCP FINS HOMA-IR ALT Creatinine Fructosamine AFP CEA CA19-9 Weight",
            "W4": "HbA1c FPG Fructosamine",
            "W12": "HbA1c FPG FCP FINS HOMA-IR ALT Creatinine Fructosamine AFP CEA CA19-9 Weight",
        },
        [
            Patient(
                "1", "male", "86 d", "W0 W4 W12@2021-06-01",
                [
                    *course("sim4-wj-msc", 0, date="2021-03-08", cells="5×10^7", passage=4),
                    *course("sim4-wj-msc", 14, date="2021-03-22", cells="5×10^7", passage=4),
                ],
                (METFORMIN,),
                long={
                    ("W0", "Fructosamine"): {"lower_limit": 205, "upper_limit": 285},
                    ("W12", "Fructosamine"): {"lower_limit": 205, "upper_limit": 285},
                },
            ),
            Patient(
                "2", "female", "84 d", "W0 W4 W12",
                course("sim4-wj-msc", 0, 14, cells="5×10^7", passage=4),
                (METFORMIN, "sitagliptin 100 mg, -380 to 42, cost"),
                untold="diabetes_duration_years",
                instead={"W4": "Fructosamine=not-done", "W12": "CA19-9=not-done"},
            ),
        ],
    ),
    Report(
        "the intra-arterial route, a haematoma at the puncture, and days beside the labels",
        about(
            5, "case series", 2023, "India", "English", "Simulated Institute of Medical Sciences",
            adverse_events="given", adverse_events_for="6 mo",
        ),
        [product("sim5-bm-msc", "bone marrow", "autologous", state="fresh",
                 preparation="density gradient")],
        lab("HbA1c %, FPG mg/dl, PPG mg/dl, FCP ng/ml, ALT IU/L, Creatinine mg/dl, TC mg/dl, "
            "TG mg/dl, HDL-C mg/dl, LDL-C mg/dl, SBP mmHg, Weight kg"),
        {
            "W0": "HbA1c FPG PPG FCP ALT Creatinine TC TG HDL-C LDL-C SBP Weight",
            "W4": "HbA1c FPG PPG FCP",
            "W12": "HbA1c FPG PPG FCP ALT Creatinine TC TG HDL-C LDL-C SBP Weight",
            "W24": "HbA1c FPG FCP",
        },
        [
            Patient(
                "1", "male", "6 mo", "W0 W4 W12",
                course("sim5-bm-msc", 0, route="intra-arterial", cells="1×10^8", volume_ml=20,
                       delivery_site="superior pancreaticoduodenal artery"),
                (*glargine("36 U, -800 to 60", "26 U, 61"), METFORMIN),
                instead={"W4": "PPG=not-reported"},
                events=(event(
                    "haematoma at the puncture", "Hematoma", "Vascular disorders", 1, 0, 6,
                    serious=False, related_to_cells="none", related_to_procedure="definite",
                    infusion=1, action="compression", outcome="recovered",
                ),),
            ),
            Patient(
                "2", "female", "730 d", "W0 W4@27 W12@85 W24@169",
                course("sim5-bm-msc", 0, route="intra-arterial", cells="9×10^7", volume_ml=20,
                       delivery_site="splenic artery"),
                glargine("18 U, -500 to 27", "0 U, 28"),
                instead={"W12": "SBP=not-done"},
                statements=({
                    "topic": "glucose-lowering medication", "finding": "decreased",
                    "source": {"place": "p. 4", "method": "text"},
                },),
            ),
        ],
    ),
    Report(
        "rows of another registry: sparse visits, one of them far from any that was planned",
        about(
            6, "registry extract", 2023, "Sweden", "Swedish", "Simulated Registry Coordination",
        ),
        [product("sim6-msc")],
        lab("HbA1c mmol/mol, FPG mmol/L, FCP nmol/L, ALT µkat/L, Creatinine \u03bcmol/L, "
            "CRP mg/L, TC mmol/L, TG mmol/L, HDL-C mmol/L, LDL-C mmol/L, Weight kg"),
        {
            "W0": "HbA1c FPG FCP ALT Creatinine CRP TC TG HDL-C LDL-C Weight",
            "D60": "HbA1c FPG ALT",
            "W12": "HbA1c FPG FCP Creatinine CRP LDL-C Weight",
            "W24": "HbA1c FPG CRP",
        },
        [
            Patient(
                "P01", "female", "730 d", "W0 W12 W24",
                course("sim6-msc", 0, 28, 56, cells="1×10^8"),
                ("metformin", "empagliflozin"),
                untold="height_cm",
                instead={"W12": "CRP=not-done"},
            ),
            Patient(
                "P02", "male", "366 d", "W0 D60 W12",
                course("sim6-msc", 0, 28, cells="1×10^8"),
                ("metformin",),
                untold="age height_cm",
                visit_more={"D60": {"note": "Unplanned visit."}},
            ),
            Patient(
                "P03", None, "100 d", "W0 W12",
                course("sim6-msc", 0, note="The registry holds no dose."),
                untold="height_cm diabetes_duration_years",
                instead={"W12": "FCP=not-done HbA1c=unreadable"},
            ),
        ],
    ),
    Report(
        "two lots, glucose with two decimals, and a value that stands in a figure only",
        about(
            7, "case series", 2024, "China", "English", "Simulated Endocrine Ward",
            adverse_events="none stated", adverse_events_for="48 wk",
        ),
        [
            product("sim7-huc-msc-a", "umbilical cord", state="frozen", lot="A-2301"),
            product("sim7-huc-msc-b", "umbilical cord", state="frozen", lot="B-2304"),
        ],
        lab("HbA1c %, FPG mmol/L, 2hPG mmol/L, FCP ng/mL, ALT U/L, Creatinine \u03bcmol/L, "
            "TC mmol/L, TG mmol/L, HDL-C mmol/L, LDL-C mmol/L, AFP ng/mL, CEA ng/mL, "
            "CA19-9 U/mL, Weight kg", finer="FPG 2hPG AFP CEA CA19-9"),
        {
            "W0": "HbA1c FPG 2hPG FCP ALT Creatinine TC TG HDL-C LDL-C AFP CEA CA19-9 Weight",
            "W4": "HbA1c FPG 2hPG",
            "W12": "HbA1c FPG 2hPG FCP ALT Creatinine TC TG AFP CEA CA19-9 Weight",
            "W24": "HbA1c FPG AFP CEA CA19-9",
        },
        [
            Patient(
                "1", "female", "48 wk", "W0 W4 W12",
                course("sim7-huc-msc-a", 0, 7, 14, 28, weighed=1, viability_percent=92, passage=5),
                (*glargine("20 U, -350 to 27", "12 U, 28"), "metformin 1500 mg, -600"),
                instead={"W12": "TG=unreadable"},
            ),
            Patient(
                "2", "male", "12 wk", "W0 W4",
                course("sim7-huc-msc-a", 0, 7, cells_per_kg="1×10^6/kg", passage=5),
                (METFORMIN,),
                instead={"W4": "2hPG=figure-only"},
            ),
            Patient(
                "3", "male", "48 wk", "W0 W4 W12 W24",
                course("sim7-huc-msc-b", 0, 7, 14, 28, cells_per_kg="1×10^6/kg", passage=6),
                (METFORMIN, "vildagliptin 100 mg, -240 to 84, own wish"),
                untold="height_cm",
                instead={"W4": "HbA1c=not-done", "W12": "CEA=not-reported"},
            ),
        ],
    ),
    Report(
        "a trial arm with actual days, one line an infusion, and events of three kinds",
        about(
            8, "trial arm", 2024, "Jordan", "English", "Simulated Cell Therapy Centre",
            adverse_events="given", adverse_events_for="6 mo",
            adverse_events_source={"place": "table 3", "method": "table"},
        ),
        [product("sim8-wj-msc", "Wharton's jelly", state="frozen", lot="SIM-8",
                 release_tests="sterility, endotoxin below 0.5 EU/mL, karyotype")],
        lab("HbA1c %, FPG mmol/L, PPG mmol/L, FCP nmol/L, 2hCP nmol/L, ALT U/L, "
            "Creatinine umol/L, TC mmol/L, TG mmol/L, HDL-C mmol/L, LDL-C mmol/L, Weight kg"),
        {
            "W0": "HbA1c FPG PPG FCP 2hCP ALT Creatinine TC TG HDL-C LDL-C Weight",
            "W4": "HbA1c FPG ALT Weight",
            "W12": "HbA1c FPG PPG FCP 2hCP ALT Creatinine LDL-C Weight",
        },
        [
            Patient(
                "1", "female", "12 mo", "W0@0 W4@29 W12@83",
                course("sim8-wj-msc", 0, 28, weighed=1),
                (METFORMIN,),
                instead={"W4": "2hCP=not-done"},
                events=(
                    fever(grade=1, infusion=1, onset=0),
                    fever(grade=2, infusion=2, onset=28, action="paracetamol 500 mg"),
                ),
            ),
            Patient(
                "2", "male", "12 mo", "W0@0 W4@28 W12@86",
                course("sim8-wj-msc", 0, 28, weighed=1),
                glargine("28 U, -700 to 36", "20 U, 37"),
                instead={"W4": "2hCP=not-done"},
                events=(event(
                    "hypoglycaemia at night", "Hypoglycemia", "Metabolism and nutrition disorders",
                    1, 36, 36, serious=False, related_to_cells="possible",
                    related_to_disease="probable", action="insulin reduced", outcome="recovered",
                ),),
            ),
            Patient(
                "3", "male", "6 mo", "W0@0 W4@31 W12@84",
                course("sim8-wj-msc", 0, 28, weighed=1),
                (METFORMIN,),
                instead={"W4": "2hCP=not-reported ALT=not-done", "W12": "2hCP=not-done"},
            ),
            Patient(
                "4", "female", "12 mo", "W0@0 W4@27 W12@96",
                course("sim8-wj-msc", 0, 28, weighed=1),
                (METFORMIN, "sitagliptin 100 mg, -420 to 83, nausea"),
                instead={"W4": "2hCP=not-done", "W12": "HbA1c=not-reported"},
                visit_more={"W12": {"note": "Late after a stay in hospital."}},
                events=(event(
                    "acute appendicitis", "Appendicitis", "Infections and infestations", 3, 72, 80,
                    serious=True, serious_reason="hospitalisation", related_to_cells="none",
                    related_to_procedure="none", action="appendectomy", outcome="recovered",
                ),),
            ),
        ],
        compact=True,
    ),
    Report(
        "six patients of a trial arm in the shortest form, and a visit outside its window",
        about(
            9, "trial arm", 2025, "Japan", "English", "Simulated University Hospital",
            adverse_events="none stated", adverse_events_for="24 wk",
        ),
        [product("sim9-ad-msc", "adipose tissue", state="frozen", lot="SIM-9-1")],
        lab("HbA1c %, FPG mmol/L, FCP pmol/L, FINS µIU/mL, HOMA-IR, ALT U/L, Creatinine µmol/L, "
            "hs-CRP mg/L, LDL-C mmol/L, AFP ng/mL, CEA ng/mL, Weight kg"),
        {
            "W0": "HbA1c FPG FCP FINS HOMA-IR ALT Creatinine hs-CRP LDL-C AFP CEA Weight",
            "W4": "HbA1c FPG hs-CRP",
            "W12": "HbA1c FPG FCP FINS HOMA-IR ALT Creatinine hs-CRP LDL-C AFP CEA Weight",
            "W24": "HbA1c FPG FCP Weight",
        },
        [
            Patient(
                "1", "male", "24 wk", "W0 W4 W12 W24",
                course("sim9-ad-msc", 0, 14, 28, cells="1×10^8"),
                (METFORMIN,),
            ),
            Patient(
                "2", "female", "24 wk", "W0 W4 W12 W24",
                course("sim9-ad-msc", 0, 14, 28, cells="1×10^8"),
                (METFORMIN,),
                instead={"W12": "hs-CRP=not-done"},
            ),
            Patient(
                "3", "male", "24 wk", "W0 W4 W12",
                course("sim9-ad-msc", 0, 14, 28, cells="1×10^8"),
                glargine("16 U, -300 to 83", "10 U, 84"),
                untold="diabetes_duration_years",
                instead={
                    "W0": "FINS=not-done HOMA-IR=not-done",
                    "W4": "HbA1c=not-done",
                    "W12": "FINS=not-done HOMA-IR=not-done",
                },
            ),
            Patient(
                "4", "female", "24 wk", "W0 W12",
                course("sim9-ad-msc", 0, 14, cells="1×10^8"),
                ("metformin 750 mg, -200",),
                instead={"W12": "AFP=not-reported CEA=not-reported"},
            ),
            Patient(
                "5", "female", "24 wk", "W0 W4@41 W12",
                course("sim9-ad-msc", 0, 14, 28, cells="1×10^8"),
                (METFORMIN,),
                visit_more={"W4": {"note": "Two weeks late."}},
            ),
            Patient(
                "6", "male", "24 wk", "W0 W4 W12 W24",
                course("sim9-ad-msc", 0, 14, 28, cells="1×10^8"),
                (METFORMIN, "vildagliptin 100 mg, -300 to 28, own wish"),
                instead={"W24": "FCP=figure-only"},
            ),
        ],
        compact=True,
    ),
]
