//! The client's card beyond its plain fields.

use super::{Msg, clock, day_short, fill, t};
use salon_contract::window::PatchFaultView;
use salon_domain::customer::{Channel, LikenessReason, PatchResult};

super::messages! {
    FIELD_ADDRESS: "Address", "Adresse", "Adresse";
    FIELD_DRINK: "Drink", "Getränk", "Boisson";
    VIP: "VIP", "VIP", "VIP";
    QUIET: "Would rather not talk", "Möchte lieber nicht reden", "Préfère le silence";
    PREFERENCES: "Preferences", "Vorlieben", "Préférences";
    STYLIST: "Preferred stylist", "Wunschstylist", "Coiffeur préféré";
    ANYBODY: "Anybody", "Egal", "Peu importe";
    TAGS: "Tags", "Schlagwörter", "Étiquettes";
    ADD_TAG: "Add a tag", "Schlagwort hinzufügen", "Ajouter une étiquette";
    REMOVE: "Take off {name}", "{name} entfernen", "Retirer {name}";

    FORMULAS: "Colour formulas", "Farbrezepte", "Formules couleur";
    NO_FORMULAS: "No formula yet.", "Noch kein Rezept.", "Pas encore de formule.";
    NEW_FORMULA: "New formula", "Neues Rezept", "Nouvelle formule";
    REPEAT_LAST: "Repeat last", "Letztes wiederholen", "Répéter la dernière";
    REPEAT: "Repeat", "Wiederholen", "Répéter";
    LAST_FORMULA: "Last formula", "Letztes Rezept", "Dernière formule";
    FOR_SERVICE: "For", "Für", "Pour";
    ANY_SERVICE: "No service", "Keine Leistung", "Aucune prestation";
    ZONE: "Zone", "Bereich", "Zone";
    PRODUCT: "Colour or product", "Farbe oder Produkt", "Couleur ou produit";
    AMOUNT: "Amount", "Menge", "Quantité";
    UNIT: "Unit", "Einheit", "Unité";
    ADD_PRODUCT: "Another product", "Weiteres Produkt", "Autre produit";
    ADD_BOWL: "Another bowl", "Weitere Schale", "Autre bol";
    REMOVE_BOWL: "Without this bowl", "Ohne diese Schale", "Sans ce bol";
    DEVELOPER_STRENGTH: "Developer, %", "Entwickler, %", "Oxydant, %";
    RATIO: "Ratio 1 :", "Verhältnis 1 :", "Mélange 1 :";
    MINUTES: "Minutes", "Minuten", "Minutes";
    MIN: "{n} min", "{n} min", "{n} min";
    SAVE_FORMULA: "Save the formula", "Rezept speichern", "Enregistrer la formule";
    FORMULA_KEPT: "A saved formula stays as it is.", "Ein gespeichertes Rezept bleibt, wie es ist.", "Une formule enregistrée reste telle quelle.";
    FORMULA_WRONG: "Each bowl needs a product and an amount.", "Jede Schale braucht ein Produkt und eine Menge.", "Chaque bol demande un produit et une quantité.";
    RESULT: "How it came out", "Ergebnis", "Résultat";
    DEVELOPER_OF: "{amount} developer {strength} %, 1 : {ratio}", "{amount} Entwickler {strength} %, 1 : {ratio}", "{amount} oxydant {strength} %, 1 : {ratio}";

    PATCH_TESTS: "Patch tests", "Hauttests", "Tests cutanés";
    NO_PATCH_TESTS: "No patch test yet.", "Noch kein Hauttest.", "Pas encore de test cutané.";
    RECORD_TEST: "Record a test", "Test eintragen", "Noter un test";
    TEST_KIND: "What for", "Wofür", "Pour quoi";
    TEST_NOTE: "Evidence: place, batch, signature", "Nachweis: Stelle, Charge, Unterschrift", "Preuve : endroit, lot, signature";
    TEST_DATE: "Made on", "Gemacht am", "Fait le";
    TEST_TIME: "at", "um", "à";
    RESULT_UNREAD: "Not read yet", "Noch nicht abgelesen", "Pas encore lu";
    RESULT_CLEAR: "Clear", "Unauffällig", "Négatif";
    RESULT_REACTION: "Reaction", "Reaktion", "Réaction";
    READ_BY: "{result}, read by {name}, {date}", "{result}, abgelesen von {name}, {date}", "{result}, lu par {name}, {date}";
    MADE_BY: "{date}, {time}, by {name}", "{date}, {time}, von {name}", "{date}, {time}, par {name}";
    PATCH_FOR: "{service} needs a patch test ({kind}).", "{service} braucht einen Hauttest ({kind}).", "{service} demande un test cutané ({kind}).";
    PATCH_OK: "Patch test for {service}: fine.", "Hauttest für {service}: in Ordnung.", "Test cutané pour {service} : en ordre.";
    FAULT_MISSING: "There is none.", "Es gibt keinen.", "Il n’y en a pas.";
    FAULT_REACTION: "The skin reacted on {date}.", "Die Haut hat am {date} reagiert.", "La peau a réagi le {date}.";
    FAULT_TOO_SOON: "It counts from {date}, {time} on.", "Er gilt ab {date}, {time}.", "Il compte à partir du {date}, {time}.";
    FAULT_EXPIRED: "It counted until {date}.", "Er galt bis {date}.", "Il comptait jusqu’au {date}.";
    FAULT_UNREAD: "Nobody has read it yet: look, and enter how it came out.", "Er ist noch nicht abgelesen: nachsehen und eintragen.", "Personne ne l’a lu : regardez et notez le résultat.";
    WAIVE: "Without the test, a manager decides", "Ohne Test, die Leitung entscheidet", "Sans test, un responsable décide";
    WAIVE_BOOK: "Book without the test", "Ohne Test buchen", "Réserver sans test";
    WAIVE_ARRIVE: "Let in without the test", "Ohne Test annehmen", "Accueillir sans test";
    WAIVED: "{name} let {service} pass without a patch test: {reason}", "{name} hat {service} ohne Hauttest erlaubt: {reason}", "{name} a permis {service} sans test cutané : {reason}";
    WHO_DECIDES: "Who decides", "Wer entscheidet", "Qui décide";

    NOTES: "Notes", "Notizen", "Notes";
    ADD_NOTE: "Add a note", "Notiz hinzufügen", "Ajouter une note";
    CONSENTS: "Marketing", "Werbung", "Marketing";
    CONSENTS_HOW: "May the salon write or call? Without a yes it may not.", "Darf der Salon schreiben oder anrufen? Ohne Ja nicht.", "Le salon peut-il écrire ou appeler ? Sans oui, non.";
    CHANNEL_EMAIL: "Email", "E-Mail", "E-mail";
    CHANNEL_TEXT: "Text message", "SMS", "SMS";
    CHANNEL_PHONE: "Phone", "Telefon", "Téléphone";
    CHANNEL_POST: "Post", "Post", "Courrier";
    CONSENT_NONE: "Nobody has asked.", "Noch nicht gefragt.", "Pas encore demandé.";
    CONSENT_GIVEN: "Yes, {how} ({date}, {name})", "Ja, {how} ({date}, {name})", "Oui, {how} ({date}, {name})";
    CONSENT_REFUSED: "No, {how} ({date}, {name})", "Nein, {how} ({date}, {name})", "Non, {how} ({date}, {name})";
    HOW_SAID: "said at the desk", "am Empfang gesagt", "dit à l’accueil";
    HOW_PAPER: "signed on paper", "auf Papier unterschrieben", "signé sur papier";
    HOW_MESSAGE: "by message", "per Nachricht", "par message";
    HOW: "How", "Wie", "Comment";
    GIVE: "Yes", "Ja", "Oui";
    REFUSE: "No", "Nein", "Non";

    FAMILY: "Family and friends", "Familie und Freunde", "Famille et amis";
    ADD_FAMILY: "Add somebody", "Jemanden hinzufügen", "Ajouter quelqu’un";
    IS_TO: "{name} is", "{name} ist", "{name} est";
    RELATION_MOTHER: "mother", "Mutter", "mère";
    RELATION_FATHER: "father", "Vater", "père";
    RELATION_CHILD: "child", "Kind", "enfant";
    RELATION_PARTNER: "partner", "Partner", "partenaire";
    RELATION_FRIEND: "friend", "Freund", "ami";
    RELATION_PARENT: "parent", "Elternteil", "parent";

    HISTORY: "Earlier values", "Frühere Werte", "Anciennes valeurs";
    NOW: "Now: {value}", "Jetzt: {value}", "Maintenant : {value}";
    EMPTY: "empty", "leer", "vide";
    TAKE_THIS: "Take this one instead", "Diesen nehmen", "Prendre celle-ci";

    DUPLICATES: "Duplicates", "Doppelte", "Doublons";
    NO_DUPLICATES: "No two cards look like one person’s.", "Keine zwei Karten sehen nach einer Person aus.", "Aucune fiche ne semble en double.";
    SCORE: "{n} %", "{n} %", "{n} %";
    SURE: "almost sure", "fast sicher", "presque sûr";
    SAME_PHONE: "same phone", "gleiches Telefon", "même téléphone";
    SAME_EMAIL: "same email", "gleiche E-Mail", "même e-mail";
    SAME_NAME: "same name", "gleicher Name", "même nom";
    LIKE_NAME: "similar name", "ähnlicher Name", "nom semblable";
    SAME_BIRTHDAY: "same birthday", "gleicher Geburtstag", "même anniversaire";
    OTHER_BIRTHDAY: "another birthday", "anderer Geburtstag", "autre anniversaire";
    KEEP: "Keep", "Behalten", "Garder";
    MERGE: "Merge into one", "Zusammenführen", "Fusionner";
    NOT_SAME: "Two people", "Zwei Personen", "Deux personnes";
    SWAP: "Keep the other one", "Die andere behalten", "Garder l’autre";
    MERGED: "{name} is one client now", "{name} ist jetzt eine Person", "{name} est maintenant une seule fiche";
    MERGED_FROM: "Merged cards", "Zusammengeführte Karten", "Fiches fusionnées";
    MERGED_BY: "{date}, by {name}", "{date}, von {name}", "{date}, par {name}";
    UNMERGE: "Take apart again", "Wieder trennen", "Séparer";
    UNMERGED: "Two clients again", "Wieder zwei Personen", "De nouveau deux fiches";
    VISITS_ONE: "{n} visit", "{n} Besuch", "{n} visite";
    VISITS_OF: "{n} visits", "{n} Besuche", "{n} visites";
    TAKE_FROM: "From the other card", "Von der anderen Karte", "De l’autre fiche";

    EXPORT: "Export", "Exportieren", "Exporter";
    EXPORTED: "Written to {path}", "Geschrieben nach {path}", "Écrit dans {path}";
}

