-- What people earn: a row for each line's commission and each ticket's tip, folded from the journals of every device.
-- A sale writes one page for each person on it; what the amounts come from is in the journal entry.
CREATE TABLE earning (
    staff   BLOB NOT NULL,
    day     INTEGER NOT NULL,
    -- Follows from ticket, line and person: twice is once.
    id      BLOB NOT NULL,
    entry   INTEGER NOT NULL,
    tip     INTEGER NOT NULL,
    -- The turnover that it counts as; nought for a tip.
    counted INTEGER NOT NULL,
    amount  INTEGER NOT NULL,
    PRIMARY KEY (staff, day, id)
) WITHOUT ROWID;

-- Which journal entries moved whose points. What a client has is folded from the entries.
CREATE TABLE points (
    card  BLOB NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (card, entry)
) WITHOUT ROWID;
