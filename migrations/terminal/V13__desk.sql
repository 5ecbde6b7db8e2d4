-- Visits that were checked out with another visit's ticket: somebody paid for several. A ticket's own visit is in the sale.
CREATE TABLE visit_sale (
    booking BLOB NOT NULL,
    ticket BLOB NOT NULL,
    PRIMARY KEY (booking, ticket)
) WITHOUT ROWID;
