-- Named selections of patients and named rules of response.
PRAGMA user_version = 4;

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
