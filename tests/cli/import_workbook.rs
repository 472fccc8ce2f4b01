//! `casebook import FILE.xlsx`: what a template was filled with comes in.

use crate::support::Desk;
use rust_xlsxwriter::{Format, Formula, Workbook, XlsxError};

/// A workbook as people leave it: a merged title, moved columns, blank rows, numbers typed as text, a
/// column of their own, a sheet with another name and one of another kind.
fn as_people_leave_it() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("reports")?;
    for (row, cells) in [["kind", "report"], ["case series", "ward-3"]].iter().enumerate() {
        sheet.write_row(u32::try_from(row).expect("small"), 0, *cells)?;
    }
    let sheet = book.add_worksheet().set_name("Patient list")?;
    sheet.merge_range(0, 0, 0, 3, "Ward 3, spring", &Format::new())?;
    sheet.write_row(2, 0, ["Sex", "age_years", "our remark", "Patient", "enrolment_date"])?;
    sheet.write_row(3, 0, ["female", "53", "seen twice", "example:ward-3/9"])?;
    sheet.write_row(5, 0, ["female", " 53 ", "seen twice", "1"])?;
    sheet.write(5, 4, 45_356)?;
    sheet.write_with_format(5, 4, 45_356, &Format::new().set_num_format("yyyy-mm-dd"))?;
    let sheet = book.add_worksheet().set_name("Visits (2)")?;
    sheet.write_row(0, 0, ["HbA1c (%)", "visit", "patient", "FPG (mmol/L)", "ALT (U/L)"])?;
    sheet.write_row(1, 1, ["W0", "ward-3/1"])?;
    sheet.write(1, 0, 9.1)?;
    sheet.write(1, 3, "7.10")?;
    sheet.write(1, 4, "not done")?;
    sheet.write_row(3, 1, ["W4", "ward-3/1"])?;
    sheet.write(3, 0, "66 mmol/mol")?;
    sheet.write(3, 3, Formula::new("=3+4").set_result("7"))?;
    let sheet = book.add_worksheet().set_name("Rota")?;
    sheet.write_row(0, 0, ["Monday", "Tuesday"])?;
    book.save_to_buffer()
}

#[test]
fn a_workbook_is_tried_imported_and_known_again() {
    let desk = Desk::empty();
    desk.run("init").ok();
    desk.write("ward.xlsx", as_people_leave_it().expect("a workbook"));
    shows!(
        desk.run("import ward.xlsx --dry-run").ok(),
        desk.run("import ward.xlsx").ok(),
        desk.run("import ward.xlsx").ok(),
        desk.run("show ward-3/1").ok(),
        desk.run("verify").ok(),
    );
}

#[test]
fn what_was_added_in_csv() {
    let desk = Desk::empty();
    desk.run("init").ok();
    desk.write("ward.xlsx", as_people_leave_it().expect("a workbook"));
    shows!(desk.run("import ward.xlsx --format csv").ok());
}

/// What a ward keeps for itself: a laboratory's sheet with a title, real dates, formulas and a remark, one
/// of its patients, and a rota.
fn of_their_own() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = book.add_worksheet().set_name("Labor 2024")?;
    sheet.write(0, 0, "Ward 3, spring")?;
    let headings = ["Subject ID", "访视", "Date", "HbA1c (%)", "Zucker", "ALT (U/L)", "Remark"];
    sheet.write_row(2, 0, headings)?;
    sheet.write_row(3, 0, [1, 0])?;
    sheet.write(3, 1, "第0周")?;
    sheet.write_with_format(3, 2, 45_356, &date)?;
    sheet.write_row(3, 3, [9.1, 8.8])?;
    sheet.write(3, 5, "<5")?;
    sheet.write(3, 6, "seen twice")?;
    sheet.write_row(4, 0, [1])?;
    sheet.write(4, 1, "W12")?;
    sheet.write(4, 3, Formula::new("=3.5*2").set_result("7"))?;
    sheet.write(4, 4, "ND")?;
    let sheet = book.add_worksheet().set_name("Stammdaten")?;
    sheet.write_row(0, 0, ["Subject ID", "Gender", "Age", "Smoker"])?;
    sheet.write_row(1, 1, ["f"])?;
    sheet.write_row(1, 0, [1])?;
    sheet.write(1, 2, 53)?;
    sheet.write(1, 3, true)?;
    let sheet = book.add_worksheet().set_name("Rota")?;
    sheet.write_row(0, 0, ["Monday", "Tuesday"])?;
    book.save_to_buffer()
}

