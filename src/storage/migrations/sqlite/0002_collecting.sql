-- What collecting needs beyond a first wave: consent, objections, parts, mail, and lists of staff that change.

-- Raised by every change of the design or the instruments: who keeps a study in memory sees that it is old.
ALTER TABLE studies ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;

-- 'school', or 'board' for the office of a board, whose members are asked about the board's network alone.
ALTER TABLE schools ADD COLUMN kind TEXT NOT NULL DEFAULT 'school';
-- Raised by every event of the staff list.
ALTER TABLE schools ADD COLUMN roster_version INTEGER NOT NULL DEFAULT 0;

-- Set when two memberships turned out to be one person: the other membership stands for both.
ALTER TABLE members ADD COLUMN merged_into BLOB REFERENCES members;

-- The order in which this respondent sees colleagues: 0 is by name.
ALTER TABLE invitations ADD COLUMN order_seed INTEGER NOT NULL DEFAULT 0;
-- First time that someone pressed Start.
ALTER TABLE invitations ADD COLUMN opened_at TEXT;
ALTER TABLE invitations ADD COLUMN withdrawn_at TEXT;

-- The list of staff that was shown with this response, and whether last wave's answers were shown as a hint.
ALTER TABLE responses ADD COLUMN roster_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE responses ADD COLUMN hinted INTEGER NOT NULL DEFAULT 0;

-- A page that was sent, with answers or without: tells "left open" from "not reached", and how long it took.
CREATE TABLE page_saves (
    response_id BLOB NOT NULL REFERENCES responses,
    page        INTEGER NOT NULL,
    first_at    TEXT NOT NULL,
    last_at     TEXT NOT NULL,
    PRIMARY KEY (response_id, page)
) STRICT, WITHOUT ROWID;

-- A part of the questionnaire with a sitting of its own (a test), submitted apart from the rest.
CREATE TABLE part_submissions (
    invitation_id BLOB NOT NULL REFERENCES invitations,
    part          TEXT NOT NULL,
    submitted_at  TEXT NOT NULL,
    receipt       TEXT NOT NULL,
    PRIMARY KEY (invitation_id, part)
) STRICT, WITHOUT ROWID;

-- What a member agreed to, per use: nothing is overwritten, the latest row counts.
CREATE TABLE consents (
    consent_id BLOB PRIMARY KEY NOT NULL,
    member_id  BLOB NOT NULL REFERENCES members,
    purpose    TEXT NOT NULL,
    version    INTEGER NOT NULL,
    given      INTEGER NOT NULL,
    at         TEXT NOT NULL
) STRICT;
CREATE INDEX consents_by_member ON consents (member_id);

-- Members who object to being listed, and what is done about it: A, B or C.
CREATE TABLE objections (
    member_id BLOB PRIMARY KEY NOT NULL REFERENCES members,
    policy    TEXT NOT NULL,
    at        TEXT NOT NULL,
    actor     TEXT NOT NULL
) STRICT;

-- A colleague who was missing from the list and was written in, after someone looked who it is; no match: nobody listed.
CREATE TABLE write_in_matches (
    response_id BLOB NOT NULL REFERENCES responses,
    item        TEXT NOT NULL,
    name        TEXT NOT NULL,
    alter_id    BLOB REFERENCES members,
    at          TEXT NOT NULL,
    actor       TEXT NOT NULL,
    PRIMARY KEY (response_id, item, name)
) STRICT, WITHOUT ROWID;

-- What happened to a staff list, one event a row, with the day from which it holds.
CREATE TABLE roster_events (
    event_id     BLOB PRIMARY KEY NOT NULL,
    school_id    BLOB NOT NULL REFERENCES schools,
    member_id    BLOB NOT NULL REFERENCES members,
    version      INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    at           TEXT NOT NULL,
    actor        TEXT NOT NULL,
    detail       TEXT NOT NULL
) STRICT;
CREATE INDEX roster_events_by_school ON roster_events (school_id, version);

-- A staff list that was delivered and looked at, and is not enrolled yet.
CREATE TABLE uploads (
    upload_id BLOB PRIMARY KEY NOT NULL,
    study_id  BLOB NOT NULL REFERENCES studies,
    file_name TEXT NOT NULL,
    content   TEXT NOT NULL,
    at        TEXT NOT NULL,
    actor     TEXT NOT NULL
) STRICT;

-- Mail to be sent: at most one of a kind per invitation. Neither link nor text is here; they are made when it is sent.
CREATE TABLE outbox (
    mail_id       BLOB PRIMARY KEY NOT NULL,
    invitation_id BLOB NOT NULL REFERENCES invitations,
    kind          TEXT NOT NULL,
    state         TEXT NOT NULL,
    not_before    TEXT NOT NULL,
    queued_at     TEXT NOT NULL,
    tried_at      TEXT,
    tries         INTEGER NOT NULL DEFAULT 0,
    settled_at    TEXT,
    problem       TEXT,
    UNIQUE (invitation_id, kind)
) STRICT;
CREATE INDEX outbox_by_state ON outbox (state, not_before);

-- Every visit that begins forgets those that have ended.
CREATE INDEX visits_by_end ON visits (expires_at);
