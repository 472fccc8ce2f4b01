//! Which layout of the `measurement` table serves best? Every layout has the columns, checks and
//! foreign keys of migration V1 and holds the same rows, made from a fixed seed. Layouts take turns
//! within a round; a ratio is taken within its round, and the table gives medians over the rounds.
//!
//! ```text
//! cargo bench --bench storage_layout                    20,000 patients, 3 rounds: ten minutes
//! cargo bench --bench storage_layout -- 2000 5          2,000 patients, 5 rounds: two minutes
//! ```

mod layouts;
mod rows;
mod tasks;

use layouts::{Layout, layouts};
use rows::{Rows, VISITS_EACH, make_parents};
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tasks::{
    add_visits, ask_view, foreign_keys_hold, load, remove_visit, scan_all, scan_analyte, show,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn megabytes(path: &Path) -> Outcome<f64> {
    Ok(f64::from(u32::try_from(std::fs::metadata(path)?.len() / 1024)?) / 1024.0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

/// One figure of one layout in one round.
struct Figure {
    what: &'static str,
    layout: usize,
    value: f64,
}

fn run_layout(
    folder: &Path,
    (at, layout): (usize, &Layout),
    rows: &Rows,
    figures: &mut Vec<Figure>,
    sums: &mut Vec<(&'static str, f64)>,
) -> Outcome<()> {
    let mut note = |what, value| figures.push(Figure { what, layout: at, value });
    let mut agree = |what, sum: f64| {
        let known = sums.iter().find(|(known, _)| *known == what).map_or(sum, |known| known.1);
        assert!(known == sum, "{what}: {} read other rows", layout.name);
        sums.push((what, sum));
    };
    let empty = folder.join(format!("parents-{at}.db"));
    let (clustered, mixed) = (folder.join("clustered.db"), folder.join("mixed.db"));
    for path in [&clustered, &mixed] {
        std::fs::copy(&empty, path)?;
    }
    let parents = megabytes(&empty)?;
    let visits = 1..=rows.visits;
    let by_cluster = Rows::analytes().flat_map(|a| visits.clone().map(move |v| (a, v)));
    let by_visit = visits.clone().flat_map(|v| Rows::analytes().map(move |a| (a, v)));
    note("load in order of analytes, s", load(&clustered, layout, rows, by_cluster)?);
    note("load in order of visits, s", load(&mixed, layout, rows, by_visit)?);
    note("size after load by analytes, MB", megabytes(&clustered)? - parents);
    note("size after load by visits, MB", megabytes(&mixed)? - parents);
    let analyte = Rows::analytes().nth(10).expect("twenty are measured");
    for (path, scan, all) in [
        (&clustered, "one analyte, loaded by analytes, ms", "all rows, loaded by analytes, ms"),
        (&mixed, "one analyte, loaded by visits, ms", "all rows, loaded by visits, ms"),
    ] {
        // The first reading warms the system's cache.
        let mut times = Vec::new();
        for _ in 0..6 {
            let (time, sum) = scan_analyte(path, layout, analyte)?;
            times.push(time);
            agree("one analyte", sum);
        }
        note(scan, median(times.split_off(1)));
        let (time, sum) = scan_all(path)?;
        note(all, time);
        agree("all rows", sum);
    }
    let (time, found) = show(&mixed, layout, rows, false)?;
    note("one patient, 270 look-ups, ms", time);
    agree("one patient", found);
    let (time, found) = show(&mixed, layout, rows, true)?;
    note("the same in one transaction, ms", time);
    agree("one patient", found);
    for (what, column, of) in [
        ("view, one analyte, ms", "analyte", format!("a{analyte}")),
        ("view, one patient, ms", "patient", format!("bench-2026/{}", rows.visits / VISITS_EACH)),
    ] {
        let (time, sum) = ask_view(&mixed, column, &of)?;
        note(what, time);
        // The order may differ, and with it the last digits of a sum of tenths.
        agree(what, (sum * 10.0).round());
    }
    note("add a visit of 20 values, ms", add_visits(&mixed, layout, rows)?);
    note("remove an empty visit, ms", remove_visit(&mixed)?);
    for path in [&clustered, &mixed] {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

fn print(layouts: &[Layout], figures: &[Figure]) {
    let mut head = format!("{:36}", "median (ratio to (a))");
    layouts.iter().for_each(|layout| write!(head, "{:>22}", layout.name).expect("a string"));
    println!("{head}");
    let mut whats: Vec<&str> = Vec::new();
    for figure in figures {
        if !whats.contains(&figure.what) {
            whats.push(figure.what);
        }
    }
    for what in whats {
        let of = |layout| -> Vec<f64> {
            let wanted = |figure: &&Figure| figure.what == what && figure.layout == layout;
            figures.iter().filter(wanted).map(|figure| figure.value).collect()
        };
        let base = of(0);
        let mut line = format!("{what:36}");
        for at in 0..layouts.len() {
            let ratios = of(at).iter().zip(&base).map(|(own, base)| own / base).collect();
            let cell = format!("{:.2} ({:.2})", median(of(at)), median(ratios));
            write!(line, "{cell:>22}").expect("a string");
        }
        println!("{line}");
    }
}

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --all-targets` runs this without `--bench`: then it only has to work.
    let in_earnest = arguments.iter().any(|argument| argument == "--bench");
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<i64>().ok());
    let patients = numbers.next().unwrap_or(if in_earnest { 20_000 } else { 100 });
    let patients = patients.max(50); // the late visits need as many
    let rounds = usize::try_from(numbers.next().unwrap_or(if in_earnest { 3 } else { 1 }))?;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("storage_layout");
    std::fs::create_dir_all(&folder)?;
    let (layouts, rows) = (layouts(), Rows::new(patients));
    for (at, layout) in layouts.iter().enumerate() {
        let path = folder.join(format!("parents-{at}.db"));
        if path.exists() {
            std::fs::remove_file(&path)?;
        }
        make_parents(&path, layout, patients)?;
        let holds = foreign_keys_hold(&path, layout, &rows)?;
        assert_eq!(holds, at != 2, "{}: only (c) has no key to the visit", layout.name);
    }
    let (mut figures, mut sums) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        for turn in 0..layouts.len() {
            let at = (turn + round) % layouts.len();
            run_layout(&folder, (at, &layouts[at]), &rows, &mut figures, &mut sums)?;
        }
        eprintln!("round {} of {rounds} done", round + 1);
    }
    std::fs::remove_dir_all(&folder)?;
    println!("{patients} patients, {} visits, {rounds} rounds", rows.visits);
    print(&layouts, &figures);
    Ok(())
}
