-- Card payments on readers that the server drives (Stripe Terminal): what was asked of the payment service, written
-- before each call to it, and what it answered. No card number is in here: at most four digits.

-- The readers of a tenant.
CREATE TABLE card_reader (
    tenant BLOB NOT NULL REFERENCES tenant,
    reader TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (tenant, reader)
) WITHOUT ROWID;

-- The account of the payment service on whose behalf the server acts; no row: its own.
CREATE TABLE card_account (
    tenant BLOB NOT NULL REFERENCES tenant,
    account TEXT NOT NULL,
    PRIMARY KEY (tenant)
) WITHOUT ROWID;

CREATE TABLE card_payment_remote (
    tenant BLOB NOT NULL REFERENCES tenant,
    payment BLOB NOT NULL,
    -- Ascending in the tenant, together with those of card_refund_remote: the terminal's receipt number.
    number INTEGER NOT NULL,
    device BLOB NOT NULL,
    reader TEXT NOT NULL,
    -- On whose behalf it was asked for, whatever card_account says later.
    account TEXT,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    -- The payment service's id; NULL until it is known.
    intent TEXT,
    -- creating, created, processing, authorised, capturing, captured, closing, closed.
    state TEXT NOT NULL,
    -- The reader has certainly been told of it.
    told INTEGER NOT NULL DEFAULT 0,
    -- How often Stripe failed at the call of this state, and keeps that answer under the key of then.
    attempt INTEGER NOT NULL DEFAULT 0,
    -- Of closing and closed: why nothing was charged, and the payment service's code.
    why TEXT,
    code TEXT NOT NULL DEFAULT '',
    -- Of authorised and after: JSON.
    receipt TEXT,
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, payment)
) WITHOUT ROWID;
CREATE UNIQUE INDEX card_payment_remote_number ON card_payment_remote (tenant, number);

CREATE TABLE card_refund_remote (
    tenant BLOB NOT NULL REFERENCES tenant,
    refund BLOB NOT NULL,
    number INTEGER NOT NULL,
    device BLOB NOT NULL,
    -- NULL: it was asked about before it came, and will not be done any more.
    payment BLOB,
    amount_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    -- asked, refunded, refused.
    state TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    receipt TEXT,
    updated_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, refund)
) WITHOUT ROWID;

-- Signed requests of devices that were taken: none is taken twice.
CREATE TABLE device_nonce (
    tenant BLOB NOT NULL,
    device BLOB NOT NULL,
    nonce TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, device, nonce)
) WITHOUT ROWID;
