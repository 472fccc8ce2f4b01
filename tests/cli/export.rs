//! `casebook export`: case files that come back as they were, tables, and nothing that names a person.

use crate::support::{Desk, SMALL};

/// A registry whose free texts and keys each hold the word QUX: none of them may leave it.
const MARKED: [&str; 16] = [
    r#"init --title "QUX title" --schedule "W0,W4±1""#,
    r#"report add QUX-ward --kind "case series" --title "QUX title" --authors "QUX" --journal QUX --volume QUX --issue QUX --pages QUX --registration QUX --site QUX --note QUX --year 1987 --adverse-events given --source QUX --quote QUX --method text --country Norway"#,
    r#"product add QUX-lot --name QUX --cell-type MSC --preparation QUX --identity QUX --release-tests QUX --lot QUX --note QUX --source QUX --quote QUX"#,
    r#"patient add QUX-ward/QUX-7 --sex female --age 93 --birth-year 1931 --diagnosis T2DM --enrolment 1987-03-01 --note QUX --source QUX --quote QUX --method text"#,
    r#"attribute add remark --kind text --label QUX"#,
    r#"attribute add smoking --kind yes-no --label QUX"#,
    r#"patient add QUX-ward/QUX-8 --age 61 --set remark=QUX --set smoking=no"#,
    r#"infusion add QUX-ward/QUX-7 --day 0 --date 1987-03-05 --product QUX-lot --route intravenous --dose QUX --premedication QUX --note QUX --source QUX"#,
    r#"visit add QUX-ward/QUX-7 W4 --date 1987-04-02 "HbA1c=6.8 %" --source QUX --quote QUX"#,
    r#"visit add QUX-ward/QUX-7 "QUX at home" "FPG=7.1 mmol/L" --note QUX"#,
    r#"measurement edit QUX-ward/QUX-7 W4 "HbA1c=6.9 %" --reason QUX --source QUX --actor QUX"#,
    r#"statement add QUX-ward/QUX-7 HbA1c "at target" --visit W4 --note QUX --quote QUX"#,
    r#"event add QUX-ward/QUX-7 "fever of QUX" --coded-term Fever --onset-date 1987-03-06 --action QUX --note QUX --quote QUX"#,
    r#"event add QUX-ward/QUX-7 "odd rash" --onset-date 1987 --note QUX"#,
    r#"medication add QUX-ward/QUX-7 metformin --dose 2000 --unit mg --start-date 1987-02-01 --stop-reason QUX --note QUX"#,
    r#"visit add QUX-ward/QUX-8 W0 "HbA1c=8.4 %""#,
];

/// Every file under a folder, by its name.
fn written(desk: &Desk, folder: &str) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(desk.path(folder)).expect("a folder");
    let mut files: Vec<_> = entries
        .map(|entry| {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            let text = desk.text(&format!("{folder}/{name}"));
            (name, text)
        })
        .collect();
    files.sort();
    files
}

