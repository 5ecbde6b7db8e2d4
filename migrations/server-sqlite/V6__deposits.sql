-- Deposits, by part of a ticket. A sale of one device may come before the part of another that it used: then only `used`
-- is known. Deposits given back are parts below nought.
CREATE TABLE deposit_part (
    tenant BLOB NOT NULL,
    part BLOB NOT NULL,
    branch BLOB,
    ticket BLOB,
    card BLOB,
    at_ms INTEGER,
    amount_minor INTEGER,
    used INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, part)
) WITHOUT ROWID;
CREATE INDEX deposit_held ON deposit_part (tenant, branch) WHERE used = 0;
