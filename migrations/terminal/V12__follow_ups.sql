-- Receipts that are about one before: how is 'void' or 'tip'. A booking whose sale was voided can be checked out again.
CREATE TABLE follow_up (
    ticket    BLOB NOT NULL,
    by_ticket BLOB NOT NULL,
    how       TEXT NOT NULL,
    PRIMARY KEY (ticket, by_ticket)
) WITHOUT ROWID;
