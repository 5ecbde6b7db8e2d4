-- Months and years that were closed, by any device of the branch: a fold of journal entries.
CREATE TABLE period_close (
    device    INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    period    TEXT NOT NULL,
    last_day  INTEGER NOT NULL,
    -- The journal entry that the closure is.
    journal   INTEGER NOT NULL,
    PRIMARY KEY (device, number)
) WITHOUT ROWID;
