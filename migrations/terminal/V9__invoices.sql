-- Invoices and credit notes by their sale; the device's number series has no gaps.
CREATE TABLE invoice (
    ticket BLOB NOT NULL,
    device INTEGER NOT NULL,
    number INTEGER NOT NULL,
    journal INTEGER NOT NULL,
    PRIMARY KEY (ticket, device)
) WITHOUT ROWID;
