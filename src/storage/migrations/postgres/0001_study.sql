-- Everything a study holds. Portable between the two databases: ids are 16 bytes, instants are UTC to the microsecond.

CREATE TABLE studies (
    study_id   UUID PRIMARY KEY NOT NULL,
    key        TEXT NOT NULL UNIQUE,
    design     TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- The instruments of a study, word for word: what a response is pinned to.
CREATE TABLE instruments (
    study_id UUID NOT NULL REFERENCES studies,
    key      TEXT NOT NULL,
    version  BIGINT NOT NULL,
    hash     TEXT NOT NULL,
    file     TEXT NOT NULL,
    PRIMARY KEY (study_id, key, version)
);

CREATE TABLE boards (
    board_id UUID PRIMARY KEY NOT NULL,
    study_id UUID NOT NULL REFERENCES studies,
    key      TEXT NOT NULL,
    name     TEXT NOT NULL,
    UNIQUE (study_id, key)
);

CREATE TABLE schools (
    school_id UUID PRIMARY KEY NOT NULL,
    study_id  UUID NOT NULL REFERENCES studies,
    board_id  UUID REFERENCES boards,
    cohort    TEXT NOT NULL,
    key       TEXT NOT NULL,
    name      TEXT NOT NULL,
    UNIQUE (study_id, key)
);

-- A person in the study, whatever schools they work at. Who that is stands in `contacts` and nowhere else.
CREATE TABLE persons (
    person_id UUID PRIMARY KEY NOT NULL,
    study_id  UUID NOT NULL REFERENCES studies,
    key       TEXT NOT NULL,
    UNIQUE (study_id, key)
);

CREATE TABLE contacts (
    person_id UUID PRIMARY KEY NOT NULL REFERENCES persons,
    name      TEXT NOT NULL,
    email     TEXT,
    language  TEXT NOT NULL
);

CREATE TABLE members (
    member_id UUID PRIMARY KEY NOT NULL,
    person_id UUID NOT NULL REFERENCES persons,
    school_id UUID NOT NULL REFERENCES schools,
    joined_on DATE,
    left_on   DATE,
    UNIQUE (person_id, school_id)
);
CREATE INDEX members_by_school ON members (school_id);

-- Rank 0 is the role in which the member counts.
CREATE TABLE member_roles (
    member_id UUID NOT NULL REFERENCES members,
    role      TEXT NOT NULL,
    rank      BIGINT NOT NULL,
    PRIMARY KEY (member_id, role)
);

CREATE TABLE member_groups (
    member_id UUID NOT NULL REFERENCES members,
    grouping  TEXT NOT NULL,
    PRIMARY KEY (member_id, grouping)
);

-- When one cohort answers one wave; `closed_at` is set once, when its answers are frozen.
CREATE TABLE windows (
    window_id UUID PRIMARY KEY NOT NULL,
    study_id  UUID NOT NULL REFERENCES studies,
    cohort    TEXT NOT NULL,
    wave      TEXT NOT NULL,
    opens_at  TIMESTAMPTZ NOT NULL,
    closes_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    UNIQUE (study_id, cohort, wave)
);

-- Who was on the list of a window when it was closed, in which roles and groups: later lists do not change it.
CREATE TABLE frozen_members (
    window_id UUID NOT NULL REFERENCES windows,
    member_id UUID NOT NULL REFERENCES members,
    roles     TEXT NOT NULL,
    groupings TEXT NOT NULL,
    joined_on DATE,
    PRIMARY KEY (window_id, member_id)
);

-- One per membership and wave. Only the hash of the token is here; the key it is derived from is not in the database.
CREATE TABLE invitations (
    invitation_id UUID PRIMARY KEY NOT NULL,
    member_id     UUID NOT NULL REFERENCES members,
    wave          TEXT NOT NULL,
    issue         BIGINT NOT NULL,
    token_hash    BYTEA NOT NULL UNIQUE,
    selector      TEXT NOT NULL UNIQUE,
    created_at    TIMESTAMPTZ NOT NULL,
    submitted_at  TIMESTAMPTZ,
    receipt       TEXT,
    UNIQUE (member_id, wave)
);

-- Links for people who look at results or follow the response.
CREATE TABLE links (
    link_id    UUID PRIMARY KEY NOT NULL,
    study_id   UUID NOT NULL REFERENCES studies,
    role       TEXT NOT NULL,
    label      TEXT NOT NULL,
    issue      BIGINT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    selector   TEXT NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE link_schools (
    link_id   UUID NOT NULL REFERENCES links,
    school_id UUID NOT NULL REFERENCES schools,
    PRIMARY KEY (link_id, school_id)
);

-- Who is signed in: the hash of a cookie, and what it opens.
CREATE TABLE visits (
    visit_hash    BYTEA PRIMARY KEY NOT NULL,
    invitation_id UUID REFERENCES invitations,
    link_id       UUID REFERENCES links,
    issue         BIGINT NOT NULL,
    expires_at    TIMESTAMPTZ NOT NULL
);

-- One filled instrument: by a member, in a wave, pinned to the version that was answered.
CREATE TABLE responses (
    response_id   UUID PRIMARY KEY NOT NULL,
    invitation_id UUID NOT NULL REFERENCES invitations,
    instrument    TEXT NOT NULL,
    version       BIGINT NOT NULL,
    hash          TEXT NOT NULL,
    started_at    TIMESTAMPTZ NOT NULL,
    UNIQUE (invitation_id, instrument)
);

-- An item without an answer has no row. "Named" and "nobody" stand here; who was named stands in `nominations`.
CREATE TABLE answers (
    response_id UUID NOT NULL REFERENCES responses,
    item        TEXT NOT NULL,
    value       TEXT NOT NULL,
    saved_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (response_id, item)
);

CREATE TABLE nominations (
    response_id UUID NOT NULL REFERENCES responses,
    item        TEXT NOT NULL,
    alter_id    UUID NOT NULL REFERENCES members,
    strength    BIGINT NOT NULL,
    PRIMARY KEY (response_id, item, alter_id)
);

CREATE TABLE pupils (
    pupil_id  UUID PRIMARY KEY NOT NULL,
    school_id UUID NOT NULL REFERENCES schools,
    key       TEXT NOT NULL,
    weight    TEXT,
    UNIQUE (school_id, key)
);

CREATE TABLE pupil_scores (
    pupil_id  UUID NOT NULL REFERENCES pupils,
    tested_on DATE NOT NULL,
    score     DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (pupil_id, tested_on)
);

-- What was concluded from frozen data, by the hash of the data and of the method: program, plan and rules. Evaluated
-- once, read ever after; another program or plan concludes anew.
CREATE TABLE conclusions (
    snapshot_hash TEXT NOT NULL,
    method_hash   TEXT NOT NULL,
    study_id      UUID NOT NULL REFERENCES studies,
    taken_at      TIMESTAMPTZ NOT NULL,
    findings      TEXT NOT NULL,
    PRIMARY KEY (snapshot_hash, method_hash)
);

CREATE TABLE portraits (
    snapshot_hash TEXT NOT NULL,
    method_hash   TEXT NOT NULL,
    school_id     UUID NOT NULL REFERENCES schools,
    portrait      TEXT NOT NULL,
    PRIMARY KEY (snapshot_hash, method_hash, school_id),
    FOREIGN KEY (snapshot_hash, method_hash) REFERENCES conclusions
);

CREATE TABLE audit (
    audit_id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       TIMESTAMPTZ NOT NULL,
    actor    TEXT NOT NULL,
    verb     TEXT NOT NULL,
    noun     TEXT NOT NULL,
    detail   TEXT NOT NULL
);
