//! A sentence for everything that can go wrong: what it is, and what to do.

use super::{Msg, board, client_card, common, credit, desk, earnings, fill, gift, membership, package, sending, t};
use crate::transport::LINK;
use salon_contract::window::{Code, Failure, PatchFaultView};
use salon_domain::kernel::Currency;

fn detail<'a>(failure: &'a Failure, name: &str) -> &'a str {
    failure.detail.get(name).map_or("", String::as_str)
}

/// An amount among the details, in the currency among them.
fn sum(failure: &Failure, name: &str) -> String {
    let minor = detail(failure, name).parse().unwrap_or(0);
    let currency: Option<Currency> = detail(failure, "currency").parse().ok();
    currency.map_or_else(String::new, |currency| super::money(minor, currency))
}

/// What a person reads about a failure.
pub fn sentence(failure: &Failure) -> String {
    if failure.detail.contains_key(LINK) {
        return t(common::LINK_AWAY).to_owned();
    }
    let name = detail(failure, "name");
    match failure.code {
        Code::Device => fault(detail(failure, "cause")),
        Code::BadInput if detail(failure, "field") == "driver" => {
            fill(BAD_DRIVER, &[("detail", detail(failure, "detail"))])
        }
        Code::NotAllowed if detail(failure, "permission") == "training" => t(NOT_IN_TRAINING).to_owned(),
        Code::PinLocked => fill(PIN_LOCKED, &[("seconds", detail(failure, "seconds"))]),
        Code::StaffBusy if name.is_empty() => t(STAFF_BUSY).to_owned(),
        Code::StaffBusy => fill(NAME_BUSY, &[("name", name)]),
        Code::StaffOff if !name.is_empty() => fill(NAME_OFF, &[("name", name)]),
        Code::CannotPerform if !name.is_empty() => fill(NAME_CANNOT, &[("name", name)]),
        Code::PatchTestMissing
        | Code::PatchTestReaction
        | Code::PatchTestTooSoon
        | Code::PatchTestExpired
        | Code::PatchTestUnread => patch_test(failure),
        Code::ChangedSince if !name.is_empty() => fill(board::CHANGED_SINCE_BY, &[("name", name)]),
        Code::TillFromEarlierDay => fill(TILL_EARLIER, &[("date", &super::day_short(detail(failure, "date")))]),
        Code::ValueExpired => fill(gift::EXPIRED, &[("date", &super::day_short(detail(failure, "date")))]),
        Code::ValueNotEnough => fill(gift::NOT_ENOUGH_ON_IT, &[("amount", &sum(failure, "balance_minor"))]),
        Code::ValueUsed => fill(gift::USED, &[("amount", &sum(failure, "balance_minor"))]),
        Code::OfflineLimit => fill(gift::ONLY_SO_MUCH, &[("amount", &sum(failure, "usable_minor"))]),
        Code::AddressWrong => t(sending::wrong(detail(failure, "why"))).to_owned(),
        Code::ChannelNotSetUp => t(sending::not_set_up_named(detail(failure, "channel"))).to_owned(),
        Code::VisitSold => fill(desk::VISIT_SOLD, &[("number", detail(failure, "number"))]),
        Code::BelowNought => fill(earnings::BELOW_NOUGHT, &[("amount", &sum(failure, "left_minor"))]),
        Code::BadInput => fill(BAD_INPUT, &[("field", detail(failure, "field"))]),
        code => t(plain(code)).to_owned(),
    }
}

/// Which service needs a patch test, and what is wrong with the client's.
fn patch_test(failure: &Failure) -> String {
    let date = detail(failure, "date").to_owned();
    let fault = match failure.code {
        Code::PatchTestReaction => PatchFaultView::Reaction { date },
        Code::PatchTestTooSoon => {
            PatchFaultView::TooSoon { date, minute: detail(failure, "minute").parse().unwrap_or(0) }
        }
        Code::PatchTestExpired => PatchFaultView::Expired { date },
        Code::PatchTestUnread => PatchFaultView::Unread,
        _ => PatchFaultView::Missing,
    };
    let named = [("service", detail(failure, "name")), ("kind", detail(failure, "kind"))];
    format!("{} {}", fill(client_card::PATCH_FOR, &named), client_card::fault(&fault))
}

