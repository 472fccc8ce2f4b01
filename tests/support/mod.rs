//! A desk to work at: an empty folder in which the real program is run.
//!
//! The environment is cleared but for what a result may depend on: USER is tester, the locale is
//! UTF-8, a terminal has 100 columns. The clock can't be fixed; snapshots hide what comes from it.
#![allow(dead_code)] // each test program uses its part

pub mod double;
#[cfg(unix)]
pub mod nobody;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;

/// Two patients of one report with values at two timepoints, for tests that only need some.
pub const SMALL: [&str; 9] = [
    r#"init --title "Small" --schedule "W0,W4±1,W12±2""#,
    r#"report add a-2024 --kind "case series" --adverse-events none-stated"#,
    r#"product add cells --cell-type MSC --tissue "umbilical cord""#,
    r#"patient add a-2024/1 --sex female --age 53 --follow-up "12 wk""#,
    r#"patient add a-2024/2 --sex male --age 61"#,
    r#"infusion add a-2024/1 --day 0 --product cells --cells-per-kg 1e6"#,
    r#"visit add a-2024/1 W0 "HbA1c=9.1 %" "FPG=10.4 mmol/L""#,
    r#"visit add a-2024/1 W12 --day 86 "HbA1c=7.0 %" "FPG=not-done""#,
    r#"visit add a-2024/2 W0 "HbA1c=8.4 %""#,
];

/// A folder of its own, removed at the end.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    /// An empty folder.
    pub fn empty() -> Desk {
        Desk { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A folder in which these commands were run; each has to succeed.
    pub fn after<'a>(lines: impl IntoIterator<Item = &'a str>) -> Desk {
        let desk = Desk::empty();
        for line in lines {
            desk.run(line).ok();
        }
        desk
    }

    /// A folder with a registry, `casebook.db`, that holds nothing yet.
    pub fn with_registry() -> Desk {
        Desk::after([SMALL[0]])
    }

    /// A folder with the registry of [`SMALL`].
    pub fn small() -> Desk {
        static MADE: OnceLock<Vec<u8>> = OnceLock::new();
        Desk::with_copy(MADE.get_or_init(|| Desk::after(SMALL).bytes("casebook.db")))
    }

    /// A folder with the demonstration as `casebook.db`.
    pub fn demo() -> Desk {
        static MADE: OnceLock<Vec<u8>> = OnceLock::new();
        Desk::with_copy(MADE.get_or_init(|| Desk::after(["demo --quiet"]).bytes("demo.db")))
    }

    fn with_copy(registry: &[u8]) -> Desk {
        let desk = Desk::empty();
        desk.write("casebook.db", registry);
        desk
    }

    /// The program, ready to be given arguments, with nothing of the caller's environment.
    pub fn program(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_casebook"));
        program.current_dir(self.folder.path()).env_clear();
        program.envs([("USER", "tester"), ("LC_ALL", "C.UTF-8"), ("COLUMNS", "100")]);
        program
    }

    /// Run the program with these arguments, written as in a shell with double quotes.
    pub fn run(&self, line: &str) -> Run {
        let mut program = self.program();
        program.args(words(line));
        Run::of(line, program)
    }

    /// Run the program with these arguments and these bytes as its standard input.
    pub fn run_reading(&self, line: &str, input: &[u8]) -> Run {
        let mut program = self.program();
        program.args(words(line));
        let mut program = assert_cmd::Command::from_std(program);
        program.write_stdin(input);
        Run::waited_for(line, program)
    }

    /// The path of a file here.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Make a file.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).expect(name);
    }

    /// The bytes of a file.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect(name)
    }

    /// The text of a file.
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("UTF-8")
    }

    /// Every file here with its bytes: what must be the same before and after.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let file = |path: &PathBuf| path.is_file();
        paths.filter(file).map(|path| (path.clone(), std::fs::read(path).expect("file"))).collect()
    }

    /// The names of the files here.
    pub fn names(&self) -> Vec<String> {
        let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
        self.files().keys().map(|path| name(path)).collect()
    }
}

/// What one command did.
#[derive(Clone)]
pub struct Run {
    line: String,
    /// How it ended.
    pub code: Option<i32>,
    /// The result.
    pub stdout: String,
    /// Everything else.
    pub stderr: String,
}

impl Run {
    /// Run a prepared command, which snapshots call `casebook` and `line`.
    pub fn of(line: &str, program: Command) -> Run {
        Run::waited_for(line, assert_cmd::Command::from_std(program))
    }

