-- Attempts to sign in that failed, by account and by address. The key is a hash: what somebody typed is kept nowhere.
CREATE TABLE sign_in_attempts (
    key TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failed_at TIMESTAMP NOT NULL,
    blocked_until TIMESTAMP
);
CREATE INDEX sign_in_attempts_last_failed ON sign_in_attempts (last_failed_at);
