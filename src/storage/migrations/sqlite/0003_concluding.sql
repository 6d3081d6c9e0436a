-- What concluding needs: which figures a school was told, who opened them, and what schools and trainers do with them.

-- Portraits come in parts with an audience each: 'team', 'leadership' (to the principal first), 'achievement'.
CREATE TABLE school_parts (
    snapshot_hash TEXT NOT NULL,
    method_hash   TEXT NOT NULL,
    school_id     BLOB NOT NULL REFERENCES schools,
    part          TEXT NOT NULL,
    content       TEXT NOT NULL,
    PRIMARY KEY (snapshot_hash, method_hash, school_id, part),
    FOREIGN KEY (snapshot_hash, method_hash) REFERENCES conclusions
) STRICT;
INSERT INTO school_parts (snapshot_hash, method_hash, school_id, part, content)
    SELECT snapshot_hash, method_hash, school_id, 'team', portrait FROM portraits;
DROP TABLE portraits;

-- Every figure that was told about a school: over whose answers, and what was told. What is told later is held against
-- all of it, so that nobody subtracts one from another. The hash is of school, wave, measure, people and what was told.
CREATE TABLE releases (
    release_hash  TEXT PRIMARY KEY NOT NULL,
    school_id     BLOB NOT NULL REFERENCES schools,
    wave          TEXT NOT NULL,
    measure       TEXT NOT NULL,
    people        TEXT NOT NULL,
    told          TEXT NOT NULL,
    snapshot_hash TEXT NOT NULL,
    method_hash   TEXT NOT NULL,
    released_at   TEXT NOT NULL
) STRICT;
CREATE INDEX releases_by_school ON releases (school_id, wave);

-- The first time that an audience of a school opened a part of its results: feedback is itself an intervention.
CREATE TABLE openings (
    school_id BLOB NOT NULL REFERENCES schools,
    wave      TEXT NOT NULL,
    part      TEXT NOT NULL,
    audience  TEXT NOT NULL,
    first_at  TEXT NOT NULL,
    actor     TEXT NOT NULL,
    PRIMARY KEY (school_id, wave, part, audience)
) STRICT, WITHOUT ROWID;

-- What a school gives on: the leadership part to team or board, its team part to the board.
CREATE TABLE part_releases (
    school_id BLOB NOT NULL REFERENCES schools,
    wave      TEXT NOT NULL,
    part      TEXT NOT NULL,
    audience  TEXT NOT NULL,
    at        TEXT NOT NULL,
    actor     TEXT NOT NULL,
    PRIMARY KEY (school_id, wave, part, audience)
) STRICT, WITHOUT ROWID;

-- What a team agreed on after a wave, and what it saw of it at the next.
CREATE TABLE agreed_actions (
    action_id  BLOB PRIMARY KEY NOT NULL,
    school_id  BLOB NOT NULL REFERENCES schools,
    wave       TEXT NOT NULL,
    goal       TEXT NOT NULL,
    noticed_by TEXT NOT NULL,
    owner      TEXT NOT NULL,
    due_on     TEXT,
    at         TEXT NOT NULL,
    actor      TEXT NOT NULL
) STRICT;
CREATE INDEX agreed_actions_by_school ON agreed_actions (school_id);

CREATE TABLE action_reviews (
    action_id BLOB NOT NULL REFERENCES agreed_actions,
    wave      TEXT NOT NULL,
    verdict   TEXT NOT NULL,
    seen      TEXT NOT NULL,
    at        TEXT NOT NULL,
    actor     TEXT NOT NULL,
    PRIMARY KEY (action_id, wave)
) STRICT, WITHOUT ROWID;

-- A school's own goal for the mean score of its pupils at a test moment, in months since the intervention began.
CREATE TABLE school_goals (
    school_id BLOB NOT NULL REFERENCES schools,
    month     INTEGER NOT NULL,
    target    REAL NOT NULL,
    at        TEXT NOT NULL,
    actor     TEXT NOT NULL,
    PRIMARY KEY (school_id, month)
) STRICT, WITHOUT ROWID;

-- Meetings of a training, by the trainer who held them.
CREATE TABLE training_log (
    meeting_id BLOB PRIMARY KEY NOT NULL,
    school_id  BLOB NOT NULL REFERENCES schools,
    held_on    TEXT NOT NULL,
    content    TEXT NOT NULL,
    at         TEXT NOT NULL,
    actor      TEXT NOT NULL
) STRICT;
CREATE INDEX training_log_by_school ON training_log (school_id);

-- A trainer's report on a school in a wave: locked when it is filed, with what she had seen of that school before.
CREATE TABLE trainer_reports (
    school_id   BLOB NOT NULL REFERENCES schools,
    wave        TEXT NOT NULL,
    instrument  TEXT NOT NULL,
    version     INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    answers     TEXT NOT NULL,
    filed_at    TEXT,
    seen_before TEXT NOT NULL,
    actor       TEXT NOT NULL,
    PRIMARY KEY (school_id, wave)
) STRICT, WITHOUT ROWID;

-- A view of the research desk under a name, so that it can be shown and computed again.
CREATE TABLE recipes (
    study_id BLOB NOT NULL REFERENCES studies,
    name     TEXT NOT NULL,
    recipe   TEXT NOT NULL,
    at       TEXT NOT NULL,
    actor    TEXT NOT NULL,
    PRIMARY KEY (study_id, name)
) STRICT, WITHOUT ROWID;

-- What a recipe gave, by the hash of the data and of the recipe: beside the conclusions, so that the newest of these stays
-- the plan's.
CREATE TABLE recipe_findings (
    snapshot_hash TEXT NOT NULL,
    method_hash   TEXT NOT NULL,
    study_id      BLOB NOT NULL REFERENCES studies,
    taken_at      TEXT NOT NULL,
    findings      TEXT NOT NULL,
    PRIMARY KEY (snapshot_hash, method_hash)
) STRICT;

-- Who named whom in a school, by pseudonym, with a place for each in the pictures of the research desk. For that desk alone.
CREATE TABLE school_networks (
    snapshot_hash TEXT NOT NULL,
    school_id     BLOB NOT NULL REFERENCES schools,
    content       TEXT NOT NULL,
    PRIMARY KEY (snapshot_hash, school_id)
) STRICT;
