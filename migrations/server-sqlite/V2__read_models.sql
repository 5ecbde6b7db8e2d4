-- What the console shows: projections of the journal and the documents, made in the same transaction.

CREATE TABLE sale (
    tenant BLOB NOT NULL,
    branch BLOB NOT NULL,
    day INTEGER NOT NULL,
    device BLOB NOT NULL,
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    -- The minute of the day on the branch's wall clock.
    minute INTEGER NOT NULL,
    refund INTEGER NOT NULL,
    net_minor INTEGER NOT NULL,
    tax_minor INTEGER NOT NULL,
    total_minor INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    tender TEXT NOT NULL,
    card BLOB,
    PRIMARY KEY (tenant, branch, day, device, number)
) WITHOUT ROWID;
CREATE INDEX sale_latest ON sale (tenant, branch, at_ms);
-- Receipt numbers are gapless per device, whatever the day.
CREATE UNIQUE INDEX sale_number ON sale (tenant, device, number);

CREATE TABLE sale_staff (
    tenant BLOB NOT NULL,
    branch BLOB NOT NULL,
    day INTEGER NOT NULL,
    staff BLOB NOT NULL,
    device BLOB NOT NULL,
    number INTEGER NOT NULL,
    net_minor INTEGER NOT NULL,
    PRIMARY KEY (tenant, branch, day, staff, device, number)
) WITHOUT ROWID;

CREATE TABLE booking_day (
    tenant BLOB NOT NULL,
    branch BLOB NOT NULL,
    day INTEGER NOT NULL,
    booking BLOB NOT NULL,
    -- BookingStatus::ALL's index.
    status INTEGER NOT NULL,
    -- Cancelled visits and no-shows hold none.
    holds INTEGER NOT NULL,
    start_ms INTEGER,
    card BLOB,
    PRIMARY KEY (tenant, branch, day, booking)
) WITHOUT ROWID;

CREATE TABLE booking_staff (
    tenant BLOB NOT NULL,
    branch BLOB NOT NULL,
    day INTEGER NOT NULL,
    staff BLOB NOT NULL,
    booking BLOB NOT NULL,
    -- 0 for a booking that holds no time.
    minutes INTEGER NOT NULL,
    holds INTEGER NOT NULL,
    PRIMARY KEY (tenant, branch, day, staff, booking)
) WITHOUT ROWID;

CREATE TABLE card (
    tenant BLOB NOT NULL,
    card BLOB NOT NULL,
    branch BLOB NOT NULL,
    day INTEGER NOT NULL,
    registered_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, card)
) WITHOUT ROWID;
CREATE INDEX card_registered ON card (tenant, branch, day);

CREATE TABLE z_report (
    tenant BLOB NOT NULL,
    branch BLOB NOT NULL,
    day INTEGER NOT NULL,
    device BLOB NOT NULL,
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (tenant, branch, day, device, number)
) WITHOUT ROWID;

CREATE TABLE stock_level (
    tenant BLOB NOT NULL,
    branch BLOB NOT NULL,
    product BLOB NOT NULL,
    milli INTEGER NOT NULL,
    PRIMARY KEY (tenant, branch, product)
) WITHOUT ROWID;