#[test]
fn the_demonstration_comes_back_as_it_was() {
    let desk = Desk::demo();
    desk.run("export first").ok();
    desk.run(r#"-r new.db init --title New --schedule "W0,W4±1,W12±2,W24±4""#).ok();
    let files = written(&desk, "first");
    let names: Vec<_> = files.iter().map(|(name, _)| format!("first/{name}")).collect();
    desk.run(&format!("-r new.db import {}", names.join(" "))).ok();
    desk.run("-r new.db export second").ok();
    assert_eq!(files, written(&desk, "second"));
    let lists = ["report", "product", "patient", "infusion", "visit", "event", "medication"];
    for noun in lists.into_iter().chain(["statement"]) {
        let list =
            |registry: &str| desk.run(&format!("-r {registry} {noun} list --format csv")).ok();
        let lines = |text: &str| {
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let (old, new) = (list("casebook.db").stdout, list("new.db").stdout);
        assert_eq!(lines(&old), lines(&new), "{noun}");
        assert!(old.lines().count() > 1, "{noun}");
    }
    desk.run("-r new.db verify").ok();
}

#[test]
fn a_folder_one_file_and_an_entry_of_the_log() {
    let desk = Desk::after(SMALL);
    shows!(
        desk.run("export study").ok(),
        desk.run("export one.json --report a-2024 --reason review --format json").ok(),
        desk.run("history --format csv").ok(),
    );
    insta::assert_snapshot!("a_case_file", desk.text("study/a-2024.toml"));
    insta::assert_snapshot!("a_case_file_in_json", desk.text("one.json"));
    desk.run("verify").ok();
}

#[test]
fn a_patient_of_two_reports_is_told_where_only_one_is_exported() {
    let desk = Desk::after(SMALL);
    desk.run(r#"report add b --kind "case report""#).ok();
    desk.run("patient edit a-2024/1 --also-in b --reason \"published twice\"").ok();
    shows!(desk.run("export a.toml --report a-2024").ok());
    assert!(desk.text("a.toml").contains("also_in = [\"b\"]"));
}

#[test]
fn one_table_a_noun_and_a_dictionary_that_explains_every_column() {
    let desk = Desk::demo();
    shows!(desk.run("export tables --tables").ok());
    let files = written(&desk, "tables");
    let dictionary = desk.text("tables/dictionary.csv");
    insta::assert_snapshot!("the_dictionary", dictionary);
    for (name, text) in files.iter().filter(|(name, _)| name != "dictionary.csv") {
        let table = name.strip_suffix(".csv").expect("a table");
        for column in text.lines().next().expect("a heading").split(',') {
            assert!(dictionary.contains(&format!("\n{table},{column},")), "{table}: {column}");
        }
    }
    let measurements = desk.text("tables/measurements.csv");
    let afp = "huang-2025/1,W0,0,planned,afp,measured,34,,,,,,,3.4 (proposed by casebook's authors";
    assert!(measurements.contains(afp), "{measurements}");
}

/// Every full date in the case files of a folder, in the order of its lines.
fn days_of(desk: &Desk, folder: &str) -> Vec<(String, String)> {
    let case_files = written(desk, folder).into_iter().filter(|(name, _)| name.ends_with(".toml"));
    case_files
        .flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|line| {
            let (key, value) = line.split_once(" = ")?;
            let day = value.trim_matches('"');
            let is_full = day.len() == 10 && day.matches('-').count() == 2;
            is_full.then(|| (key.to_owned(), day.to_owned()))
        })
        .collect()
}

#[test]
fn nothing_that_names_a_person_leaves_the_registry() {
    for line in ["export out", "export out --tables", "export out --shift-dates"] {
        let desk = Desk::after(MARKED);
        let run = desk.run(&format!("{line} --deidentified")).ok();
        let shifted = line.ends_with("--shift-dates");
        for (name, text) in written(&desk, "out").into_iter().chain([("screen".into(), run.stdout)])
        {
            for mark in ["QUX", "qux", "1931", "93", "rash of"] {
                // The factor of HbA1c in % has the digits of the age in it, and stands in this table.
                let text = match name.as_str() {
                    "analytes.csv" => text.replace("10.931351114997813", ""),
                    _ => text.clone(),
                };
                assert!(!text.contains(mark), "{mark} in {name}:\n{text}");
            }
            assert!(shifted || !text.contains("1987"), "{name}:\n{text}");
        }
        if shifted {
            // Each date in its turn: an unlucky shift may turn one of them into what another was.
            desk.run("export plain").ok();
            let (plain, shifted) = (days_of(&desk, "plain"), days_of(&desk, "out"));
            assert!(plain.len() >= 5, "{plain:?}");
            assert_eq!(plain.len(), shifted.len(), "{plain:?}\n{shifted:?}");
            assert!(plain.iter().zip(&shifted).all(|(old, new)| old != new), "{shifted:?}");
        }
        let all: String = written(&desk, "out").into_iter().map(|(_, text)| text).collect();
        assert!(all.contains("smoking"), "what is no free text is kept");
        assert!(run.stderr.is_empty(), "{}", run.stderr);
        desk.run("verify").ok();
    }
}

#[test]
fn what_was_done_to_each_field_is_said_and_written() {
    let desk = Desk::after(MARKED);
    let run = desk.run("export out --deidentified --reason \"for the statistician\"").ok();
    assert!(desk.text("out/deidentification.txt").starts_with("De-identification\n"));
    shows!(run);
    // What is left is a case file as any other.
    desk.run(r#"-r new.db init --title New --schedule "W0,W4±1""#).ok();
    desk.run("-r new.db import out/report-1.toml").ok();
}

#[test]
fn an_age_over_89_is_a_band_in_a_column_of_its_own() {
    let desk = Desk::after(MARKED);
    desk.run("export out --tables --deidentified").ok();
    let patients = desk.text("out/patients.csv");
    let heading: Vec<_> = patients.lines().next().expect("a heading").split(',').collect();
    let of = |line: &str, column: &str| {
        let at = heading.iter().position(|name| *name == column).expect(column);
        line.split(',').nth(at).expect(column).to_owned()
    };
    let mut bands: Vec<_> = patients
        .lines()
        .skip(1)
        .map(|line| (of(line, "age_years"), of(line, "age_band")))
        .collect();
    bands.sort();
    assert_eq!(bands, [("".into(), "90+".into()), ("61.0".to_owned(), "".to_owned())]);
}

#[test]
fn the_key_map_is_written_where_it_is_asked_for_and_nowhere_else() {
    let desk = Desk::after(MARKED);
    let run = desk.run("export out.json --deidentified --key-map keys.csv").ok();
    assert!(run.stdout.contains("keys.csv leads back to the patients"), "{run}");
    assert!(desk.names().contains(&"out-deidentification.txt".to_owned()), "{:?}", desk.names());
    let map = desk.text("keys.csv");
    let patients: Vec<_> = map.lines().filter(|line| line.starts_with("patient,")).collect();
    assert_eq!(patients.len(), 2, "{map}");
    assert!(patients.iter().all(|line| line.contains("QUX-ward/QUX-")), "{map}");
    assert!(map.contains("report,QUX-ward,report-1"), "{map}");
}
