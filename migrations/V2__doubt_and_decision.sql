-- casebook registry, version 2: answers to questions, locks, the registry's own analytes, bulk entries
-- of the log, and the logs of registries that were merged into this one.

PRAGMA user_version = 2;

-- A question of `check` that somebody answered. finding names the rule, the record and the values it was
-- asked about: when one of them changes, the finding has another name and is asked anew.
CREATE TABLE answer (
    id       INTEGER PRIMARY KEY,
    uuid     TEXT NOT NULL UNIQUE,
    finding  TEXT NOT NULL UNIQUE, -- as `check` prints it
    rule     TEXT NOT NULL,
    place    TEXT NOT NULL,        -- the record, in words
    evidence TEXT NOT NULL,        -- what was found
    made_by  TEXT NOT NULL,
    reason   TEXT NOT NULL CHECK (reason <> '')
) STRICT;

-- What may not be changed until it is unlocked.
CREATE TABLE lock (
    id       INTEGER PRIMARY KEY,
    uuid     TEXT NOT NULL UNIQUE,
    noun     TEXT NOT NULL CHECK (noun IN ('registry', 'report', 'patient')),
    subject  TEXT NOT NULL, -- uuid of what is locked
    key      TEXT NOT NULL, -- its key, for messages
    made_by  TEXT NOT NULL,
    reason   TEXT NOT NULL CHECK (reason <> ''),
    UNIQUE (noun, subject)
) STRICT;

-- What the catalogue of the program does not say of the registry's own analytes (analyte.built_in = 0).
ALTER TABLE analyte ADD COLUMN symbol TEXT; -- what tables print; NULL: built in
CREATE TABLE analyte_alias (
    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    alias      TEXT NOT NULL UNIQUE CHECK (alias <> ''), -- small letters and digits only
    PRIMARY KEY (analyte_id, alias)
) STRICT, WITHOUT ROWID;
-- A unit it is accepted in: canonical = slope * printed + intercept. Position 0 is the canonical one.
CREATE TABLE analyte_unit (
    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    position   INTEGER NOT NULL CHECK (position >= 0),
    spelled    TEXT NOT NULL,
    ucum       TEXT NOT NULL,
    slope      REAL NOT NULL CHECK (slope <> 0),
    intercept  REAL NOT NULL,
    decimals   INTEGER NOT NULL CHECK (decimals BETWEEN 0 AND 9),
    basis      TEXT NOT NULL, -- where slope and intercept come from
    PRIMARY KEY (analyte_id, position),
    UNIQUE (analyte_id, spelled)
) STRICT, WITHOUT ROWID;

-- Many measurements of one change share one line of the log. The change's body holds the digest: the
-- SHA-256 of their lines of text, in the order of (analyte_id, visit_id, replicate).
CREATE TABLE batch (
    id           INTEGER PRIMARY KEY,
    change_id    INTEGER NOT NULL REFERENCES change (id) ON DELETE RESTRICT,
    measurements INTEGER NOT NULL CHECK (measurements > 0),
    fingerprints BLOB NOT NULL, -- four bytes for each line, so that an altered one can be named
    CHECK (length(fingerprints) = 4 * measurements)
) STRICT;
-- The batch a measurement was logged in; NULL: it has an entry of its own. Not a foreign key, because
-- looking it up would cost an import more than the log does; `verify` looks for it.
ALTER TABLE measurement ADD COLUMN batch_id INTEGER;

-- The logs of registries that were merged into this one, as they stood there.
CREATE TABLE merged_change (
    id        INTEGER PRIMARY KEY,
    hash      TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    number    INTEGER NOT NULL, -- in its own log
    body      TEXT NOT NULL CHECK (json_valid(body)),
    change_id INTEGER NOT NULL -- the merge that brought it here
              REFERENCES change (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX merged_change_by_change ON merged_change (change_id);
CREATE TRIGGER merged_change_is_never_edited BEFORE UPDATE ON merged_change
BEGIN SELECT RAISE(ABORT, 'the change log is never edited'); END;
CREATE TRIGGER merged_change_is_never_removed BEFORE DELETE ON merged_change
BEGIN SELECT RAISE(ABORT, 'the change log is never shortened'); END;
