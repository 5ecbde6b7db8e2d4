//! What is said of receipts and invoices that are sent to clients.

use super::Msg;
use salon_contract::message::NotSent;
use salon_contract::window::{MessageStands, SentPaper};
use salon_domain::notification::Channel;

/// Why an address is none.
pub fn wrong(why: &str) -> Msg {
    match why {
        "email" => WRONG_EMAIL,
        "phone" => WRONG_PHONE,
        "country" => WRONG_COUNTRY,
        _ => WRONG_EMPTY,
    }
}

pub fn not_set_up(channel: Channel) -> Msg {
    match channel {
        Channel::Email => NO_EMAIL,
        Channel::Text => NO_TEXT,
    }
}

/// By its name in a failure.
pub fn not_set_up_named(channel: &str) -> Msg {
    not_set_up(Channel::named(channel).unwrap_or(Channel::Email))
}

/// How it stands, with the masked address at `{to}`.
pub fn stands(channel: Channel, stands: MessageStands) -> Msg {
    match (channel, stands) {
        (_, MessageStands::Waiting) => WAITING,
        (Channel::Email, MessageStands::Handed) => EMAIL_HANDED,
        (Channel::Email, MessageStands::Sent) => EMAIL_SENT,
        (Channel::Email, MessageStands::Failed { .. }) => EMAIL_FAILED,
        (Channel::Text, MessageStands::Handed) => TEXT_HANDED,
        (Channel::Text, MessageStands::Sent) => TEXT_SENT,
        (Channel::Text, MessageStands::Failed { .. }) => TEXT_FAILED,
    }
}

pub fn reason(why: NotSent) -> Msg {
    match why {
        NotSent::NoSuchAddress => WHY_NO_SUCH_ADDRESS,
        NotSent::Refused => WHY_REFUSED,
        NotSent::TooLarge => WHY_TOO_LARGE,
        NotSent::GaveUp => WHY_GAVE_UP,
        NotSent::Unknown => WHY_UNKNOWN,
        NotSent::NotSetUp => WHY_NOT_SET_UP,
        NotSent::TooLate => WHY_TOO_LATE,
        NotSent::NothingToSend => WHY_NOTHING,
        NotSent::Training => WHY_TRAINING,
    }
}

pub fn paper(paper: SentPaper) -> Msg {
    match paper {
        SentPaper::Receipt => RECEIPT,
        SentPaper::Invoice => INVOICE,
    }
}

