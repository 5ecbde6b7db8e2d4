-- The print queue is looked at by people: when a job was made, and what was printed otherwise than asked (JSON).
ALTER TABLE print_job ADD COLUMN at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE print_job ADD COLUMN notes TEXT;
-- What may be on paper in part is asked for at every look at the devices.
CREATE INDEX print_job_unsure ON print_job (id) WHERE state = 'unsure';
