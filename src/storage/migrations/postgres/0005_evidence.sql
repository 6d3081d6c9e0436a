-- What the other sources of evidence need: pupils, people outside the school, interviews, the chain.

-- == pupils of a class ==

-- What is known of a class besides its name and school.
CREATE TABLE classes (
    school_id  UUID PRIMARY KEY NOT NULL REFERENCES schools,
    year_group TEXT NOT NULL
);

-- To whom the results of a class go, and nobody else.
CREATE TABLE class_teachers (
    school_id UUID NOT NULL REFERENCES schools,
    member_id UUID NOT NULL REFERENCES members,
    PRIMARY KEY (school_id, member_id)
);
CREATE INDEX class_teachers_by_member ON class_teachers (member_id);

-- A pupil of a class: a seat and a picture, and what the parents said. No name.
CREATE TABLE pupil_seats (
    member_id   UUID PRIMARY KEY NOT NULL REFERENCES members,
    school_id   UUID NOT NULL REFERENCES schools,
    seat        BIGINT NOT NULL,
    picture     TEXT NOT NULL,
    informed_on DATE,
    permitted   BOOLEAN,
    UNIQUE (school_id, seat),
    UNIQUE (school_id, picture)
);

-- == instruments about people and the chain ==

-- == interviews and coding ==

-- Later versions of a study's codebook; the first one ships with the program and has no row.
CREATE TABLE codebooks (
    study_id UUID NOT NULL REFERENCES studies,
    version  BIGINT NOT NULL,
    content  TEXT NOT NULL,
    at       TIMESTAMPTZ NOT NULL,
    actor    TEXT NOT NULL,
    PRIMARY KEY (study_id, version)
);

-- A conversation with a principal or an IB'er, or a trainer's report: its statements stand below, without names. The text as it
-- was spoken is never kept.
CREATE TABLE interviews (
    interview_id UUID PRIMARY KEY NOT NULL,
    school_id    UUID NOT NULL REFERENCES schools,
    source       TEXT NOT NULL,
    held_on      DATE NOT NULL,
    n_masks      BIGINT NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    actor        TEXT NOT NULL
);
CREATE INDEX interviews_by_school ON interviews (school_id);

CREATE TABLE statements (
    statement_id UUID PRIMARY KEY NOT NULL,
    interview_id UUID NOT NULL REFERENCES interviews,
    place        BIGINT NOT NULL,
    content      TEXT NOT NULL,
    UNIQUE (interview_id, place)
);

-- What a coder said of a statement. The round of consensus has rows of its own: those of the first round stay as they were.
CREATE TABLE codings (
    statement_id UUID NOT NULL REFERENCES statements,
    round        TEXT NOT NULL,
    coder        TEXT NOT NULL,
    version      BIGINT NOT NULL,
    codes        TEXT NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    actor        TEXT NOT NULL,
    PRIMARY KEY (statement_id, round, coder)
);

-- When the first codes of a cohort were closed, and when all of them were locked: only then are they joined with effects.
CREATE TABLE coding_steps (
    study_id UUID NOT NULL REFERENCES studies,
    cohort   TEXT NOT NULL,
    step     TEXT NOT NULL,
    content  TEXT NOT NULL,
    at       TIMESTAMPTZ NOT NULL,
    actor    TEXT NOT NULL,
    PRIMARY KEY (study_id, cohort, step)
);

-- == achievement and conversations ==

-- What a delivery of scores said of a pupil at a test.
ALTER TABLE pupil_scores ADD COLUMN year_group BIGINT;
ALTER TABLE pupil_scores ADD COLUMN class TEXT;

-- The mean of the country for a year group in the middle (M) and at the end (E) of a school year, as a mapping file gave it.
CREATE TABLE score_norms (
    study_id   UUID NOT NULL REFERENCES studies,
    year_group BIGINT NOT NULL,
    half       TEXT NOT NULL,
    mean       DOUBLE PRECISION NOT NULL,
    at         TIMESTAMPTZ NOT NULL,
    actor      TEXT NOT NULL,
    PRIMARY KEY (study_id, year_group, half)
);

-- Scores that were delivered and looked at, and are not registered yet: numbers of pupils, never names.
CREATE TABLE score_uploads (
    upload_id UUID PRIMARY KEY NOT NULL,
    study_id  UUID NOT NULL REFERENCES studies,
    content   TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    actor     TEXT NOT NULL
);

-- What is written beside a question of the three conversations, by those who hold it.
CREATE TABLE conversation_notes (
    note_id   UUID PRIMARY KEY NOT NULL,
    school_id UUID NOT NULL REFERENCES schools,
    audience  TEXT NOT NULL,
    question  TEXT NOT NULL,
    content   TEXT NOT NULL,
    at        TIMESTAMPTZ NOT NULL,
    actor     TEXT NOT NULL,
    UNIQUE (school_id, audience, question)
);
