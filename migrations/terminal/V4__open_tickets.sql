-- Tickets that are put aside, or that some money was taken for: a fold of journal entries of every device of the branch.
CREATE TABLE open_ticket (
    ticket BLOB PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    paid INTEGER NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID;
