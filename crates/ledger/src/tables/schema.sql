CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE content (
    cell    INTEGER NOT NULL,
    key     INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    crc     INTEGER NOT NULL,
    bytes   BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX content_key ON content (cell, key);
CREATE INDEX content_expires ON content (expires);

CREATE TABLE cursors (
    name      TEXT NOT NULL,
    partition INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    within    INTEGER NOT NULL,
    crc       INTEGER NOT NULL,
    PRIMARY KEY (name, partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    queue        TEXT NOT NULL,
    created_ms   INTEGER NOT NULL,
    due_ms       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    state        INTEGER NOT NULL,
    payload      BLOB NOT NULL,
    last_outcome TEXT,
    settled_ms   INTEGER,
    crc          INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (state, due_ms, seq);
CREATE INDEX outbox_queue ON outbox (queue, state, due_ms, seq);
CREATE INDEX outbox_settled ON outbox (settled_ms) WHERE settled_ms IS NOT NULL;