#[test]
fn sheets_of_ones_own_are_read_as_tables_are() {
    let desk = Desk::with_registry();
    desk.write("ward.xlsx", of_their_own().expect("a workbook"));
    desk.write("map.toml", "[columns]\nZucker = \"FPG (mmol/L)\"\n[values]\nND = \"not done\"\n");
    desk.run("attribute add smoker --kind yes-no").ok();
    let import = "import ward.xlsx --report ward-3 --report-kind \"case series\" --map map.toml";
    shows!(
        desk.run(import).ok(),
        desk.run(import).ok(),
        desk.run("show ward-3/1").ok(),
        desk.run("measurement list ward-3/1 --format csv").ok(),
        desk.run("verify").ok(),
    );
}

#[test]
fn a_first_map_of_a_workbook_is_proposed_and_can_be_used() {
    let desk = Desk::with_registry();
    desk.write("ward.xlsx", of_their_own().expect("a workbook"));
    shows!(desk.run("import ward.xlsx --propose-map map.toml").ok());
    let map = desk.text("map.toml");
    assert!(!map.contains("seen twice"), "texts of cells are not shown: {map}");
    insta::assert_snapshot!("a_first_map_of_a_workbook", map);
    let report = "--report w --report-kind \"case series\"";
    desk.run(&format!("import ward.xlsx --map map.toml {report}")).ok();
}

/// Each record of the demonstration, of the kinds a workbook has room for, goes out and comes back.
#[test]
fn a_filled_template_comes_back_as_it_was() {
    let desk = Desk::empty();
    desk.run("demo").ok();
    desk.run("-r demo.db export before --tables").ok();
    let schedule = "W0,W4±1,W12±2,W24±2";
    desk.run("-r demo.db template filled.xlsx --fill").ok().says("statements in words");
    desk.run(&format!("-r back.db init --schedule \"{schedule}\"")).ok();
    desk.run("-r back.db import filled.xlsx --accept").ok();
    desk.run("-r back.db export after --tables").ok();
    for table in ["reports", "products", "patients", "infusions", "events", "medications", "visits"]
    {
        let of = |folder: &str| desk.text(&format!("{folder}/{table}.csv"));
        assert_eq!(of("after"), of("before"), "{table}");
    }
    // Measurements differ in what was said not to be held: other readings, and the value they put in force.
    let lines = |folder: &str| -> Vec<String> {
        let text = desk.text(&format!("{folder}/measurements.csv"));
        text.lines().filter(|line| !line.contains(" by ")).map(str::to_owned).collect()
    };
    let (before, after) = (lines("before"), lines("after"));
    assert!(before.iter().all(|line| after.contains(line)), "each plain measurement is there");
    desk.run("-r back.db import filled.xlsx --accept").ok();
    desk.run("-r back.db verify").ok();
}

/// LibreOffice opens the filled template and saves it as its own: nothing changes on the way. It takes
/// LibreOffice, which `.ci/run` installs.
#[test]
#[ignore = "needs LibreOffice (soffice); .ci/run has it"]
fn libreoffice_opens_a_template_and_gives_back_what_is_in_it() {
    let desk = Desk::empty();
    desk.run("demo").ok();
    desk.run("-r demo.db template filled.xlsx --fill").ok();
    for format in ["ods", "xlsx"] {
        let mut soffice = std::process::Command::new("soffice");
        soffice.args(["--headless", "--convert-to", format, "--outdir", "saved", "filled.xlsx"]);
        soffice.arg(format!("-env:UserInstallation=file://{}", desk.path("profile").display()));
        let done = soffice.current_dir(desk.path("")).output().expect("soffice starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        for (registry, file) in
            [("plain", "filled.xlsx"), ("saved", &*format!("saved/filled.{format}"))]
        {
            let registry = format!("{registry}-{format}");
            desk.run(&format!("-r {registry}.db init --schedule \"W0,W4±1,W12±2,W24±2\"")).ok();
            desk.run(&format!("-r {registry}.db import {file} --accept")).ok();
            desk.run(&format!("-r {registry}.db export {registry} --tables")).ok();
        }
        let tables = std::fs::read_dir(desk.path(&format!("plain-{format}"))).expect("tables");
        let names = tables.map(|entry| entry.expect("a table").file_name());
        let tables: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
        assert!(tables.len() > 5, "{tables:?}");
        for table in tables.iter().filter(|name| name.ends_with(".csv")) {
            let of = |folder: &str| desk.text(&format!("{folder}-{format}/{table}"));
            assert_eq!(of("saved"), of("plain"), "{format}: {table}");
        }
    }
}
