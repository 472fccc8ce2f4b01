-- casebook registry, version 3: one line of the log may stand for many patients or visits too, not for
-- many measurements only. An import of a large file brings all three. And a view of the registry's own columns.

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

-- The registry's own columns of a patient, in plain words, for other tools.
CREATE VIEW attributes AS
SELECT p.key AS patient, a.key AS attribute, a.label, a.kind, v.value
  FROM patient_attribute v
  JOIN patient p ON p.id = v.patient_id
  JOIN attribute a ON a.id = v.attribute_id
 ORDER BY p.id, a.key;
