-- The terminal's store. Truth first: journal, documents, card edits, master data, outbox. Everything under "read
-- models" is derived from those and can be dropped and rebuilt at any time.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- Devices are numbered here, so that a journal entry's key is one integer: ix << 40 | seq. 1 is this device.
CREATE TABLE device (
    ix     INTEGER PRIMARY KEY,
    device BLOB NOT NULL UNIQUE
);

CREATE TABLE journal (
    id    INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    type  TEXT NOT NULL,
    hash  BLOB NOT NULL,
    body  BLOB NOT NULL
);

CREATE TABLE doc (
    doc      TEXT PRIMARY KEY,
    snapshot BLOB
) WITHOUT ROWID;

CREATE TABLE doc_change (
    id    INTEGER PRIMARY KEY,
    doc   TEXT NOT NULL,
    bytes BLOB NOT NULL
);
CREATE INDEX doc_change_doc ON doc_change (doc);

CREATE TABLE card_edit (
    card BLOB NOT NULL,
    at   BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (card, at)
) WITHOUT ROWID;

CREATE TABLE master (
    kind TEXT NOT NULL,
    id   BLOB NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- What the server has not acknowledged. kind: 1 journal (ref), 2 change (doc, body), 3 card edit (body),
-- 4 master data (doc holds kind/id, body empty when removed).
CREATE TABLE outbox (
    seq  INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    ref  INTEGER,
    doc  TEXT,
    body BLOB
);

CREATE TABLE print_job (
    id    INTEGER PRIMARY KEY,
    -- 'receipt', 'z', 'drawer', 'test'
    kind  TEXT NOT NULL,
    ref   BLOB NOT NULL,
    copy  INTEGER NOT NULL DEFAULT 0,
    -- 'queued', 'sending', 'printed', 'unsure'
    state TEXT NOT NULL DEFAULT 'queued',
    fault TEXT
);
CREATE INDEX print_job_open ON print_job (state, id) WHERE state IN ('queued', 'sending');

-- Commands done: doing one twice is doing it once.
CREATE TABLE command (
    key   BLOB PRIMARY KEY,
    reply BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE import (
    id     TEXT PRIMARY KEY,
    at_ms  INTEGER NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0,
    made   BLOB NOT NULL
) WITHOUT ROWID;

-- Read models ---------------------------------------------------------------------------------------------------

CREATE TABLE card (
    ix    INTEGER PRIMARY KEY,
    card  BLOB NOT NULL UNIQUE,
    name  TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL,
    body  BLOB NOT NULL
);

CREATE VIRTUAL TABLE card_fts USING fts5 (text, tokenize = 'trigram');
CREATE VIRTUAL TABLE card_gram USING fts5vocab (card_fts, 'instance');

CREATE TABLE booking (
    day      INTEGER NOT NULL,
    booking  BLOB NOT NULL,
    card     BLOB,
    status   TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (day, booking)
) WITHOUT ROWID;
CREATE INDEX booking_id ON booking (booking);
CREATE INDEX booking_card ON booking (card, day) WHERE card IS NOT NULL;

CREATE TABLE sale (
    -- The journal entry that the sale is.
    id       INTEGER PRIMARY KEY,
    ticket   BLOB NOT NULL UNIQUE,
    day      INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    at_ms    INTEGER NOT NULL,
    card     BLOB,
    booking  BLOB,
    lines    INTEGER NOT NULL,
    net      INTEGER NOT NULL,
    tax      INTEGER NOT NULL,
    total    INTEGER NOT NULL,
    tender   TEXT NOT NULL
);
CREATE INDEX sale_day ON sale (day);
CREATE INDEX sale_card ON sale (card) WHERE card IS NOT NULL;
CREATE INDEX sale_booking ON sale (booking) WHERE booking IS NOT NULL;

CREATE TABLE till_session (
    session   BLOB PRIMARY KEY,
    device    INTEGER NOT NULL,
    day       INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    by_user   BLOB NOT NULL,
    totals    BLOB NOT NULL,
    z_number  INTEGER,
    z_journal INTEGER
) WITHOUT ROWID;
CREATE INDEX till_session_device ON till_session (device, opened_ms);

-- Running figures of each device: receipts and Z reports are numbered without gaps, the perpetual total only grows.
CREATE TABLE device_total (
    device    INTEGER PRIMARY KEY,
    receipt   INTEGER NOT NULL DEFAULT 0,
    z         INTEGER NOT NULL DEFAULT 0,
    perpetual INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE card_payment (
    payment BLOB PRIMARY KEY,
    -- 'initiated', 'approved', 'unknown', 'completed', 'failed'
    state   TEXT NOT NULL,
    journal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX card_payment_open ON card_payment (state) WHERE state IN ('initiated', 'approved', 'unknown');

CREATE TABLE stock_level (
    product BLOB PRIMARY KEY,
    milli   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE movement_sum (
    product BLOB PRIMARY KEY,
    milli   INTEGER NOT NULL
) WITHOUT ROWID;
