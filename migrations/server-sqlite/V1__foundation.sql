-- The server's tables on embedded SQLite. Every key starts with the tenant; ids are the 16 bytes of a UUID; instants are
-- milliseconds of UTC (`_ms`), days are counted from 1970-01-01 at the branch.
-- The few unique indexes without a tenant are directories: they say which tenant an e-mail address, a pairing code or a
-- device belongs to, before anything else is known.

CREATE TABLE tenant (
    tenant BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    demo INTEGER NOT NULL,
    -- The last position given out in change_log.
    head INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE app_user (
    tenant BLOB NOT NULL REFERENCES tenant,
    user BLOB NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    -- A JSON list of branch ids; NULL: all of them.
    branches TEXT,
    active INTEGER NOT NULL,
    PRIMARY KEY (tenant, user)
) WITHOUT ROWID;
CREATE UNIQUE INDEX app_user_email ON app_user (email);

-- Refresh tokens. One that is presented twice revokes its whole family.
CREATE TABLE session (
    tenant BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    family BLOB NOT NULL,
    user BLOB NOT NULL,
    expires_ms INTEGER NOT NULL,
    used_ms INTEGER,
    PRIMARY KEY (tenant, token_hash)
) WITHOUT ROWID;
CREATE INDEX session_family ON session (tenant, family);
CREATE INDEX session_expiry ON session (expires_ms);

CREATE TABLE access_token (
    tenant BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    family BLOB NOT NULL,
    user BLOB NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, token_hash)
) WITHOUT ROWID;
CREATE INDEX access_token_family ON access_token (tenant, family);
CREATE INDEX access_token_expiry ON access_token (expires_ms);

-- The first half of a code finds the row, the whole of it is kept as a hash only.
CREATE TABLE pairing_code (
    tenant BLOB NOT NULL REFERENCES tenant,
    selector TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    branch BLOB NOT NULL,
    name TEXT NOT NULL,
    expires_ms INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    device BLOB,
    -- The terminal may bring master data in: services, products and stylists of an import.
    may_import INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, selector)
) WITHOUT ROWID;
CREATE UNIQUE INDEX pairing_code_selector ON pairing_code (selector);

CREATE TABLE device (
    tenant BLOB NOT NULL REFERENCES tenant,
    device BLOB NOT NULL,
    branch BLOB NOT NULL,
    name TEXT NOT NULL,
    public_key BLOB NOT NULL,
    revoked_ms INTEGER,
    -- The device's outbox is here up to this item.
    acked INTEGER NOT NULL DEFAULT 0,
    journal_seq INTEGER NOT NULL DEFAULT 0,
    journal_hash BLOB NOT NULL,
    last_seen_ms INTEGER,
    quarantined_ms INTEGER,
    quarantine_reason TEXT,
    may_import INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, device)
) WITHOUT ROWID;
CREATE UNIQUE INDEX device_id ON device (device);

-- The one ordered log that terminals pull by cursor. Bodies are here and nowhere else.
CREATE TABLE change_log (
    entry INTEGER PRIMARY KEY,
    tenant BLOB NOT NULL REFERENCES tenant,
    pos INTEGER NOT NULL,
    -- Empty: for every branch.
    branch BLOB NOT NULL,
    -- Who it came from; NULL: the server.
    device BLOB,
    -- 1 journal, 2 document change, 3 card edit, 10 and more master data.
    kind INTEGER NOT NULL,
    -- Of a journal entry.
    seq INTEGER,
    -- The document's id, or the master data's.
    subject BLOB,
    -- NULL: the entity is gone.
    body BLOB
);
CREATE UNIQUE INDEX change_log_feed ON change_log (tenant, branch, pos);

CREATE TABLE master (
    tenant BLOB NOT NULL,
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    entry INTEGER NOT NULL REFERENCES change_log,
    PRIMARY KEY (tenant, kind, id)
) WITHOUT ROWID;
-- Lets SQLite check the reference when an entity's older row leaves the log.
CREATE INDEX master_entry ON master (entry);

CREATE TABLE journal (
    tenant BLOB NOT NULL,
    device BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (tenant, device, seq)
) WITHOUT ROWID;

CREATE TABLE doc (
    doc INTEGER PRIMARY KEY,
    tenant BLOB NOT NULL REFERENCES tenant,
    name TEXT NOT NULL,
    -- The document's heads, sorted: they identify its content.
    heads BLOB NOT NULL,
    -- Everything up to this entry of the log is in the snapshot.
    snapshot_entry INTEGER NOT NULL DEFAULT 0,
    tail INTEGER NOT NULL DEFAULT 0,
    snapshot BLOB
);
CREATE UNIQUE INDEX doc_name ON doc (tenant, name);

CREATE TABLE doc_change (
    tenant BLOB NOT NULL,
    doc INTEGER NOT NULL REFERENCES doc,
    hash BLOB NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (tenant, doc, hash)
) WITHOUT ROWID;
CREATE INDEX doc_change_entry ON doc_change (tenant, doc, entry);

CREATE TABLE card_edit (
    tenant BLOB NOT NULL,
    card BLOB NOT NULL,
    hlc BLOB NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (tenant, card, hlc)
) WITHOUT ROWID;
