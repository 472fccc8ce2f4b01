CREATE VIEW attributes AS
SELECT p.key AS patient, a.key AS attribute, a.label, a.kind, v.value
  FROM patient_attribute v
  JOIN patient p ON p.id = v.patient_id
  JOIN attribute a ON a.id = v.attribute_id
 ORDER BY p.id, a.key;

CREATE VIEW infusions AS
SELECT p.key AS patient, i.number, i.day, i.date, d.key AS product, d.cell_type, d.tissue, i.route, i.delivery_site,
       i.cells, i.cells_per_kg, i.dose_printed, i.volume_ml, i.viability_percent, i.passage, i.premedication, i.note
  FROM infusion i
  JOIN patient p ON p.id = i.patient_id
  LEFT JOIN product d ON d.id = i.product_id
 ORDER BY p.id, i.number;

CREATE VIEW measurements AS
SELECT p.key AS patient, v.label AS visit, v.day, v.day_basis, v.date,
       a.key AS analyte, a.name AS analyte_name, s.name AS status,
       m.printed, u.printed AS printed_unit, m.value, a.canonical_unit AS unit, u.basis AS conversion,
       l.low_printed AS lower_limit, l.high_printed AS upper_limit,
       (SELECT group_concat(g.printed || ' (' || g.standing || ' by ' || g.made_by || ': ' || g.reason || ')', '; ')
          FROM reading g WHERE g.analyte_id = m.analyte_id AND g.visit_id = m.visit_id
           AND g.replicate = m.replicate) AS other_readings,
       c.place AS source, c.method AS source_method, c.quote
  FROM measurement m
  JOIN analyte a ON a.id = m.analyte_id
  JOIN visit v ON v.id = m.visit_id
  JOIN patient p ON p.id = v.patient_id
  JOIN measurement_status s ON s.id = m.status
  LEFT JOIN reported_unit u ON u.id = m.unit_id
  LEFT JOIN reference_limits l ON l.id = m.limits_id
  LEFT JOIN source c ON c.id = m.source_id;

CREATE VIEW patients AS
SELECT p.key AS patient, r.key AS report, r.kind AS report_kind,
       CASE r.simulated WHEN 1 THEN 'yes' ELSE 'no' END AS simulated,
       p.sex, p.age_years, p.birth_year, p.diagnosis, p.diabetes_duration_years, p.height_cm, p.follow_up_days,
       (SELECT count(*) FROM infusion i WHERE i.patient_id = p.id) AS infusions,
       (SELECT sum(i.cells) FROM infusion i WHERE i.patient_id = p.id) AS known_cells,
       (SELECT count(*) FROM visit v WHERE v.patient_id = p.id) AS visits,
       (SELECT count(*) FROM adverse_event e WHERE e.patient_id = p.id) AS adverse_events,
       r.adverse_events AS report_on_adverse_events,
       p.note
  FROM patient p
  LEFT JOIN patient_report pr ON pr.patient_id = p.id AND pr.first = 1
  LEFT JOIN report r ON r.id = pr.report_id
 ORDER BY p.id;

CREATE TRIGGER change_is_never_edited BEFORE UPDATE ON change
BEGIN SELECT RAISE(ABORT, 'the change log is never edited'); END;

CREATE TRIGGER change_is_never_removed BEFORE DELETE ON change
BEGIN SELECT RAISE(ABORT, 'the change log is never shortened'); END;

CREATE TRIGGER merged_change_is_never_edited BEFORE UPDATE ON merged_change
BEGIN SELECT RAISE(ABORT, 'the change log is never edited'); END;

CREATE TRIGGER merged_change_is_never_removed BEFORE DELETE ON merged_change
BEGIN SELECT RAISE(ABORT, 'the change log is never shortened'); END;