super::messages! {
    EMAIL: "Email", "Mailen", "E-mail";
    TEXT: "Text", "SMS", "SMS";
    EMAIL_TO: "Email to {to}", "Mailen an {to}", "E-mail à {to}";
    TEXT_TO: "Text to {to}", "SMS an {to}", "SMS à {to}";
    OTHER_ADDRESS: "To another address", "An eine andere Adresse", "À une autre adresse";
    ASKED: "It goes out by itself", "Geht von selbst hinaus", "L’envoi se fait tout seul";
    WHAT: "What is sent", "Was gesendet wird", "Ce qui est envoyé";
    RECEIPT: "Receipt", "Beleg", "Ticket";
    INVOICE: "Invoice", "Rechnung", "Facture";
    BY_EMAIL: "Email address", "E-Mail-Adresse", "Adresse e-mail";
    BY_TEXT: "Mobile number", "Handynummer", "Numéro de portable";
    KEEP: "Keep it on the client’s card", "Auf der Kundenkarte merken", "Garder sur la fiche";
    SEND: "Send", "Senden", "Envoyer";
    WRITE_AND_SEND: "Write and email", "Schreiben und mailen", "Écrire et envoyer";
    RECEIPT_BY: "Receipts", "Belege", "Tickets";
    BY_PAPER: "On paper", "Auf Papier", "Sur papier";
    BY_EMAIL_SHORT: "By email", "Per E-Mail", "Par e-mail";
    BY_TEXT_SHORT: "By text message", "Per SMS", "Par SMS";
    BY_NOTHING: "None", "Keine", "Aucun";
    SENT: "Sent to the client", "An die Kundin gesendet", "Envoyé au client";

    LEAVE: "Leave it", "Lassen", "Laisser";
    UNSENT_ONE: "{n} receipt was not sent", "{n} Beleg wurde nicht gesendet", "{n} ticket n’a pas été envoyé";
    UNSENT_MANY: "{n} receipts were not sent", "{n} Belege wurden nicht gesendet", "{n} tickets n’ont pas été envoyés";

    WAITING: "To {to}: waits for the connection", "An {to}: wartet auf die Verbindung", "À {to} : attend la connexion";
    EMAIL_HANDED: "To {to}: being emailed", "An {to}: wird gemailt", "À {to} : e-mail en cours";
    EMAIL_SENT: "Emailed to {to}", "Gemailt an {to}", "Envoyé par e-mail à {to}";
    EMAIL_FAILED: "Not emailed to {to}:", "Nicht gemailt an {to}:", "Pas envoyé par e-mail à {to} :";
    TEXT_HANDED: "To {to}: being texted", "An {to}: SMS wird gesendet", "À {to} : SMS en cours";
    TEXT_SENT: "Texted to {to}", "SMS gesendet an {to}", "SMS envoyé à {to}";
    TEXT_FAILED: "Not texted to {to}:", "Keine SMS an {to}:", "SMS pas envoyé à {to} :";

    WHY_NO_SUCH_ADDRESS: "nobody has this address. Ask for it again.", "diese Adresse gibt es nicht. Bitte nochmals erfragen.", "cette adresse n’existe pas. Redemandez-la.";
    WHY_REFUSED: "it was refused at the other end. Print it, or try another address.", "die Gegenstelle hat abgelehnt. Drucken, oder eine andere Adresse versuchen.", "refusé à l’autre bout. Imprimez, ou essayez une autre adresse.";
    WHY_TOO_LARGE: "it is too large for the other end. Print it.", "zu groß für die Gegenstelle. Bitte drucken.", "trop volumineux pour le destinataire. Imprimez.";
    WHY_GAVE_UP: "nobody took it for a day. Try again.", "einen Tag lang nahm es niemand an. Nochmals versuchen.", "personne ne l’a accepté pendant un jour. Réessayez.";
    WHY_UNKNOWN: "it may have arrived. Ask the client before you try again.", "vielleicht kam es an. Vor dem nächsten Versuch nachfragen.", "c’est peut-être arrivé. Demandez avant de réessayer.";
    WHY_NOT_SET_UP: "this is not set up on the salon’s server.", "das ist auf dem Server des Salons nicht eingerichtet.", "ce n’est pas configuré sur le serveur du salon.";
    WHY_TOO_LATE: "there was no connection for two weeks. Try again if it is still wanted.", "zwei Wochen lang keine Verbindung. Nochmals versuchen, falls noch gewünscht.", "pas de connexion pendant deux semaines. Réessayez si c’est encore utile.";
    WHY_NOTHING: "the paper could not be made here.", "der Beleg konnte hier nicht erstellt werden.", "le document n’a pas pu être créé ici.";
    WHY_TRAINING: "in training nothing is sent.", "in der Übung wird nichts gesendet.", "pendant l’entraînement, rien n’est envoyé.";

    NO_EMAIL: "Email is not set up on the salon’s server. Print the receipt; the owner can set it up.", "E-Mail ist auf dem Server des Salons nicht eingerichtet. Bitte drucken; die Leitung kann es einrichten.", "L’e-mail n’est pas configuré sur le serveur du salon. Imprimez ; la direction peut le configurer.";
    NO_TEXT: "Text messages are not set up on the salon’s server. Print the receipt; the owner can set them up.", "SMS sind auf dem Server des Salons nicht eingerichtet. Bitte drucken; die Leitung kann es einrichten.", "Les SMS ne sont pas configurés sur le serveur du salon. Imprimez ; la direction peut les configurer.";
    WRONG_EMPTY: "Type where it should go.", "Bitte eingeben, wohin es gehen soll.", "Indiquez la destination.";
    WRONG_EMAIL: "This is no email address. It looks like name@example.com.", "Das ist keine E-Mail-Adresse. Sie sieht aus wie name@example.com.", "Ce n’est pas une adresse e-mail. Elle ressemble à nom@example.com.";
    WRONG_PHONE: "This is no phone number. Check its digits.", "Das ist keine Telefonnummer. Bitte die Ziffern prüfen.", "Ce n’est pas un numéro de téléphone. Vérifiez les chiffres.";
    WRONG_COUNTRY: "Type the number with its country, such as +49 …", "Bitte die Nummer mit Land eingeben, etwa +49 …", "Tapez le numéro avec son pays, par exemple +33 …";
}
