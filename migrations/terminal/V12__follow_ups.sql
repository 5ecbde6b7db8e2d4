-- Receipts that are about one before: how is 'void' or 'tip'. A booking whose sale was voided can be checked out again.
CREATE TABLE follow_up (
    by_ticket BLOB PRIMARY KEY NOT NULL,
    ticket    BLOB NOT NULL,
    how       TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX follow_up_ticket ON follow_up (ticket);