CREATE TABLE adverse_event (
    id             INTEGER PRIMARY KEY,
    uuid           TEXT NOT NULL UNIQUE,
    patient_id     INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    term           TEXT NOT NULL CHECK (term <> ''), -- verbatim
    coded_term     TEXT,
    coded_class    TEXT,
    dictionary     TEXT, -- of the coded term, with its version
    onset_day      INTEGER, onset_date TEXT,
    end_day        INTEGER, end_date TEXT,
    ctcae_version  TEXT,
    grade          INTEGER CHECK (grade BETWEEN 1 AND 5),
    serious        INTEGER CHECK (serious IN (0, 1)),
    serious_reason TEXT CHECK (serious_reason IN ('death', 'life-threatening', 'hospitalisation', 'disability',
                   'congenital anomaly', 'medically important')),
    related_to_cells         TEXT CHECK (related_to_cells IN ('none', 'unlikely', 'possible', 'probable', 'definite')),
    related_to_procedure     TEXT CHECK (related_to_procedure IN ('none', 'unlikely', 'possible', 'probable', 'definite')),
    related_to_premedication TEXT CHECK (related_to_premedication IN ('none', 'unlikely', 'possible', 'probable', 'definite')),
    related_to_disease       TEXT CHECK (related_to_disease IN ('none', 'unlikely', 'possible', 'probable', 'definite')),
    infusion_id    INTEGER REFERENCES infusion (id) ON DELETE RESTRICT,
    action         TEXT,
    outcome        TEXT CHECK (outcome IN ('recovered', 'recovering', 'not recovered', 'recovered with sequelae', 'fatal', 'unknown')),
    source_id      INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note           TEXT
) STRICT;

CREATE TABLE analyte (
    id             INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 65535),
    uuid           TEXT NOT NULL UNIQUE,
    key            TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    specimen       TEXT,
    state          TEXT, -- fasting, 120 min after a meal ...
    canonical_unit TEXT NOT NULL, -- UCUM
    loinc          TEXT,
    decimals       INTEGER NOT NULL CHECK (decimals BETWEEN 0 AND 9), -- usual decimals in the canonical unit
    hard_min       REAL, hard_max REAL,   -- outside: refused
    query_min      REAL, query_max REAL,  -- outside: asked about
    built_in       INTEGER NOT NULL CHECK (built_in IN (0, 1))
, symbol TEXT) STRICT;

