//! What is said of a scan.

super::messages! {
    UNKNOWN: "Nothing here has the code {code}", "Der Code {code} ist hier nicht bekannt", "Le code {code} n’est pas connu ici";
    SEARCH: "Search", "Suchen", "Chercher";
    MISREAD: "Misread. Scan it again.", "Nicht richtig gelesen. Bitte nochmals scannen.", "Mal lu. Scannez à nouveau.";
    PAYMENT_CARD: "That is a payment card. Take payments on the card terminal; nothing was kept.", "Das ist eine Zahlungskarte. Bitte am Kartenterminal zahlen lassen; es wurde nichts behalten.", "C’est une carte de paiement. Encaissez sur le terminal de carte ; rien n’a été gardé.";
    GIFT_UNKNOWN: "Gift card ending {ending}: not known here", "Gutscheinkarte mit Endziffern {ending}: hier nicht bekannt", "Carte cadeau finissant par {ending} : inconnue ici";
    CARD_UNKNOWN: "Card ending {ending}: nobody here has it. Open a client and scan it again to give it to them.", "Karte mit Endziffern {ending}: Die hat hier niemand. Kundin öffnen und nochmals scannen, um sie ihr zu geben.", "Carte finissant par {ending} : personne ne l’a ici. Ouvrez un client et scannez à nouveau pour la lui donner.";
    CARD_FREE: "Card ending {ending}: nobody has it yet", "Karte mit Endziffern {ending}: Die hat noch niemand", "Carte finissant par {ending} : personne ne l’a encore";
    CARD_GIVE: "Give it to this client", "Dieser Kundin geben", "Donner à ce client";
    CARD_GIVEN: "{name} has this card now", "{name} hat jetzt diese Karte", "{name} a maintenant cette carte";
    CLIENT_ON_TICKET: "{name} is on the ticket", "{name} steht auf dem Bon", "{name} est sur le ticket";
    PAYING: "A card payment is under way. Scan it again afterwards.", "Es läuft eine Kartenzahlung. Danach bitte nochmals scannen.", "Un paiement par carte est en cours. Scannez à nouveau après.";
    SCANNER_AWAY: "Scanner: {cause}", "Scanner: {cause}", "Lecteur : {cause}";
    SCANNER_BACK: "The scanner is back", "Der Scanner ist wieder da", "Le lecteur est de retour";
    GRAMS: "{name}, {grams} g", "{name}, {grams} g", "{name}, {grams} g";
}