fn plain(code: Code) -> Msg {
    match code {
        Code::NotEnrolled => common::NOT_ENROLLED_HOW,
        Code::SignInNeeded => SIGN_IN_NEEDED,
        Code::WrongPin => WRONG_PIN,
        Code::PinLocked => PIN_LOCKED,
        Code::NotAllowed => NOT_ALLOWED,
        Code::NotFound => NOT_FOUND,
        Code::BadInput => BAD_INPUT,
        Code::OutsideHours => OUTSIDE_HOURS,
        Code::StaffBusy => STAFF_BUSY,
        Code::StaffOff => STAFF_OFF,
        Code::CannotPerform => CANNOT_PERFORM,
        Code::PatchTestMissing => client_card::FAULT_MISSING,
        Code::PatchTestReaction => client_card::RESULT_REACTION,
        Code::PatchTestTooSoon => client_card::FAULT_MISSING,
        Code::PatchTestExpired => client_card::FAULT_MISSING,
        Code::PatchTestUnread => client_card::FAULT_UNREAD,
        Code::IllegalStatus => ILLEGAL_STATUS,
        Code::ChangedSince => board::CHANGED_SINCE,
        Code::NothingToUndo => board::NOTHING_TO_UNDO,
        Code::TillClosed => TILL_CLOSED,
        Code::TillAlreadyOpen => TILL_ALREADY_OPEN,
        Code::TillFromEarlierDay => TILL_EARLIER,
        Code::PeriodNotOver => PERIOD_NOT_OVER,
        Code::ReasonNeeded => REASON_NEEDED,
        Code::NotEnough => NOT_ENOUGH,
        Code::NotEnoughPoints => NOT_ENOUGH_POINTS,
        Code::BelowNought => earnings::BELOW_NOUGHT,
        Code::EmptyTicket => EMPTY_TICKET,
        Code::BadDiscount => BAD_DISCOUNT,
        Code::PartPaid => PART_PAID,
        Code::VisitSold => desk::VISIT_SOLD,
        Code::NothingLeft => NOTHING_LEFT,
        Code::RefundInstead => REFUND_INSTEAD,
        Code::RefundBegun => REFUND_BEGUN,
        Code::ClientNeeded => credit::CLIENT_NEEDED,
        Code::PackageUnknown => package::UNKNOWN,
        Code::PackageVoided => package::VOIDED,
        Code::PackageFrozen => package::IS_FROZEN,
        Code::PackageEmpty => package::EMPTY,
        Code::PackageUsed => package::USED,
        Code::MembershipUnknown => membership::UNKNOWN,
        Code::MembershipPaused => membership::IS_PAUSED,
        Code::MembershipEnded => membership::HAS_ENDED,
        Code::MembershipUnpaid => membership::UNPAID,
        Code::MembershipEmpty => membership::EMPTY,
        Code::MembershipUsed => membership::USED,
        Code::MembershipPaid => membership::PAID,
        Code::GiftCodeWrong => gift::CODE_WRONG,
        Code::GiftUnknown => gift::NOT_KNOWN,
        Code::GiftSold => gift::SOLD,
        Code::GiftVoided => gift::VOIDED,
        Code::ValueExpired => gift::EXPIRED,
        Code::ValueNotEnough => gift::NOT_ENOUGH_ON_IT,
        Code::ValueUsed => gift::USED,
        Code::OfflineLimit => gift::ONLY_SO_MUCH,
        Code::CardUnknown => CARD_UNKNOWN,
        Code::CardBusy => CARD_BUSY,
        Code::Device => FAULT_OTHER,
        Code::NoDevice => NO_DEVICE,
        Code::ClockBack => common::CLOCK_WAS_SET_BACK,
        Code::DiskFull => DISK_FULL,
        Code::StoreCorrupt => STORE_CORRUPT,
        Code::StoreNewer => STORE_NEWER,
        Code::StoreInUse => STORE_IN_USE,
        Code::AddressWrong => sending::WRONG_EMPTY,
        Code::ChannelNotSetUp => sending::NO_EMAIL,
        Code::ServerAway => SERVER_AWAY,
        Code::Internal => INTERNAL,
    }
}

