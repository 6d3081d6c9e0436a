-- Signing in through another: accounts elsewhere that stand for an account here. And findings of recipes that are packed.

-- Whose account it is there stands as a hash under the contact key: found again, and never read.
CREATE TABLE identities (
    identity_id  UUID PRIMARY KEY NOT NULL,
    account_id   UUID NOT NULL REFERENCES accounts,
    issuer       TEXT NOT NULL,
    subject_hash BYTEA NOT NULL UNIQUE,
    created_at   TIMESTAMPTZ NOT NULL,
    used_at      TIMESTAMPTZ
);
CREATE INDEX identities_by_account ON identities (account_id);

-- What a recipe gave is long and often replaced, and whoever answers waits for the same disk: it is kept packed. What was kept
-- is computed again when somebody looks.
DROP TABLE recipe_findings;
CREATE TABLE recipe_findings (
    snapshot_hash TEXT NOT NULL,
    method_hash   TEXT NOT NULL,
    study_id      UUID NOT NULL REFERENCES studies,
    taken_at      TIMESTAMPTZ NOT NULL,
    packed        BYTEA NOT NULL,
    PRIMARY KEY (snapshot_hash, method_hash)
);
