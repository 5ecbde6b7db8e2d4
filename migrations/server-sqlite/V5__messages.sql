-- Messages to clients (e-mail, text) that terminals asked for. What is personal in one is in its body, which is gone as soon
-- as it was sent or given up; the row stays for a while, so that the same request coming again is known.

CREATE TABLE message (
    tenant BLOB NOT NULL REFERENCES tenant,
    message BLOB NOT NULL,
    device BLOB NOT NULL,
    branch BLOB NOT NULL,
    -- email, text.
    channel TEXT NOT NULL,
    -- queued, sending, sent, failed.
    state TEXT NOT NULL,
    -- How often it was tried, this time included.
    attempt INTEGER NOT NULL DEFAULT 0,
    -- queued: when it is due. sending: when whoever sends it is taken for dead.
    next_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    -- Of failed.
    why TEXT,
    -- What the mail server or the text service said last: a number, nothing personal.
    code TEXT NOT NULL DEFAULT '',
    -- Address, subject, text, files: JSON. NULL once it is sent or given up.
    body BLOB,
    PRIMARY KEY (tenant, message)
) WITHOUT ROWID;
-- Without a tenant: whoever sends takes what is due first, whosever it is.
CREATE INDEX message_due ON message (next_ms) WHERE state IN ('queued', 'sending');
CREATE INDEX message_device ON message (tenant, device, created_ms);
CREATE INDEX message_age ON message (updated_ms);

-- Who a tenant's messages are from, where that is not the branch's name and the server's own address.
CREATE TABLE message_sender (
    tenant BLOB NOT NULL PRIMARY KEY REFERENCES tenant,
    name TEXT NOT NULL,
    -- Empty: the server's own.
    email TEXT NOT NULL,
    -- Where answers go; empty: to the sender.
    reply_to TEXT NOT NULL,
    -- The number or name that text messages are from; empty: the server's own.
    phone TEXT NOT NULL
) WITHOUT ROWID;
