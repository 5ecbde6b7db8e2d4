-- Papers that are to be sent to clients. No part of the journal: an address has to be forgotten when a client asks for it,
-- and the journal forgets nothing. No read model either: a rebuild leaves it alone.
CREATE TABLE message (
    message    BLOB PRIMARY KEY,
    ticket     BLOB NOT NULL,
    card       BLOB,
    -- 'receipt', 'invoice'
    paper      TEXT NOT NULL,
    -- 'email', 'text'
    channel    TEXT NOT NULL,
    -- NULL as soon as it is not needed any more.
    address    TEXT,
    masked     TEXT NOT NULL,
    -- 'waiting' for the server, 'handed' to it, 'sent', 'failed'
    state      TEXT NOT NULL,
    why        TEXT,
    at_ms      INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    -- When it is tried, or asked about, again.
    next_ms    INTEGER NOT NULL,
    tries      INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX message_ticket ON message (ticket);
CREATE INDEX message_card ON message (card) WHERE card IS NOT NULL;
-- What somebody should look at.
CREATE INDEX message_failed ON message (at_ms) WHERE state = 'failed';
CREATE INDEX message_open ON message (next_ms) WHERE state IN ('waiting', 'handed');
