//! What is said of gift cards.

super::messages! {
    GIFT_CARD: "Gift card", "Gutschein", "Carte cadeau";
    NUMBER: "Number on the card", "Nummer auf der Karte", "Numéro de la carte";
    SCAN_OR_TYPE: "Scan it or type it", "Scannen oder eintippen", "Scannez ou tapez";
    LOOK_UP: "Look it up", "Nachsehen", "Consulter";
    LEFT: "On the card", "Guthaben", "Solde";
    UNTIL: "until {date}", "bis {date}", "jusqu’au {date}";
    TAKE: "Take {amount}", "{amount} einlösen", "Prendre {amount}";
    TAKE_ALL_OF_IT: "Take {amount}, {rest} is left to pay", "{amount} einlösen, {rest} bleiben zu zahlen", "Prendre {amount}, reste {rest} à payer";
    NOT_KNOWN: "No sale of this card is known here. It may have been sold at another till: try again when everything is synced.", "Hier ist kein Verkauf dieser Karte bekannt. Vielleicht an einer anderen Kasse: nach dem Abgleich nochmals versuchen.", "Aucune vente de cette carte n’est connue ici. Peut-être à une autre caisse : réessayez après la synchronisation.";
    NOTHING_LEFT: "There is nothing left on this card. Take the money another way.", "Auf dieser Karte ist nichts mehr. Bitte anders kassieren.", "Il ne reste rien sur cette carte. Encaissez autrement.";
    ONLY_SO_MUCH: "Without the server this till may take {amount} of it. Take the rest another way, or wait for the connection.", "Ohne Server darf diese Kasse {amount} davon einlösen. Den Rest anders kassieren oder auf die Verbindung warten.", "Sans le serveur, cette caisse peut en prendre {amount}. Encaissez le reste autrement ou attendez la connexion.";
    ANOTHER: "Another card", "Andere Karte", "Autre carte";
    SELL_HOW: "Leave the number empty and the till makes one and prints the card.", "Ohne Nummer vergibt die Kasse eine und druckt den Gutschein.", "Sans numéro, la caisse en crée un et imprime la carte.";
    ADD: "Put it on the ticket", "Auf den Bon", "Mettre sur le ticket";
    LINE: "Gift card {ending}", "Gutschein {ending}", "Carte cadeau {ending}";
    MADE: "The number is {code}. It is printed with the receipt; without a printer, write it on a card.", "Die Nummer ist {code}. Sie wird mit dem Beleg gedruckt; ohne Drucker bitte auf eine Karte schreiben.", "Le numéro est {code}. Il s’imprime avec le ticket ; sans imprimante, notez-le sur une carte.";
    SELL_IT: "Sell it", "Verkaufen", "La vendre";
    BALANCE: "Gift card {ending}: {amount} left", "Gutschein {ending}: noch {amount}", "Carte cadeau {ending} : reste {amount}";
    BALANCE_UNTIL: "Gift card {ending}: {amount} left, until {date}", "Gutschein {ending}: noch {amount}, bis {date}", "Carte cadeau {ending} : reste {amount}, jusqu’au {date}";
    OVERDRAWN: "Taken twice", "Doppelt eingelöst", "Pris deux fois";
    OVERDRAWN_HOW: "Tills that could not hear of each other took more than there was. The sales count; speak with the client.", "Kassen ohne Verbindung haben mehr eingelöst, als da war. Die Verkäufe gelten; bitte mit der Kundin sprechen.", "Des caisses sans connexion ont pris plus que le solde. Les ventes comptent ; parlez-en au client.";
    OVERDRAWN_LINE: "{what}, {date}, {till}", "{what}, {date}, {till}", "{what}, {date}, {till}";

    CODE_WRONG: "That is no gift card’s number. Check the digits and enter it again.", "Das ist keine Gutscheinnummer. Ziffern prüfen und nochmals eingeben.", "Ce n’est pas un numéro de carte cadeau. Vérifiez les chiffres et recommencez.";
    SOLD: "This gift card was sold before. Take another card.", "Dieser Gutschein wurde schon verkauft. Bitte einen anderen nehmen.", "Cette carte cadeau a déjà été vendue. Prenez-en une autre.";
    VOIDED: "The sale of this gift card was given back. Take the money another way.", "Der Verkauf dieses Gutscheins wurde erstattet. Bitte anders kassieren.", "La vente de cette carte a été remboursée. Encaissez autrement.";
    EXPIRED: "It could be used until {date}. Take the money another way.", "Er war bis {date} gültig. Bitte anders kassieren.", "Valable jusqu’au {date}. Encaissez autrement.";
    NOT_ENOUGH_ON_IT: "There is {amount} on it. Take that, and the rest another way.", "Es sind {amount} darauf. Diese einlösen und den Rest anders kassieren.", "Il reste {amount}. Prenez-les, et le reste autrement.";
    USED: "It was used: {amount} is left on it. Give the other lines back one by one.", "Er wurde schon benutzt: {amount} sind noch darauf. Die anderen Zeilen einzeln erstatten.", "Elle a servi : il reste {amount}. Remboursez les autres lignes une à une.";
}
