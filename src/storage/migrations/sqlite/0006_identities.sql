-- Signing in through another: accounts elsewhere that stand for an account here. And findings of recipes that are packed.

-- Whose account it is there stands as a hash under the contact key: found again, and never read.
CREATE TABLE identities (
    identity_id  BLOB PRIMARY KEY NOT NULL,
    account_id   BLOB NOT NULL REFERENCES accounts,
    issuer       TEXT NOT NULL,
    subject_hash BLOB NOT NULL UNIQUE,
    created_at   TEXT NOT NULL,
    used_at      TEXT
) STRICT;
CREATE INDEX identities_by_account ON identities (account_id);

-- What a recipe gave is long and often replaced, and whoever answers waits for the same disk: it is kept packed. What was kept
-- is computed again when somebody looks.
DROP TABLE recipe_findings;
CREATE TABLE recipe_findings (
    snapshot_hash TEXT NOT NULL,
    method_hash   TEXT NOT NULL,
    study_id      BLOB NOT NULL REFERENCES studies,
    taken_at      TEXT NOT NULL,
    packed        BLOB NOT NULL,
    PRIMARY KEY (snapshot_hash, method_hash)
) STRICT;
