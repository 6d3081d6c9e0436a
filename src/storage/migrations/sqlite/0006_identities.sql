-- Signing in through another: accounts elsewhere that stand for an account here.

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
