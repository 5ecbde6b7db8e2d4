//! What is said of a client's credit with the salon.

super::messages! {
    CREDIT: "Account credit", "Guthaben", "Avoir";
    LEFT: "{name} has", "{name} hat", "{name} a";
    TAKE: "Take {amount} of it", "{amount} davon nehmen", "En prendre {amount}";
    TAKE_AND_REST: "Take {amount}, {rest} is left to pay", "{amount} nehmen, {rest} bleiben zu zahlen", "Prendre {amount}, reste {rest} à payer";
    NOTHING: "There is no credit. Take the money another way, or let the client pay some in.", "Kein Guthaben vorhanden. Bitte anders kassieren oder einzahlen lassen.", "Pas d’avoir. Encaissez autrement, ou faites verser.";
    PAY_IN: "The client pays in", "Die Kundin zahlt ein", "Le client verse";
    PAY_IN_ADD: "Put it on the ticket", "Auf den Bon", "Mettre sur le ticket";
    CLIENT_NEEDED: "Credit is a client’s. Put the client on the ticket first.", "Guthaben gehört einer Kundin. Bitte zuerst die Kundin auf den Bon setzen.", "L’avoir est celui d’un client. Mettez d’abord le client sur le ticket.";
}
