-- What of each sold line came back, and with which sale: money in minor units, taxes included, negative.
CREATE TABLE given_back (
    ticket BLOB NOT NULL,
    line BLOB NOT NULL,
    refund BLOB NOT NULL,
    pieces INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (ticket, line, refund)
) WITHOUT ROWID;
