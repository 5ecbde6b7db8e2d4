-- Whether a till is open is asked at every start: without looking at every session there ever was.
CREATE INDEX till_session_open ON till_session (device, opened_ms) WHERE z_number IS NULL;
