-- Stored value: which journal entries the ledger of each gift card, account and package is made of. What one is worth folded from them, in whatever order they came.
CREATE TABLE value_entry (
    journal INTEGER PRIMARY KEY,
    ledger TEXT NOT NULL,
    -- Minor units that the entry took out to pay with; 0 of any other.
    redeemed INTEGER NOT NULL
);
CREATE INDEX value_entry_ledger ON value_entry (ledger);
-- Ledgers of which more was taken than there was, by so many minor units, or units of a package.
CREATE TABLE value_overdrawn (
    ledger TEXT PRIMARY KEY,
    over INTEGER NOT NULL
) WITHOUT ROWID;
-- Whose each package is.
CREATE TABLE package_owner (
    package BLOB PRIMARY KEY,
    card BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX package_owner_card ON package_owner (card);
