-- What the back bar used, by day and ticket: folded from the journals of every device. A sale writes one page.
CREATE TABLE product_used (
    day     INTEGER NOT NULL,
    -- Empty where it was used for nothing in particular.
    ticket  BLOB NOT NULL,
    line    BLOB NOT NULL,
    id      BLOB NOT NULL,
    product BLOB NOT NULL,
    -- Thousandths of a unit, above nought.
    milli   INTEGER NOT NULL,
    cost    INTEGER NOT NULL,
    PRIMARY KEY (day, ticket, line, id)
) WITHOUT ROWID;
