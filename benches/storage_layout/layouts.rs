//! The layouts that are compared: migration V1 and what it would be with another key.

const V1: &str = include_str!("../../migrations/V1__registry.sql");

/// How a row is found.
#[derive(Clone, Copy)]
pub enum Key {
    /// One number: analyte and visit, shifted by these bits; the replicate is below.
    Number { analyte: u32, visit: u32 },
    /// Three columns.
    Columns,
}

impl Key {
    pub fn number(self, analyte: i64, visit: i64) -> i64 {
        match self {
            Key::Number { analyte: a, visit: v } => (analyte << a) | (visit << v),
            Key::Columns => unreachable!("three columns are bound one by one"),
        }
    }
}

pub struct Layout {
    pub name: &'static str,
    pub key: Key,
    /// The whole schema of V1 with this layout's table.
    pub schema: String,
    /// One analyte in the order of the visits; its parameters are a range or the analyte.
    pub one_analyte: &'static str,
}

/// `text` with each `from` replaced by its `to`; each must occur exactly once.
fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "V1 no longer reads {from}");
        text.replacen(from, to, 1)
    })
}

/// V1 with these edits to its table of measurements.
fn v1_with(edits: &[(&str, &str)]) -> String {
    const END: &str = ") STRICT, WITHOUT ROWID;\n";
    let start = V1.find("CREATE TABLE measurement (").expect("V1 makes the table");
    let length = V1[start..].find(END).expect("the table has no rowid") + END.len();
    let table = &V1[start..start + length];
    V1.replacen(table, &edited(table, edits), 1)
}

/// The same, and readings without the foreign key that needs V1's key.
fn free_readings(schema: &str) -> String {
    const KEY: &str = ",
    FOREIGN KEY (analyte_id, visit_id, replicate) REFERENCES measurement ON DELETE RESTRICT";
    edited(schema, &[(KEY, "")])
}

const ANALYTE: &str =
    "    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,\n";
const VISIT: &str = "    visit_id   INTEGER NOT NULL REFERENCES visit (id) ON DELETE RESTRICT,\n";
const REPLICATE: &str =
    "    replicate  INTEGER NOT NULL DEFAULT 0 CHECK (replicate BETWEEN 0 AND 255),\n";
const KEY: &str = "    PRIMARY KEY (analyte_id, visit_id, replicate),\n";
const END: &str = ") STRICT, WITHOUT ROWID;";

/// V1 with one number as key: the three columns are computed from it by these expressions.
fn v1_by_number(analyte: &str, visit: &str, links: bool) -> String {
    let link = |table: &str| match links {
        true => format!(" REFERENCES {table} (id) ON DELETE RESTRICT"),
        false => String::new(),
    };
    let computed = |name: &str, expression: &str, link: &str| {
        format!("    {name} INTEGER NOT NULL GENERATED ALWAYS AS ({expression}) VIRTUAL{link},\n")
    };
    let id = "    id INTEGER PRIMARY KEY,\n".to_owned();
    let analyte = id + &computed("analyte_id", analyte, &link("analyte"));
    let visit = computed("visit_id", visit, &link("visit"));
    let replicate = computed("replicate", "id & 255", "");
    free_readings(&v1_with(&[
        (ANALYTE, &analyte),
        (VISIT, &visit),
        (REPLICATE, &replicate),
        (KEY, ""),
        (END, ") STRICT;"),
    ]))
}

pub fn layouts() -> Vec<Layout> {
    const BY_RANGE: &str = "SELECT id, status, value, unit_id, CASE status WHEN 8 THEN printed END
        FROM measurement WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
    const BY_COLUMN: &str =
        "SELECT visit_id, status, value, unit_id, CASE status WHEN 8 THEN printed END
        FROM measurement WHERE analyte_id = ?1 ORDER BY visit_id, replicate";
    const BY_ANALYTE: &str =
        "SELECT id, status, value, unit_id, CASE status WHEN 8 THEN printed END
        FROM measurement WHERE analyte_id = ?1 ORDER BY id";
    let (analyte, visit) = ("id >> 44", "(id >> 8) & 68719476735");
    let number = Key::Number { analyte: 44, visit: 8 };
    let visit_first = Key::Number { analyte: 8, visit: 24 };
    let layout = |name, key, schema, one_analyte| Layout { name, key, schema, one_analyte };
    let unique = "    UNIQUE (analyte_id, visit_id, replicate),\n";
    vec![
        layout("(a) V1: WITHOUT ROWID", Key::Columns, v1_with(&[]), BY_COLUMN),
        layout("(b) one number", number, v1_by_number(analyte, visit, true), BY_RANGE),
        layout("(c) (b), 2 links less", number, v1_by_number(analyte, visit, false), BY_RANGE),
        layout(
            "(d) rowid + UNIQUE",
            Key::Columns,
            v1_with(&[(KEY, unique), (END, ") STRICT;")]),
            BY_COLUMN,
        ),
        layout(
            "(e) visit first",
            visit_first,
            v1_by_number("(id >> 8) & 65535", "id >> 24", true),
            BY_ANALYTE,
        ),
    ]
}