/// A device's fault by its name in the contract.
pub fn fault(cause: &str) -> String {
    t(match cause {
        "not_connected" => FAULT_NOT_CONNECTED,
        "timeout" => FAULT_TIMEOUT,
        "link_lost" => FAULT_LINK_LOST,
        "paper_out" => FAULT_PAPER_OUT,
        "cover_open" => FAULT_COVER_OPEN,
        "offline" => FAULT_OFFLINE,
        "cutter_jam" => FAULT_CUTTER_JAM,
        "busy" => FAULT_BUSY,
        "protocol" => FAULT_PROTOCOL,
        "refused" => FAULT_REFUSED,
        "unsupported" => FAULT_UNSUPPORTED,
        "access_denied" => FAULT_ACCESS_DENIED,
        "device_error" => FAULT_DEVICE_ERROR,
        "other_device" => FAULT_OTHER_DEVICE,
        "too_late" => FAULT_TOO_LATE,
        "no_content" => FAULT_NO_CONTENT,
        "not_charged" => FAULT_NOT_CHARGED,
        "cancelled" => FAULT_CANCELLED,
        _ => FAULT_OTHER,
    })
    .to_owned()
}

/// Why a card terminal did not do it: its own words, or a sentence for its result code (PA00P015, list of error messages).
pub fn card_refused(code: u8, text: &str) -> String {
    if !text.is_empty() {
        return text.to_owned();
    }
    let sentence = match code {
        0x00..=0x63 => DECLINED_BY_BANK,
        0x64 | 0x65 | 0x72 | 0x73 | 0x7b | 0x7c | 0x7e => DECLINED_UNREADABLE,
        0x6c => DECLINED_STOPPED,
        0x6e | 0x76 | 0xc4 => DECLINED_BLOCKED,
        0x6f | 0xc6 | 0xcb => DECLINED_CURRENCY,
        0x71 => DECLINED_CREDIT,
        0x78 | 0x79 => DECLINED_EXPIRED,
        0x67 | 0x68 | 0x7a | 0xc5 | 0xd2 => DECLINED_KIND,
        0x7d | 0x9b | 0xa1 | 0xa3 | 0xaf => DECLINED_NO_BANK,
        0xb4 => DECLINED_ALREADY,
        0x83 | 0xb5 | 0xb7 => DECLINED_NOT_THERE,
        0xc3 | 0xc8 | 0xc9 => DECLINED_AMOUNT,
        0xf0 | 0xb1 | 0xb2 | 0x6a => DECLINED_DAY,
        _ => DECLINED_OTHER,
    };
    fill(sentence, &[("code", &format!("{code:02X}"))])
}

/// A card terminal's intermediate status (PA00P015, intermediate status information).
pub fn card_status(code: u8) -> &'static str {
    t(match code {
        0x00 => CARD_CONFIRM_AMOUNT,
        0x01 | 0x02 => CARD_WATCH,
        0x04 | 0x11 => CARD_BANK,
        0x05 => CARD_REVERSING,
        0x07..=0x09 | 0x0c | 0x10 => CARD_NOT_ACCEPTED,
        0x0a => CARD_INSERT,
        0x0b => CARD_REMOVE,
        0x0d => CARD_STOPPED,
        0x15 => CARD_WRONG_PIN,
        _ => CARD_WAIT,
    })
}

