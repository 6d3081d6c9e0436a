-- What trust needs: accounts with a second factor, limits that all machines share, an audit whose lines hang together,
-- work that any machine can take up, and people who can be forgotten;
-- and units that are no list of staff: classes of pupils, people outside the school, open groups.

-- Someone who works with a study. The address is sealed with the contact key; it is found by its hash.
CREATE TABLE accounts (
    account_id    BLOB PRIMARY KEY NOT NULL,
    login_hash    BLOB NOT NULL UNIQUE,
    sealed_login  TEXT NOT NULL,
    password      TEXT,
    sealed_totp   TEXT,
    totp_step     INTEGER NOT NULL DEFAULT 0,
    administrator INTEGER NOT NULL DEFAULT 0,
    created_at    TEXT NOT NULL,
    disabled_at   TEXT
) STRICT;

CREATE TABLE passkeys (
    passkey_id BLOB PRIMARY KEY NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts,
    label      TEXT NOT NULL,
    credential TEXT NOT NULL,
    created_at TEXT NOT NULL,
    used_at    TEXT
) STRICT;
CREATE INDEX passkeys_by_account ON passkeys (account_id);

-- Each opens an account once, in the place of the second factor.
CREATE TABLE recovery_codes (
    account_id BLOB NOT NULL REFERENCES accounts,
    code_hash  BLOB NOT NULL,
    used_at    TEXT,
    PRIMARY KEY (account_id, code_hash)
) STRICT, WITHOUT ROWID;

-- The roles that an account holds: a link that is held opens by signing in alone, and no longer by its secret.
CREATE TABLE account_links (
    account_id BLOB NOT NULL REFERENCES accounts,
    link_id    BLOB NOT NULL REFERENCES links,
    PRIMARY KEY (account_id, link_id)
) STRICT, WITHOUT ROWID;

-- One-time secrets: to make the first administrator, to choose a new password.
CREATE TABLE account_tokens (
    token_hash BLOB PRIMARY KEY NOT NULL,
    account_id BLOB REFERENCES accounts,
    purpose    TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at    TEXT
) STRICT;

-- A sign-in that is half way, or a passkey that is being made: what the server has to remember between two forms.
CREATE TABLE ceremonies (
    ceremony_hash BLOB PRIMARY KEY NOT NULL,
    account_id    BLOB REFERENCES accounts,
    kind          TEXT NOT NULL,
    state         TEXT NOT NULL,
    expires_at    TEXT NOT NULL
) STRICT;

-- A visit of an account: who, since when, last seen, and by which factor. Without an account: by a link.
ALTER TABLE visits ADD COLUMN account_id BLOB REFERENCES accounts;
ALTER TABLE visits ADD COLUMN begun_at TEXT;
ALTER TABLE visits ADD COLUMN seen_at TEXT;
ALTER TABLE visits ADD COLUMN factor TEXT NOT NULL DEFAULT 'link';
CREATE INDEX visits_by_account ON visits (account_id);

-- Wrong codes and passwords of the last minutes, counted over all machines: by address, by account, in all.
CREATE TABLE attempts (
    kind    TEXT NOT NULL,
    subject BLOB NOT NULL,
    at      TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_subject ON attempts (kind, subject, at);
CREATE INDEX attempts_by_time ON attempts (at);

-- Each line of the audit carries a hash over itself and the line before it.
ALTER TABLE audit ADD COLUMN chain BLOB;

-- Work that is longer than a request: taken up by any machine, one at a time each, cancelled by a flag.
CREATE TABLE jobs (
    job_id     BLOB PRIMARY KEY NOT NULL,
    study_id   BLOB NOT NULL REFERENCES studies,
    kind       TEXT NOT NULL,
    argument   TEXT NOT NULL,
    state      TEXT NOT NULL,
    queued_at  TEXT NOT NULL,
    actor      TEXT NOT NULL,
    claimed_by TEXT,
    claimed_at TEXT,
    beat_at    TEXT,
    ended_at   TEXT,
    cancelled  INTEGER NOT NULL DEFAULT 0,
    tries      INTEGER NOT NULL DEFAULT 0,
    problem    TEXT
) STRICT;
CREATE INDEX jobs_by_state ON jobs (state, queued_at);
CREATE INDEX jobs_by_study ON jobs (study_id, kind, queued_at);

-- Which machine is sending a mail, and when it last said so: what another sends is left alone.
ALTER TABLE outbox ADD COLUMN claimed_by TEXT;
ALTER TABLE outbox ADD COLUMN beat_at TEXT;

-- Who was forgotten, without a name: the key by which the same person is found in an older copy of the database.
CREATE TABLE erasures (
    erasure_id BLOB PRIMARY KEY NOT NULL,
    study_id   BLOB NOT NULL REFERENCES studies,
    person_id  BLOB NOT NULL,
    policy     TEXT NOT NULL,
    at         TEXT NOT NULL,
    actor      TEXT NOT NULL
) STRICT;

-- The table of names leaves the server only when a second person agrees.
CREATE TABLE key_exports (
    export_id  BLOB PRIMARY KEY NOT NULL,
    study_id   BLOB NOT NULL REFERENCES studies,
    asked_at   TEXT NOT NULL,
    asked_by   TEXT NOT NULL,
    agreed_at  TEXT,
    agreed_by  TEXT,
    refused_at TEXT,
    refused_by TEXT,
    taken_at   TEXT,
    taken_by   TEXT
) STRICT;

-- What the key of names and addresses is known by, and up to where the audit had no chain. Sealed with that key.
CREATE TABLE seals (
    purpose TEXT PRIMARY KEY NOT NULL,
    sealed  TEXT NOT NULL
) STRICT;

-- A class, raters or an open group is part of a school, or of none.
ALTER TABLE schools ADD COLUMN part_of BLOB REFERENCES schools;
CREATE INDEX schools_by_whole ON schools (part_of);

-- A code that lets many in: pupils of a class, or whoever belongs to an open group. Like an invitation it is derived from the
-- key outside the database; a new issue closes what was handed out before.
CREATE TABLE entrances (
    entrance_id BLOB PRIMARY KEY NOT NULL,
    school_id   BLOB NOT NULL REFERENCES schools,
    wave        TEXT NOT NULL,
    issue       INTEGER NOT NULL,
    selector    TEXT NOT NULL UNIQUE,
    opened_at   TEXT NOT NULL,
    shut_at     TEXT,
    UNIQUE (school_id, wave)
) STRICT;
