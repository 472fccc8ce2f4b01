-- casebook registry, version 3: one line of the log may stand for many patients or visits too, not for
-- many measurements only. An import of a large file brings all three; its checks of each row cost half as much.
-- And a view of the registry's own columns.

PRAGMA user_version = 3;

-- Nothing was ever written to the table of version 2.
DROP TABLE batch;

-- Many records of one kind that one change added share one line of the log. The change's body holds the
-- digest: the SHA-256 of their lines of text, in the order of patient.id, of visit.id, or of
-- (analyte_id, visit_id, replicate).
CREATE TABLE batch (
    id           INTEGER PRIMARY KEY,
    change_id    INTEGER NOT NULL REFERENCES change (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    noun         TEXT NOT NULL CHECK (noun IN ('patient', 'visit', 'measurement')),
    records      INTEGER NOT NULL CHECK (records > 0),
    fingerprints BLOB NOT NULL, -- four bytes for each line, so that an altered one can be named
    CHECK (length(fingerprints) = 4 * records)
) STRICT;
CREATE INDEX batch_by_change ON batch (change_id);

-- The batch a record was logged in, as measurement.batch_id; NULL: it has an entry of its own.
ALTER TABLE patient ADD COLUMN batch_id INTEGER;
ALTER TABLE visit ADD COLUMN batch_id INTEGER;

-- The same measurements under the same checks, said otherwise: for a list of more than two values behind
-- IN, SQLite builds a table in memory anew at every row, which took half the time of writing it (2026-11).
CREATE TABLE measurement_anew (
    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    visit_id   INTEGER NOT NULL REFERENCES visit (id) ON DELETE RESTRICT,
    replicate  INTEGER NOT NULL DEFAULT 0 CHECK (replicate BETWEEN 0 AND 255),
    value      REAL,             -- the one in force, in the analyte's canonical unit: the printed one, or that of an
                                 -- accepted reading; the limit itself when below or above it
    status     INTEGER NOT NULL CHECK (status BETWEEN 1 AND 8), -- measurement_status.id
    printed    TEXT,             -- the number or words as printed
    comparator TEXT CHECK (comparator = '<' OR comparator = '<=' OR comparator = '>' OR comparator = '>='),
    unit_id    INTEGER REFERENCES reported_unit (id) ON DELETE RESTRICT, -- NULL: no unit was printed
    limits_id  INTEGER REFERENCES reference_limits (id) ON DELETE RESTRICT,
    source_id  INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    -- The batch it was logged in; NULL: it has an entry of its own. Not a foreign key, because looking it up
    -- would cost an import more than the log does; `verify` looks for it.
    batch_id   INTEGER,
    PRIMARY KEY (analyte_id, visit_id, replicate),
    CHECK ((status <= 3 OR status = 8) = (printed IS NOT NULL)),
    CHECK ((comparator IS NOT NULL) = (status = 2 OR status = 3))
) STRICT, WITHOUT ROWID;
INSERT INTO measurement_anew SELECT * FROM measurement;
DROP TABLE measurement;
-- Else the new name would be looked for in the views, which name a table that is gone at this moment.
PRAGMA legacy_alter_table = ON;
ALTER TABLE measurement_anew RENAME TO measurement;
PRAGMA legacy_alter_table = OFF;

-- The registry's own columns of a patient, in plain words, for other tools.
CREATE VIEW attributes AS
SELECT p.key AS patient, a.key AS attribute, a.label, a.kind, v.value
  FROM patient_attribute v
  JOIN patient p ON p.id = v.patient_id
  JOIN attribute a ON a.id = v.attribute_id
 ORDER BY p.id, a.key;