super::messages! {
    WRONG_PIN: "That PIN is not right. Try again.", "Diese PIN stimmt nicht. Bitte nochmals.", "Ce code n’est pas le bon. Réessayez.";
    PIN_LOCKED: "Too many wrong PINs. Wait {seconds} seconds.", "Zu viele falsche PINs. {seconds} Sekunden warten.", "Trop de codes erronés. Attendez {seconds} secondes.";
    SIGN_IN_NEEDED: "Sign in first.", "Bitte zuerst anmelden.", "Connectez-vous d’abord.";
    NOT_ALLOWED: "You may not do this. Ask a manager to sign in.", "Das ist dir nicht erlaubt. Bitte die Leitung anmelden lassen.", "Vous n’y êtes pas autorisée. Demandez à une responsable.";
    NOT_FOUND: "This is not here any more. Somebody may have changed it.", "Das gibt es nicht mehr. Vielleicht hat es jemand geändert.", "Cela n’existe plus. Quelqu’un l’a peut-être modifié.";
    BAD_INPUT: "Please check: {field}", "Bitte prüfen: {field}", "À vérifier : {field}";
    BAD_DRIVER: "Please check the address and settings: {detail}", "Bitte Adresse und Einstellungen prüfen: {detail}", "Vérifiez l’adresse et les réglages : {detail}";
    NOT_IN_TRAINING: "Not in training. End it first.", "Nicht in der Übung. Bitte zuerst beenden.", "Pas pendant l’entraînement. Terminez-le d’abord.";
    OUTSIDE_HOURS: "That is outside opening hours.", "Das liegt außerhalb der Öffnungszeiten.", "C’est en dehors des heures d’ouverture.";
    STAFF_BUSY: "The stylist is taken then.", "Zu dieser Zeit schon vergeben.", "La personne est déjà prise à cette heure.";
    NAME_BUSY: "{name} is taken then.", "{name} ist dann schon vergeben.", "{name} n’est pas libre à cette heure.";
    STAFF_OFF: "The stylist does not work then.", "Zu dieser Zeit nicht im Dienst.", "La personne ne travaille pas à cette heure.";
    NAME_OFF: "{name} does not work then.", "{name} arbeitet dann nicht.", "{name} ne travaille pas à cette heure.";
    CANNOT_PERFORM: "This person does not do that service. Choose another.", "Diese Person bietet die Leistung nicht an. Bitte jemand anderen wählen.", "Cette personne ne fait pas cette prestation. Choisissez-en une autre.";
    NAME_CANNOT: "{name} does not do that service. Choose somebody else.", "{name} bietet diese Leistung nicht an. Bitte jemand anderen wählen.", "{name} ne fait pas cette prestation. Choisissez une autre personne.";
    ILLEGAL_STATUS: "This booking has moved on meanwhile. Look at it again.", "Dieser Termin wurde inzwischen geändert. Bitte neu ansehen.", "Ce rendez-vous a changé entre-temps. Regardez-le à nouveau.";
    TILL_CLOSED: "The till is closed. Open it first.", "Die Kasse ist geschlossen. Bitte zuerst öffnen.", "La caisse est fermée. Ouvrez-la d’abord.";
    TILL_ALREADY_OPEN: "The till is open already.", "Die Kasse ist schon offen.", "La caisse est déjà ouverte.";
    TILL_EARLIER: "The till is still open from {date}. Close it first.", "Die Kasse ist noch vom {date} offen. Bitte zuerst abschließen.", "La caisse est encore ouverte depuis le {date}. Clôturez-la d’abord.";
    PERIOD_NOT_OVER: "This period is not over yet.", "Dieser Zeitraum ist noch nicht vorbei.", "Cette période n’est pas terminée.";
    REASON_NEEDED: "Cash differs from what is expected. Give a reason.", "Das Bargeld weicht ab. Bitte einen Grund angeben.", "L’espèce diffère de l’attendu. Indiquez un motif.";
    NOT_ENOUGH_POINTS: "The client does not have the points for that. Take the reward off the ticket.", "Dafür reichen die Punkte nicht. Prämie vom Bon nehmen.", "La cliente n’a pas assez de points. Retirez l’avantage du ticket.";
    NOT_ENOUGH: "That is not enough.", "Das reicht nicht.", "Ce n’est pas assez.";
    EMPTY_TICKET: "There is nothing on the ticket.", "Auf dem Bon steht nichts.", "Le ticket est vide.";
    NOTHING_LEFT: "So much of it is not left to give back.", "So viel ist davon nicht mehr zu erstatten.", "Il ne reste pas autant à rembourser.";
    REFUND_INSTEAD: "Only a whole sale of the till that is still open here can be voided. Refund it instead.", "Stornieren geht nur ganz und solange die Kasse dieses Verkaufs hier offen ist. Stattdessen erstatten.", "On n’annule qu’une vente entière, tant que sa caisse est ouverte ici. Remboursez-la plutôt.";
    REFUND_BEGUN: "Another refund of this sale was begun and is not finished. Choose the same lines again to finish it first.", "Eine andere Erstattung dieses Verkaufs wurde begonnen. Bitte dieselben Positionen wählen und sie zuerst abschließen.", "Un autre remboursement de cette vente est commencé. Choisissez les mêmes lignes pour le terminer d’abord.";
    PART_PAID: "Money was taken for this ticket. Give it back first.", "Für diesen Bon wurde schon Geld genommen. Bitte zuerst zurückgeben.", "De l’argent a été pris pour ce ticket. Rendez-le d’abord.";
    BAD_DISCOUNT: "A discount cannot be more than the price.", "Ein Rabatt kann nicht höher sein als der Preis.", "Une remise ne peut dépasser le prix.";
    CARD_UNKNOWN: "An earlier card payment has to be cleared up first. Cash works.", "Zuerst muss eine frühere Kartenzahlung geklärt werden. Bar geht.", "Un paiement par carte doit d’abord être éclairci. Les espèces fonctionnent.";
    CARD_BUSY: "The card terminal is busy with another payment.", "Das Kartenterminal ist mit einer anderen Zahlung beschäftigt.", "Le terminal de carte est occupé par un autre paiement.";
    NO_DEVICE: "No such device is set up. See Devices.", "Kein solches Gerät eingerichtet. Siehe Geräte.", "Aucun appareil de ce type. Voir Appareils.";
    DISK_FULL: "The disk is full. Free some space; nothing was lost.", "Die Festplatte ist voll. Bitte Platz schaffen; nichts ging verloren.", "Le disque est plein. Libérez de la place ; rien n’est perdu.";
    STORE_CORRUPT: "The terminal’s data is damaged. Stop, and call support.", "Die Daten des Terminals sind beschädigt. Bitte anhalten und den Support rufen.", "Les données du terminal sont endommagées. Arrêtez et appelez l’assistance.";
    STORE_NEWER: "This data was written by a newer version. Update the program.", "Diese Daten stammen von einer neueren Version. Bitte das Programm aktualisieren.", "Ces données viennent d’une version plus récente. Mettez le programme à jour.";
    STORE_IN_USE: "Another program has this terminal’s data open. Close it and start again.", "Ein anderes Programm benutzt die Daten dieses Terminals. Bitte schließen und neu starten.", "Un autre programme utilise les données de ce terminal. Fermez-le et redémarrez.";
    SERVER_AWAY: "The server cannot be reached. It is tried again by itself.", "Der Server ist nicht erreichbar. Es wird von selbst weiter versucht.", "Le serveur est injoignable. Nouvel essai automatique.";
    INTERNAL: "Something unexpected happened. Nothing was changed; try again.", "Etwas Unerwartetes ist passiert. Nichts wurde geändert; bitte nochmals.", "Une erreur inattendue est survenue. Rien n’a changé ; réessayez.";

    FAULT_NOT_CONNECTED: "No connection. Check cable and power.", "Keine Verbindung. Kabel und Strom prüfen.", "Pas de connexion. Vérifiez câble et courant.";
    FAULT_TIMEOUT: "It did not answer in time.", "Keine Antwort in der Zeit.", "Pas de réponse à temps.";
    FAULT_LINK_LOST: "The connection broke off.", "Die Verbindung ist abgerissen.", "La connexion s’est interrompue.";
    FAULT_PAPER_OUT: "Out of paper. Put in a new roll.", "Papier leer. Neue Rolle einlegen.", "Plus de papier. Mettez un rouleau.";
    FAULT_COVER_OPEN: "The cover is open. Close it.", "Die Klappe ist offen. Bitte schließen.", "Le capot est ouvert. Fermez-le.";
    FAULT_OFFLINE: "The device is offline.", "Das Gerät ist offline.", "L’appareil est hors ligne.";
    FAULT_CUTTER_JAM: "The cutter is jammed. Open the cover and free it.", "Der Abschneider klemmt. Klappe öffnen und lösen.", "Le massicot est bloqué. Ouvrez le capot et dégagez-le.";
    FAULT_BUSY: "The device is busy.", "Das Gerät ist beschäftigt.", "L’appareil est occupé.";
    FAULT_PROTOCOL: "The device answered something unexpected.", "Das Gerät hat etwas Unerwartetes geantwortet.", "L’appareil a donné une réponse inattendue.";
    FAULT_REFUSED: "The device refused.", "Das Gerät hat abgelehnt.", "L’appareil a refusé.";
    FAULT_UNSUPPORTED: "The device cannot do this.", "Das kann das Gerät nicht.", "L’appareil ne sait pas le faire.";
    FAULT_ACCESS_DENIED: "This computer does not let us use the device. Give this user access to it.", "Dieser Computer lässt uns nicht an das Gerät. Bitte dem Benutzer Zugriff geben.", "Cet ordinateur ne nous laisse pas utiliser l’appareil. Donnez-y accès à cet utilisateur.";
    FAULT_DEVICE_ERROR: "The device reports an error. Switch it off and on again.", "Das Gerät meldet einen Fehler. Bitte aus- und wieder einschalten.", "L’appareil signale une erreur. Éteignez-le et rallumez-le.";
    DECLINED_BY_BANK: "The bank declined the card ({code}).", "Die Bank hat die Karte abgelehnt ({code}).", "La banque a refusé la carte ({code}).";
    DECLINED_UNREADABLE: "The card could not be read. Try again or another card ({code}).", "Die Karte war nicht lesbar. Nochmals oder andere Karte ({code}).", "Carte illisible. Réessayez ou changez de carte ({code}).";
    DECLINED_STOPPED: "It was stopped at the terminal, or nobody showed a card in time.", "Am Terminal abgebrochen, oder es kam rechtzeitig keine Karte.", "Interrompu au terminal, ou aucune carte présentée à temps.";
    DECLINED_BLOCKED: "The card is blocked ({code}).", "Die Karte ist gesperrt ({code}).", "La carte est bloquée ({code}).";
    DECLINED_CURRENCY: "The card terminal does not take this currency ({code}).", "Das Kartenterminal nimmt diese Währung nicht ({code}).", "Le terminal n’accepte pas cette devise ({code}).";
    DECLINED_CREDIT: "There is not enough on the card ({code}).", "Die Karte ist nicht gedeckt ({code}).", "Solde insuffisant ({code}).";
    DECLINED_EXPIRED: "The card is not valid now ({code}).", "Die Karte ist zurzeit nicht gültig ({code}).", "La carte n’est pas valable ({code}).";
    DECLINED_KIND: "The card terminal does not take this kind of card ({code}).", "Das Kartenterminal nimmt diese Kartenart nicht ({code}).", "Le terminal n’accepte pas ce type de carte ({code}).";
    DECLINED_NO_BANK: "The card terminal cannot reach its bank ({code}).", "Das Kartenterminal erreicht die Bank nicht ({code}).", "Le terminal ne joint pas la banque ({code}).";
    DECLINED_ALREADY: "The card terminal has given this payment back already ({code}).", "Das Kartenterminal hat diese Zahlung schon storniert ({code}).", "Le terminal a déjà annulé ce paiement ({code}).";
    DECLINED_NOT_THERE: "The card terminal does not have this payment any more ({code}).", "Das Kartenterminal hat diese Zahlung nicht mehr ({code}).", "Le terminal n’a plus ce paiement ({code}).";
    DECLINED_AMOUNT: "The card terminal does not take this amount ({code}).", "Das Kartenterminal nimmt diesen Betrag nicht ({code}).", "Le terminal n’accepte pas ce montant ({code}).";
    DECLINED_DAY: "The card terminal needs its end of day first ({code}).", "Das Kartenterminal braucht zuerst seinen Kassenschnitt ({code}).", "Le terminal doit d’abord faire sa télécollecte ({code}).";
    DECLINED_OTHER: "The card terminal declined, code {code}.", "Das Kartenterminal hat abgelehnt, Code {code}.", "Le terminal a refusé, code {code}.";
    FAULT_TOO_LATE: "It had waited for more than twelve hours.", "Hatte mehr als zwölf Stunden gewartet.", "Il attendait depuis plus de douze heures.";
    FAULT_NO_CONTENT: "What it should print cannot be read.", "Was zu drucken wäre, ist nicht lesbar.", "Le contenu à imprimer est illisible.";
    FAULT_OTHER_DEVICE: "This is not the card terminal that was used. Connect that one again.", "Das ist nicht das Kartenterminal von vorhin. Bitte jenes wieder anschließen.", "Ce n’est pas le terminal utilisé. Rebranchez celui-là.";
    FAULT_NOT_CHARGED: "The card terminal says: nothing was charged.", "Das Kartenterminal sagt: Es wurde nichts abgebucht.", "Le terminal dit : rien n’a été débité.";
    FAULT_CANCELLED: "Cancelled. Nothing was charged.", "Abgebrochen. Es wurde nichts abgebucht.", "Annulé. Rien n’a été débité.";
    FAULT_OTHER: "The device has a fault.", "Das Gerät hat eine Störung.", "L’appareil a un défaut.";

    CARD_CONFIRM_AMOUNT: "Confirm the amount on the card terminal", "Betrag am Kartenterminal bestätigen", "Confirmez le montant sur le terminal";
    CARD_WATCH: "Follow the card terminal’s display", "Anzeige am Kartenterminal beachten", "Suivez l’écran du terminal";
    CARD_BANK: "Asking the bank", "Die Bank wird gefragt", "Demande à la banque";
    CARD_REVERSING: "The card terminal is reversing", "Das Kartenterminal storniert", "Le terminal annule";
    CARD_NOT_ACCEPTED: "This card is not accepted", "Diese Karte wird nicht angenommen", "Cette carte n’est pas acceptée";
    CARD_INSERT: "Insert or tap the card", "Karte einstecken oder auflegen", "Insérez ou présentez la carte";
    CARD_REMOVE: "Remove the card", "Karte entnehmen", "Retirez la carte";
    CARD_STOPPED: "Stopped at the card terminal", "Am Kartenterminal abgebrochen", "Interrompu sur le terminal";
    CARD_WRONG_PIN: "Wrong PIN, the client may try again", "Falsche PIN, bitte nochmals", "Code erroné, à recommencer";
    CARD_WAIT: "One moment, please", "Einen Moment, bitte", "Un instant, s’il vous plaît";
}