CREATE TABLE analyte_alias (
    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    alias      TEXT NOT NULL UNIQUE CHECK (alias <> ''), -- small letters and digits only
    PRIMARY KEY (analyte_id, alias)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE attribute (
    id      INTEGER PRIMARY KEY,
    uuid    TEXT NOT NULL UNIQUE,
    key     TEXT NOT NULL UNIQUE,
    label   TEXT,
    kind    TEXT NOT NULL CHECK (kind IN ('category', 'number', 'text', 'date', 'yes-no')),
    choices TEXT CHECK (choices IS NULL OR json_valid(choices)) -- category: JSON array of the values allowed
) STRICT;

CREATE TABLE batch (
    id           INTEGER PRIMARY KEY,
    change_id    INTEGER NOT NULL REFERENCES change (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    noun         TEXT NOT NULL CHECK (noun IN ('patient', 'visit', 'measurement')),
    records      INTEGER NOT NULL CHECK (records > 0),
    fingerprints BLOB NOT NULL, -- four bytes for each line, so that an altered one can be named
    CHECK (length(fingerprints) = 4 * records)
) STRICT;

CREATE TABLE change (
    id      INTEGER PRIMARY KEY,
    body    TEXT NOT NULL CHECK (json_valid(body)),
    hash    TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    at      TEXT GENERATED ALWAYS AS (body ->> '$.at') VIRTUAL,
    actor   TEXT GENERATED ALWAYS AS (body ->> '$.actor') VIRTUAL,
    command TEXT GENERATED ALWAYS AS (body ->> '$.command') VIRTUAL,
    reason  TEXT GENERATED ALWAYS AS (body ->> '$.reason') VIRTUAL
) STRICT;

CREATE TABLE change_subject (
    noun      TEXT NOT NULL,
    uuid      TEXT NOT NULL,
    change_id INTEGER NOT NULL REFERENCES change (id) ON DELETE RESTRICT,
    PRIMARY KEY (noun, uuid, change_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE cohort (
    id         INTEGER PRIMARY KEY,
    uuid       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL UNIQUE CHECK (name <> ''),
    version    INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1), -- counts changes of the expression
    expression TEXT NOT NULL CHECK (expression <> ''),          -- SQL over the columns of a patient; the log keeps older ones
    note       TEXT
) STRICT;

CREATE TABLE endpoint (
    id      INTEGER PRIMARY KEY,
    uuid    TEXT NOT NULL UNIQUE,
    name    TEXT NOT NULL UNIQUE CHECK (name <> ''),
    version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1), -- counts changes of the rule
    rule    TEXT NOT NULL CHECK (rule <> ''),                -- who is a responder; the log keeps older ones
    note    TEXT
) STRICT;

CREATE TABLE infusion (
    id                INTEGER PRIMARY KEY,
    patient_id        INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    number            INTEGER NOT NULL CHECK (number >= 1),
    day               INTEGER,
    date              TEXT,
    product_id        INTEGER REFERENCES product (id) ON DELETE RESTRICT,
    route             TEXT,
    delivery_site     TEXT,
    cells             REAL CHECK (cells > 0),        -- cells given
    cells_per_kg      REAL CHECK (cells_per_kg > 0), -- cells given per kg of body weight
    dose_printed      TEXT,                          -- the dose in the report's words
    volume_ml         REAL CHECK (volume_ml > 0),
    viability_percent REAL CHECK (viability_percent BETWEEN 0 AND 100),
    passage           INTEGER CHECK (passage >= 0),
    premedication     TEXT,
    source_id         INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note              TEXT,
    UNIQUE (patient_id, number)
) STRICT;

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

CREATE TABLE "measurement" (
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

CREATE TABLE measurement_status (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE medication (
    id          INTEGER PRIMARY KEY,
    uuid        TEXT NOT NULL UNIQUE,
    patient_id  INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    drug        TEXT NOT NULL CHECK (drug <> ''),
    atc         TEXT,
    atc_year    INTEGER, -- codes move between years
    dose_per_day REAL CHECK (dose_per_day >= 0),
    dose_unit   TEXT,
    start_day   INTEGER, start_date TEXT,
    end_day     INTEGER, end_date TEXT,
    stop_reason TEXT,
    source_id   INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note        TEXT,
    CHECK (dose_per_day IS NULL OR dose_unit IS NOT NULL)
) STRICT;

CREATE TABLE merged_change (
    id        INTEGER PRIMARY KEY,
    hash      TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    number    INTEGER NOT NULL, -- in its own log
    body      TEXT NOT NULL CHECK (json_valid(body)),
    change_id INTEGER NOT NULL -- the merge that brought it here
              REFERENCES change (id) ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE patient (
    id                      INTEGER PRIMARY KEY,
    uuid                    TEXT NOT NULL UNIQUE,
    key                     TEXT NOT NULL UNIQUE CHECK (key <> ''),
    sex                     TEXT CHECK (sex IN ('female', 'male', 'other', 'unknown')),
    age_years               REAL CHECK (age_years >= 0 AND age_years <= 130), -- on day 0
    birth_year              INTEGER CHECK (birth_year BETWEEN 1850 AND 2200),
    diagnosis               TEXT,
    diabetes_duration_years REAL CHECK (diabetes_duration_years >= 0),        -- on day 0
    height_cm               REAL CHECK (height_cm > 0),
    follow_up_days          INTEGER CHECK (follow_up_days >= 0),              -- from day 0
    enrolment_date          TEXT,
    source_id               INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note                    TEXT
, batch_id INTEGER) STRICT;

CREATE TABLE patient_attribute (
    patient_id   INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    attribute_id INTEGER NOT NULL REFERENCES attribute (id) ON DELETE RESTRICT,
    value        TEXT NOT NULL,
    source_id    INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    PRIMARY KEY (patient_id, attribute_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE patient_report (
    patient_id INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    report_id  INTEGER NOT NULL REFERENCES report (id) ON DELETE RESTRICT,
    first      INTEGER NOT NULL CHECK (first IN (0, 1)), -- 1: the report it was recorded from
    PRIMARY KEY (patient_id, report_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE product (
    id           INTEGER PRIMARY KEY,
    uuid         TEXT NOT NULL UNIQUE,
    key          TEXT NOT NULL UNIQUE CHECK (key <> ''),
    name         TEXT,
    cell_type    TEXT,
    donor        TEXT CHECK (donor IN ('autologous', 'allogeneic', 'xenogeneic')),
    tissue       TEXT, -- tissue of origin
    preparation  TEXT, -- separation, culture medium, cryoprotectant
    state        TEXT CHECK (state IN ('fresh', 'frozen')),
    identity     TEXT, -- surface markers, differentiation
    release_tests TEXT,
    lot          TEXT,
    source_id    INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note         TEXT
) STRICT;

CREATE TABLE reading (
    id             INTEGER PRIMARY KEY,
    uuid           TEXT NOT NULL UNIQUE,
    analyte_id     INTEGER NOT NULL,
    visit_id       INTEGER NOT NULL,
    replicate      INTEGER NOT NULL DEFAULT 0,
    standing       TEXT NOT NULL CHECK (standing IN ('proposed', 'accepted', 'rejected')),
    printed        TEXT NOT NULL,
    unit_id        INTEGER REFERENCES reported_unit (id) ON DELETE RESTRICT,
    value          REAL,
    made_by        TEXT NOT NULL,
    reason         TEXT NOT NULL,
    source_id      INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    FOREIGN KEY (analyte_id, visit_id, replicate) REFERENCES measurement ON DELETE RESTRICT
) STRICT;

CREATE TABLE reference_limits (
    id           INTEGER PRIMARY KEY,
    analyte_id   INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    unit_id      INTEGER REFERENCES reported_unit (id) ON DELETE RESTRICT,
    low_printed  TEXT, high_printed TEXT,
    low          REAL, high REAL,
    CHECK (low_printed IS NOT NULL OR high_printed IS NOT NULL)
) STRICT;

CREATE TABLE registry (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    uuid          TEXT NOT NULL,
    title         TEXT NOT NULL,
    day_zero      TEXT NOT NULL CHECK (day_zero IN ('first infusion', 'last infusion', 'enrolment')),
    baseline      TEXT NOT NULL CHECK (baseline IN ('last on or before day 0')),
    rules_version INTEGER NOT NULL DEFAULT 1 CHECK (rules_version >= 1), -- counts changes of schedule and rules
    made_by       TEXT NOT NULL                                          -- program version
) STRICT;

CREATE TABLE report (
    id             INTEGER PRIMARY KEY,
    uuid           TEXT NOT NULL UNIQUE,
    key            TEXT NOT NULL UNIQUE CHECK (key <> '' AND instr(key, '/') = 0),
    kind           TEXT NOT NULL CHECK (kind IN ('case report', 'case series', 'trial arm', 'registry extract', 'second-hand')),
    simulated      INTEGER NOT NULL DEFAULT 0 CHECK (simulated IN (0, 1)), -- 1: invented for demonstration
    title          TEXT,
    authors        TEXT,
    journal        TEXT,
    year           INTEGER CHECK (year BETWEEN 1800 AND 2200),
    volume         TEXT,
    issue          TEXT,
    pages          TEXT,
    doi            TEXT,
    pmid           TEXT,
    registration   TEXT, -- trial registration number
    country        TEXT,
    language       TEXT,
    site           TEXT,
    adverse_events TEXT NOT NULL DEFAULT 'not mentioned'
                   CHECK (adverse_events IN ('given', 'none stated', 'not mentioned')),
    adverse_events_days INTEGER CHECK (adverse_events_days >= 0), -- how long they were looked for
    adverse_events_source_id INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note           TEXT
) STRICT;

CREATE TABLE reported_unit (
    id         INTEGER PRIMARY KEY,
    analyte_id INTEGER NOT NULL REFERENCES analyte (id) ON DELETE RESTRICT,
    printed    TEXT NOT NULL,
    ucum       TEXT NOT NULL,
    slope      REAL NOT NULL,
    intercept  REAL NOT NULL,
    basis      TEXT NOT NULL, -- where slope and intercept come from
    UNIQUE (analyte_id, printed, slope, intercept)
) STRICT;

CREATE TABLE source (
    id        INTEGER PRIMARY KEY,
    uuid      TEXT NOT NULL UNIQUE,
    report_id INTEGER REFERENCES report (id) ON DELETE RESTRICT,
    place     TEXT, -- table 2, p. 4
    quote     TEXT, -- in the report's words
    method    TEXT CHECK (method IN ('text', 'table', 'figure', 'author', 'lab')),
    CHECK (place IS NOT NULL OR quote IS NOT NULL OR method IS NOT NULL)
) STRICT;

CREATE TABLE statement (
    id         INTEGER PRIMARY KEY,
    uuid       TEXT NOT NULL UNIQUE,
    patient_id INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    visit_id   INTEGER REFERENCES visit (id) ON DELETE RESTRICT, -- NULL: over the whole follow-up
    analyte_id INTEGER REFERENCES analyte (id) ON DELETE RESTRICT,
    topic      TEXT,
    finding    TEXT NOT NULL CHECK (finding IN ('at target', 'not at target', 'normal', 'abnormal', 'improved',
               'worsened', 'increased', 'decreased', 'unchanged', 'present', 'absent')),
    source_id  INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note       TEXT,
    CHECK ((analyte_id IS NULL) <> (topic IS NULL))
) STRICT;

CREATE TABLE timepoint (
    id         INTEGER PRIMARY KEY,
    uuid       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL UNIQUE CHECK (name <> ''),
    target_day INTEGER NOT NULL,
    first_day  INTEGER NOT NULL CHECK (first_day <= target_day),
    last_day   INTEGER NOT NULL CHECK (last_day >= target_day)
) STRICT;

CREATE TABLE visit (
    id           INTEGER PRIMARY KEY,
    patient_id   INTEGER NOT NULL REFERENCES patient (id) ON DELETE RESTRICT,
    label        TEXT NOT NULL CHECK (label <> ''),
    timepoint_id INTEGER REFERENCES timepoint (id) ON DELETE RESTRICT,
    day          INTEGER,
    day_basis    TEXT CHECK (day_basis IN ('actual', 'planned')), -- planned: read off the label only
    date         TEXT,
    source_id    INTEGER REFERENCES source (id) ON DELETE RESTRICT,
    note         TEXT, batch_id INTEGER,
    UNIQUE (patient_id, label),
    CHECK ((day IS NULL) = (day_basis IS NULL))
) STRICT;

CREATE INDEX adverse_event_by_infusion ON adverse_event (infusion_id);

CREATE INDEX adverse_event_by_patient ON adverse_event (patient_id);

CREATE INDEX batch_by_change ON batch (change_id);

CREATE INDEX medication_by_patient ON medication (patient_id);

CREATE INDEX merged_change_by_change ON merged_change (change_id);

CREATE INDEX patient_by_report ON patient_report (report_id, patient_id);

CREATE INDEX reading_by_measurement ON reading (analyte_id, visit_id, replicate);

CREATE INDEX reference_limits_by_analyte ON reference_limits (analyte_id, low_printed, high_printed);

CREATE INDEX source_by_report ON source (report_id);

CREATE INDEX statement_by_patient ON statement (patient_id);

CREATE INDEX statement_by_visit ON statement (visit_id);

