-- Everything a study holds. Portable between the two databases: ids are 16 bytes, instants are UTC to the microsecond.

CREATE TABLE studies (
    study_id   BLOB PRIMARY KEY NOT NULL,
    key        TEXT NOT NULL UNIQUE,
    design     TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

-- The instruments of a study, word for word: what a response is pinned to.
CREATE TABLE instruments (
    study_id BLOB NOT NULL REFERENCES studies,
    key      TEXT NOT NULL,
    version  INTEGER NOT NULL,
    hash     TEXT NOT NULL,
    file     TEXT NOT NULL,
    PRIMARY KEY (study_id, key, version)
) STRICT;

CREATE TABLE boards (
    board_id BLOB PRIMARY KEY NOT NULL,
    study_id BLOB NOT NULL REFERENCES studies,
    key      TEXT NOT NULL,
    name     TEXT NOT NULL,
    UNIQUE (study_id, key)
) STRICT;

CREATE TABLE schools (
    school_id BLOB PRIMARY KEY NOT NULL,
    study_id  BLOB NOT NULL REFERENCES studies,
    board_id  BLOB REFERENCES boards,
    cohort    TEXT NOT NULL,
    key       TEXT NOT NULL,
    name      TEXT NOT NULL,
    UNIQUE (study_id, key)
) STRICT;

-- A person in the study, whatever schools they work at. Who that is stands in `contacts` and nowhere else.
CREATE TABLE persons (
    person_id BLOB PRIMARY KEY NOT NULL,
    study_id  BLOB NOT NULL REFERENCES studies,
    key       TEXT NOT NULL,
    UNIQUE (study_id, key)
) STRICT;

CREATE TABLE contacts (
    person_id BLOB PRIMARY KEY NOT NULL REFERENCES persons,
    name      TEXT NOT NULL,
    email     TEXT,
    language  TEXT NOT NULL
) STRICT;

CREATE TABLE members (
    member_id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES persons,
    school_id BLOB NOT NULL REFERENCES schools,
    joined_on TEXT,
    left_on   TEXT,
    UNIQUE (person_id, school_id)
) STRICT;
CREATE INDEX members_by_school ON members (school_id);

-- Rank 0 is the role in which the member counts.
CREATE TABLE member_roles (
    member_id BLOB NOT NULL REFERENCES members,
    role      TEXT NOT NULL,
    rank      INTEGER NOT NULL,
    PRIMARY KEY (member_id, role)
) STRICT;

CREATE TABLE member_groups (
    member_id BLOB NOT NULL REFERENCES members,
    grouping  TEXT NOT NULL,
    PRIMARY KEY (member_id, grouping)
) STRICT;

-- When one cohort answers one wave; `closed_at` is set once, when its answers are frozen.
CREATE TABLE windows (
    window_id BLOB PRIMARY KEY NOT NULL,
    study_id  BLOB NOT NULL REFERENCES studies,
    cohort    TEXT NOT NULL,
    wave      TEXT NOT NULL,
    opens_at  TEXT NOT NULL,
    closes_at TEXT NOT NULL,
    closed_at TEXT,
    UNIQUE (study_id, cohort, wave)
) STRICT;

-- Who was on the list of a window when it was closed, in which roles and groups: later lists do not change it.
CREATE TABLE frozen_members (
    window_id BLOB NOT NULL REFERENCES windows,
    member_id BLOB NOT NULL REFERENCES members,
    roles     TEXT NOT NULL,
    groupings TEXT NOT NULL,
    joined_on TEXT,
    PRIMARY KEY (window_id, member_id)
) STRICT, WITHOUT ROWID;

-- One per membership and wave. Only the hash of the token is here; the key it is derived from is not in the database.
CREATE TABLE invitations (
    invitation_id BLOB PRIMARY KEY NOT NULL,
    member_id     BLOB NOT NULL REFERENCES members,
    wave          TEXT NOT NULL,
    issue         INTEGER NOT NULL,
    token_hash    BLOB NOT NULL UNIQUE,
    selector      TEXT NOT NULL UNIQUE,
    created_at    TEXT NOT NULL,
    submitted_at  TEXT,
    receipt       TEXT,
    UNIQUE (member_id, wave)
) STRICT;

-- Links for people who look at results or follow the response.
CREATE TABLE links (
    link_id    BLOB PRIMARY KEY NOT NULL,
    study_id   BLOB NOT NULL REFERENCES studies,
    role       TEXT NOT NULL,
    label      TEXT NOT NULL,
    issue      INTEGER NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    selector   TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
) STRICT;

CREATE TABLE link_schools (
    link_id   BLOB NOT NULL REFERENCES links,
    school_id BLOB NOT NULL REFERENCES schools,
    PRIMARY KEY (link_id, school_id)
) STRICT;

-- Who is signed in: the hash of a cookie, and what it opens.
CREATE TABLE visits (
    visit_hash    BLOB PRIMARY KEY NOT NULL,
    invitation_id BLOB REFERENCES invitations,
    link_id       BLOB REFERENCES links,
    issue         INTEGER NOT NULL,
    expires_at    TEXT NOT NULL
) STRICT;

-- One filled instrument: by a member, in a wave, pinned to the version that was answered.
CREATE TABLE responses (
    response_id   BLOB PRIMARY KEY NOT NULL,
    invitation_id BLOB NOT NULL REFERENCES invitations,
    instrument    TEXT NOT NULL,
    version       INTEGER NOT NULL,
    hash          TEXT NOT NULL,
    started_at    TEXT NOT NULL,
    UNIQUE (invitation_id, instrument)
) STRICT;

-- An item without an answer has no row. "Named" and "nobody" stand here; who was named stands in `nominations`.
CREATE TABLE answers (
    response_id BLOB NOT NULL REFERENCES responses,
    item        TEXT NOT NULL,
    value       TEXT NOT NULL,
    saved_at    TEXT NOT NULL,
    PRIMARY KEY (response_id, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE nominations (
    response_id BLOB NOT NULL REFERENCES responses,
    item        TEXT NOT NULL,
    alter_id    BLOB NOT NULL REFERENCES members,
    strength    INTEGER NOT NULL,
    PRIMARY KEY (response_id, item, alter_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE pupils (
    pupil_id  BLOB PRIMARY KEY NOT NULL,
    school_id BLOB NOT NULL REFERENCES schools,
    key       TEXT NOT NULL,
    weight    TEXT,
    UNIQUE (school_id, key)
) STRICT;

CREATE TABLE pupil_scores (
    pupil_id  BLOB NOT NULL REFERENCES pupils,
    tested_on TEXT NOT NULL,
    score     REAL NOT NULL,
    PRIMARY KEY (pupil_id, tested_on)
) STRICT, WITHOUT ROWID;

-- What was concluded from frozen data, by the hash of the data and of the method: program, plan and rules. Evaluated
-- once, read ever after; another program or plan concludes anew.
CREATE TABLE conclusions (
    snapshot_hash TEXT NOT NULL,
    method_hash   TEXT NOT NULL,
    study_id      BLOB NOT NULL REFERENCES studies,
    taken_at      TEXT NOT NULL,
    findings      TEXT NOT NULL,
    PRIMARY KEY (snapshot_hash, method_hash)
) STRICT;

CREATE TABLE portraits (
    snapshot_hash TEXT NOT NULL,
    method_hash   TEXT NOT NULL,
    school_id     BLOB NOT NULL REFERENCES schools,
    portrait      TEXT NOT NULL,
    PRIMARY KEY (snapshot_hash, method_hash, school_id),
    FOREIGN KEY (snapshot_hash, method_hash) REFERENCES conclusions
) STRICT;

CREATE TABLE audit (
    audit_id INTEGER PRIMARY KEY,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    verb     TEXT NOT NULL,
    noun     TEXT NOT NULL,
    detail   TEXT NOT NULL
) STRICT;
