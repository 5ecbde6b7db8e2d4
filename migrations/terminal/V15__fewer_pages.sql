-- A sale costs what it writes to the disk, and that is pages: what is written together stands together.

-- A document's kept changes lie side by side, found by their key alone: ix << 24 | number, from 1.
CREATE TABLE doc_number (
    ix  INTEGER PRIMARY KEY,
    doc TEXT NOT NULL UNIQUE
);
INSERT INTO doc_number (doc) SELECT doc FROM doc_change GROUP BY doc ORDER BY min(id);
CREATE TABLE kept_change (
    id    INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
);
INSERT INTO kept_change (id, bytes)
    SELECT n.ix << 24 | row_number() OVER (PARTITION BY c.doc ORDER BY c.id), c.bytes
    FROM doc_change c JOIN doc_number n ON n.doc = c.doc;
DROP TABLE doc_change;
ALTER TABLE kept_change RENAME TO doc_change;

-- The level that the document says, and the sum of the movements that the journals say.
ALTER TABLE stock_level ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;
INSERT INTO stock_level (product, milli, moved) SELECT product, 0, milli FROM movement_sum WHERE true
    ON CONFLICT (product) DO UPDATE SET moved = excluded.moved;
DROP TABLE movement_sum;

-- The clock's last reading stands beside the figures that every sale changes. It is no read model.
ALTER TABLE device_total ADD COLUMN hlc BLOB;
INSERT INTO device_total (device, hlc) SELECT 1, value FROM meta WHERE key = 'hlc'
    ON CONFLICT (device) DO UPDATE SET hlc = excluded.hlc;
DELETE FROM meta WHERE key = 'hlc';

-- What is open in the print queue is looked for above the last job below which all are over; the meta table has it.
INSERT INTO meta (key, value)
    SELECT 'print_floor', CAST(coalesce(
        (SELECT min(id) - 1 FROM print_job WHERE state IN ('queued', 'sending')),
        (SELECT max(id) FROM print_job), 0) AS TEXT);
DROP INDEX print_job_open;

-- A booking's row holds its whole content on its own page, and a day's rows lie side by side: day << 20 | number, from 1.
CREATE TABLE day_booking (
    id       INTEGER PRIMARY KEY,
    day      INTEGER NOT NULL,
    booking  BLOB NOT NULL,
    card     BLOB,
    status   TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    body     BLOB NOT NULL
);
INSERT INTO day_booking (id, day, booking, card, status, start_ms, body)
    SELECT day << 20 | row_number() OVER (PARTITION BY day ORDER BY start_ms, booking),
           day, booking, card, status, start_ms, body FROM booking;
DROP TABLE booking;
ALTER TABLE day_booking RENAME TO booking;
CREATE UNIQUE INDEX booking_id ON booking (booking, day);
CREATE INDEX booking_card ON booking (card, day) WHERE card IS NOT NULL;
