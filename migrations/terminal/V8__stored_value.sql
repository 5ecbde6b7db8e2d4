-- Stored value: which journal entries the ledger of each gift card and account is made of. What one is worth is folded from them, in
-- whatever order they came.
CREATE TABLE value_entry (
    journal INTEGER PRIMARY KEY,
    ledger TEXT NOT NULL,
    -- Minor units that the entry took out to pay with; 0 of any other.
    redeemed INTEGER NOT NULL
);
CREATE INDEX value_entry_ledger ON value_entry (ledger);
-- Ledgers of which more was taken than there was, by so many minor units.
CREATE TABLE value_overdrawn (
    ledger TEXT PRIMARY KEY,
    over INTEGER NOT NULL
) WITHOUT ROWID;
