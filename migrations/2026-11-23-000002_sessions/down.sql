DROP TABLE sessions;
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    person_id TEXT REFERENCES people (id),
    state TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