pub fn channel(channel: Channel) -> &'static str {
    t(match channel {
        Channel::Email => CHANNEL_EMAIL,
        Channel::Text => CHANNEL_TEXT,
        Channel::Phone => CHANNEL_PHONE,
        Channel::Post => CHANNEL_POST,
    })
}

pub fn result(result: PatchResult) -> &'static str {
    t(match result {
        PatchResult::Unread => RESULT_UNREAD,
        PatchResult::Clear => RESULT_CLEAR,
        PatchResult::Reaction => RESULT_REACTION,
    })
}

pub fn likeness(reason: LikenessReason) -> &'static str {
    let message: Msg = match reason {
        LikenessReason::SamePhone => SAME_PHONE,
        LikenessReason::SameEmail => SAME_EMAIL,
        LikenessReason::SameName => SAME_NAME,
        LikenessReason::LikeName => LIKE_NAME,
        LikenessReason::SameBirthday => SAME_BIRTHDAY,
        LikenessReason::OtherBirthday => OTHER_BIRTHDAY,
    };
    t(message)
}

/// What is wrong with a patch test.
pub fn fault(fault: &PatchFaultView) -> String {
    match fault {
        PatchFaultView::Missing => t(FAULT_MISSING).to_owned(),
        PatchFaultView::Reaction { date } => fill(FAULT_REACTION, &[("date", &day_short(date))]),
        PatchFaultView::TooSoon { date, minute } => {
            fill(FAULT_TOO_SOON, &[("date", &day_short(date)), ("time", &clock(*minute))])
        }
        PatchFaultView::Expired { date } => fill(FAULT_EXPIRED, &[("date", &day_short(date))]),
        PatchFaultView::Unread => t(FAULT_UNREAD).to_owned(),
    }
}

/// A tenth, a thousandth: a number with a fraction only where it has one.
pub fn decimal(units: u32, per: u32) -> String {
    let text = format!("{}", f64::from(units) / f64::from(per));
    if matches!(super::lang(), super::Lang::English) { text } else { text.replace('.', ",") }
}

/// What was typed, in so many parts of one: `12,5` of ten is 125.
pub fn parse_decimal(typed: &str, per: u32) -> Option<u32> {
    let value: f64 = typed.trim().replace(',', ".").parse().ok()?;
    let scaled = (value * f64::from(per)).round();
    (value.is_finite() && (0.0..=f64::from(u32::MAX)).contains(&scaled)).then_some(scaled as u32)
}
