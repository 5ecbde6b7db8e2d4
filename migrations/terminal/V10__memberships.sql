-- Whose each membership is.
CREATE TABLE membership_member (
    membership BLOB PRIMARY KEY,
    card BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX membership_member_card ON membership_member (card);
