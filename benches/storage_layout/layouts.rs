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
    let start = V1.find("CREATE TABLE measurement (").expect("V1 makes the table");
    let length = V1[start..].find(") STRICT;\n").expect("the table is strict") + ") STRICT;".len();
    let table = &V1[start..start + length];
    V1.replacen(table, &edited(table, edits), 1)
}

/// A reading names its measurement by the same three columns.
fn with_reading_by_columns(schema: &str) -> String {
    let end = "reason         TEXT NOT NULL,
    source_id      INTEGER REFERENCES source (id) ON DELETE RESTRICT";
    let key = "FOREIGN KEY (analyte_id, visit_id, replicate) REFERENCES measurement";
    edited(
        schema,
        &[
            (
                "measurement_id INTEGER NOT NULL REFERENCES measurement (id) ON DELETE RESTRICT",
                "analyte_id INTEGER NOT NULL, visit_id INTEGER NOT NULL, replicate INTEGER NOT NULL",
            ),
            (end, &format!("{end},\n    {key} ON DELETE RESTRICT")),
            ("ON reading (measurement_id)", "ON reading (analyte_id, visit_id, replicate)"),
            (
                "g.measurement_id = m.id",
                "(g.analyte_id, g.visit_id, g.replicate) = (m.analyte_id, m.visit_id, m.replicate)",
            ),
        ],
    )
}

pub fn layouts() -> Vec<Layout> {
    const ID: &str = "    id         INTEGER PRIMARY KEY,\n";
    const ANALYTE: &str = "GENERATED ALWAYS AS (id >> 44) VIRTUAL";
    const VISIT: &str = "GENERATED ALWAYS AS ((id >> 8) & 68719476735) VIRTUAL";
    const REPLICATE: &str = " GENERATED ALWAYS AS (id & 255) VIRTUAL";
    const TO_ANALYTE: &str = "VIRTUAL REFERENCES analyte (id) ON DELETE RESTRICT";
    const TO_VISIT: &str = "VIRTUAL REFERENCES visit (id) ON DELETE RESTRICT";
    const END: &str = "\n) STRICT;";
    const BY_RANGE: &str = "SELECT id, status, value, unit_id, CASE status WHEN 8 THEN printed END
        FROM measurement WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
    const BY_COLUMN: &str =
        "SELECT visit_id, status, value, unit_id, CASE status WHEN 8 THEN printed END
        FROM measurement WHERE analyte_id = ?1 ORDER BY visit_id, replicate";
    let number = |name, schema| {
        let key = Key::Number { analyte: 44, visit: 8 };
        Layout { name, key, schema, one_analyte: BY_RANGE }
    };
    let columns = |name, schema| Layout { name, key: Key::Columns, schema, one_analyte: BY_COLUMN };
    let unique = ",\n    UNIQUE (analyte_id, visit_id, replicate)\n) STRICT;";
    let without = ",\n    PRIMARY KEY (analyte_id, visit_id, replicate)\n) STRICT, WITHOUT ROWID;";
    let plain = [(ANALYTE, ""), (VISIT, ""), (REPLICATE, "")];
    vec![
        number("(a) number, as V1", v1_with(&[])),
        number("(b) (a), 2 keys less", v1_with(&[(TO_ANALYTE, "VIRTUAL"), (TO_VISIT, "VIRTUAL")])),
        columns(
            "(c) WITHOUT ROWID",
            with_reading_by_columns(&v1_with(&[&plain[..], &[(ID, ""), (END, without)]].concat())),
        ),
        columns("(d) rowid + UNIQUE", v1_with(&[&plain[..], &[(END, unique)]].concat())),
        Layout {
            key: Key::Number { analyte: 8, visit: 24 },
            one_analyte: "SELECT id, status, value, unit_id, CASE status WHEN 8 THEN printed END
                FROM measurement WHERE analyte_id = ?1 ORDER BY id",
            ..number(
                "(e) visit first",
                v1_with(&[
                    (ANALYTE, "GENERATED ALWAYS AS ((id >> 8) & 65535) VIRTUAL"),
                    (VISIT, "GENERATED ALWAYS AS (id >> 24) VIRTUAL"),
                ]),
            )
        },
    ]
}