    fn waited_for(line: &str, mut program: assert_cmd::Command) -> Run {
        let done = program.timeout(Duration::from_secs(120)).output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        Run {
            line: line.to_owned(),
            code: done.status.code(),
            stdout: text(done.stdout),
            stderr: text(done.stderr),
        }
        .of_the_schema()
    }

    /// The same run; a page that it wrote as JSON has to be one of those that `casebook schema` describes.
    fn of_the_schema(self) -> Run {
        static SCHEMA: OnceLock<jsonschema::Validator> = OnceLock::new();
        if self.stdout.starts_with("{\n  \"title\"") {
            let made =
                || jsonschema::validator_for(&casebook::formats::schema()).expect("a schema");
            let page = self.json();
            let wrong: Vec<String> = SCHEMA
                .get_or_init(made)
                .iter_errors(&page)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            let line = &self.line;
            assert!(wrong.is_empty(), "{line}\nis not what the schema says:\n{}", wrong.join("\n"));
        }
        self
    }

    /// The same run, which must have succeeded.
    #[track_caller]
    pub fn ok(self) -> Run {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }

    /// The same run, whose message must hold this text.
    #[track_caller]
    pub fn says(self, text: &str) -> Run {
        let flat = self.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(text), "\"{text}\" is not said in\n{self}");
        self
    }

    /// The same run, which must hold this text nowhere.
    #[track_caller]
    pub fn never_says(self, text: &str) -> Run {
        let all = self.to_string();
        let told = all.split_once('\n').map_or("", |(_, told)| told);
        assert!(!told.contains(text), "\"{text}\" is said in\n{self}");
        self
    }

    /// The JSON it wrote.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in\n{self}"))
    }

    /// The same run, in which no number is NaN, infinite or a negative zero.
    #[track_caller]
    pub fn sound(self) -> Run {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
        for word in self.stdout.split(|c| !is_part(c)) {
            let is_zero = word.strip_prefix('-').is_some_and(|rest| {
                rest.contains('0') && rest.chars().all(|c| matches!(c, '0' | '.'))
            });
            let plain = word.trim_start_matches('-').to_lowercase();
            let is_no_number = matches!(plain.as_str(), "nan" | "inf" | "infinity");
            assert!(!is_zero && !is_no_number, "\"{word}\" in\n{self}");
        }
        self
    }

    /// The same run, a table in which every dash has the mark of its footnote.
    #[track_caller]
    pub fn explained(self) -> Run {
        for (at, dash) in self.stdout.match_indices('—') {
            let behind = self.stdout[at + dash.len()..].trim_start_matches(')');
            assert!(behind.starts_with(" ["), "a dash without its reason in\n{self}");
        }
        self
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.map_or("by a signal".to_owned(), |code| code.to_string());
        write!(f, "$ casebook {}\n{}", self.line, self.stdout)?;
        if !self.stderr.is_empty() {
            write!(f, "--- stderr\n{}", self.stderr)?;
        }
        write!(f, "--- exit {code}")
    }
}

/// This text as Windows saves "Unicode text": UTF-16 behind its mark.
pub fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once('\u{feff}').chain(text.chars()).collect::<String>();
    units.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// These bytes, packed as gzip does.
pub fn packed(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packer, bytes.as_ref()).expect("packed");
    packer.finish().expect("packed")
}

/// The words of a line as a shell would part them; only double quotes are known.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted, mut begun) = (vec![String::new()], false, false);
    for c in line.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            ' ' if !quoted => {
                if begun {
                    words.push(String::new());
                }
                begun = false;
            }
            c => {
                words.last_mut().expect("one at least").push(c);
                begun = true;
            }
        }
    }
    if !begun {
        words.pop();
    }
    words
}

/// How snapshots are taken: without what differs from run to run. What stands in columns is
/// replaced by something as wide.
pub fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    let hex = "[0-9a-f]";
    let uuid = format!("{hex}{{8}}-{hex}{{4}}-7{hex}{{3}}-{hex}{{4}}-{hex}{{12}}");
    settings.add_filter(&uuid, "[uuid]");
    settings.add_filter(&format!("\\b{hex}{{64}}\\b"), "[hash]");
    settings.add_filter(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "<time of the change>");
    let version = format!(r"\bcasebook {}\b", env!("CARGO_PKG_VERSION"));
    settings.add_filter(&version, "casebook [version]");
    settings.add_filter(r"/(tmp|var/folders)/[\w/]*\.tmp\w+", "[folder]");
    settings.set_omit_expression(true);
    settings
}

/// Hold one or more runs against the snapshot named after the test.
macro_rules! shows {
    ($($run:expr),+ $(,)?) => {{
        let text = [$($run.to_string()),+].join("\n\n");
        $crate::support::settings().bind(|| insta::assert_snapshot!(text));
    }};
}
