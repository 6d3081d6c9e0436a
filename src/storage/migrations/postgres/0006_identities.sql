-- Signing in through another: accounts elsewhere that stand for an account here.

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
