-- Cards that a person said are one client's: read models of card edits.

-- The links as they stand: which card gave way to which.
CREATE TABLE card_link (
    card      BLOB NOT NULL,
    into_card BLOB NOT NULL,
    PRIMARY KEY (card, into_card)
) WITHOUT ROWID;
CREATE INDEX card_link_into ON card_link (into_card);

-- Of every card that hangs together with another: the one that stands for all, itself included.
CREATE TABLE card_group (
    card BLOB PRIMARY KEY,
    root BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX card_group_root ON card_group (root);
