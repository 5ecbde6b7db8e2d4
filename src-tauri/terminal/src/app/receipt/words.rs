//! The words and numbers of receipts and reports, by language. The window's own text is elsewhere (`ui/src/text`): a
//! receipt is in the branch's language, the window in that of whoever stands before it.

use jiff::civil::{Date, DateTime};
use salon_domain::kernel::Money;

/// A language that receipts can be printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    English,
    German,
    French,
}

impl Language {
    /// The language of a BCP 47 tag such as `de-AT`; English for one that there are no words for.
    pub fn of(tag: &str) -> Self {
        match tag.split(['-', '_']).next() {
            Some(primary) if primary.eq_ignore_ascii_case("de") => Language::German,
            Some(primary) if primary.eq_ignore_ascii_case("fr") => Language::French,
            _ => Language::English,
        }
    }

    /// Its BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
            Language::French => "fr",
        }
    }

    pub(super) const fn words(self) -> &'static Words {
        match self {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
            Language::French => &FRENCH,
        }
    }

    /// What groups thousands, and the decimal mark. French groups are kept together by a no-break space.
    const fn marks(self) -> (char, char) {
        match self {
            Language::English => (',', '.'),
            Language::German => ('.', ','),
            Language::French => ('\u{a0}', ','),
        }
    }

    /// `-1,234.50`
    pub(super) fn money(self, money: Money) -> String {
        let (group, mark) = self.marks();
        let plain = money.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut text = sign.to_owned();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(mark);
            text.push_str(fraction);
        }
        text
    }

    /// `7.5 %` of 750 basis points.
    pub(super) fn rate(self, basis_points: u32) -> String {
        let plain = format!("{}.{:02}", basis_points / 100, basis_points % 100);
        let short = plain.trim_end_matches('0').trim_end_matches('.');
        format!("{} %", short.replace('.', &self.marks().1.to_string()))
    }

    pub(super) fn date(self, day: Date) -> String {
        let format = match self {
            Language::English => "%Y-%m-%d",
            Language::German => "%d.%m.%Y",
            Language::French => "%d/%m/%Y",
        };
        day.strftime(format).to_string()
    }

    pub(super) fn date_time(self, at: DateTime) -> String {
        let format = match self {
            Language::English => "%Y-%m-%d %H:%M",
            Language::German => "%d.%m.%Y %H:%M",
            Language::French => "%d/%m/%Y %H:%M",
        };
        at.strftime(format).to_string()
    }
}

/// Marks in capitals are printed at double size and have to fit half of 32 columns.
pub(super) struct Words {
    pub receipt: &'static str,
    pub served_by: &'static str,
    pub client: &'static str,
    pub copy: &'static str,
    pub refund: &'static str,
    pub void: &'static str,
    pub voids: &'static str,
    pub voids_receipt: &'static str,
    pub tip_for_receipt: &'static str,
    pub training: &'static str,
    pub not_a_receipt: &'static str,
    pub demo: &'static str,
    pub returned: &'static str,
    pub deposit: &'static str,
    pub deposit_mark: &'static str,
    pub deposit_back_mark: &'static str,
    pub deposit_visit: &'static str,
    pub deposit_held: &'static str,
    pub deposit_how: &'static str,
    pub deposit_kept: &'static str,
    pub of_it_deposits: &'static str,
    pub tax_exempt: &'static str,
    pub tax_taken_out: &'static str,
    pub invoice: &'static str,
    pub credit_note: &'static str,
    pub credits_invoice: &'static str,
    pub invoice_to: &'static str,
    pub tax_number_of_client: &'static str,
    pub tip: &'static str,
    pub rounding: &'static str,
    pub bank_transfer: &'static str,
    pub cheque: &'static str,
    pub gift_card: &'static str,
    pub gift_card_mark: &'static str,
    pub credit: &'static str,
    pub prepaid: &'static str,
    pub unit_returned: &'static str,
    pub included: &'static str,
    pub included_returned: &'static str,
    pub kept_as_credit: &'static str,
    pub left: &'static str,
    pub valid_until: &'static str,
    pub held: &'static str,
    pub discount: &'static str,
    pub discounts: &'static str,
    pub points_earned: &'static str,
    pub points_redeemed: &'static str,
    pub points_balance: &'static str,
    pub net: &'static str,
    pub tax: &'static str,
    pub tax_number: &'static str,
    pub kind: &'static str,
    pub rate: &'static str,
    pub gross: &'static str,
    pub total: &'static str,
    pub cash: &'static str,
    pub change: &'static str,
    pub cash_returned: &'static str,
    pub card: &'static str,
    pub card_returned: &'static str,
    pub card_number: &'static str,
    pub terminal: &'static str,
    pub trace: &'static str,
    pub authorisation: &'static str,
    pub x_report: &'static str,
    pub nothing_closed: &'static str,
    pub as_of: &'static str,
    pub tips: &'static str,
    pub wallet: &'static str,
    pub parts_taken: &'static str,
    pub parts_used: &'static str,
    pub by_cashier: &'static str,
    pub lifted: &'static str,
    pub drawer_openings: &'static str,
    pub month_close: &'static str,
    pub year_close: &'static str,
    pub number: &'static str,
    pub period: &'static str,
    pub z_reports: &'static str,
    pub z_report: &'static str,
    pub day: &'static str,
    pub receipts: &'static str,
    pub numbers: &'static str,
    pub returns_and_deposits: &'static str,
    pub float: &'static str,
    pub paid_in: &'static str,
    pub paid_out: &'static str,
    pub cash_expected: &'static str,
    pub cash_counted: &'static str,
    pub difference: &'static str,
    pub perpetual: &'static str,
}

static ENGLISH: Words = Words {
    receipt: "Receipt",
    served_by: "Served by",
    client: "Client",
    copy: "COPY",
    refund: "REFUND",
    void: "VOID",
    voids: "of it voided",
    voids_receipt: "Voids receipt",
    tip_for_receipt: "Tip for receipt",
    training: "TRAINING",
    not_a_receipt: "NOT A RECEIPT",
    demo: "DEMO - INVENTED DATA - NOT A RECEIPT",
    returned: "Return",
    deposit: "Deposit",
    deposit_mark: "DEPOSIT",
    deposit_back_mark: "DEPOSIT RETURNED",
    deposit_visit: "Your visit",
    deposit_held: "Held in all",
    deposit_how: "It is taken off the bill of your visit.",
    deposit_kept: "Deposit kept",
    of_it_deposits: "  of it deposits",
    tax_exempt: "Exempt from tax",
    tax_taken_out: "Tax taken out",
    invoice: "Invoice",
    credit_note: "Credit note",
    credits_invoice: "For invoice",
    invoice_to: "Invoice to",
    tax_number_of_client: "Tax number",
    tip: "Tip",
    rounding: "Cash rounding",
    bank_transfer: "Bank transfer",
    cheque: "Cheque",
    gift_card: "Gift card",
    gift_card_mark: "GIFT CARD",
    credit: "Account credit",
    prepaid: "Prepaid",
    unit_returned: "Unit returned",
    included: "Membership",
    included_returned: "Back to membership",
    kept_as_credit: "Kept as credit",
    left: "Left on it",
    valid_until: "Valid until",
    held: "Gift cards, credit sold",
    discount: "Discount",
    discounts: "Discounts in all",
    points_earned: "Points earned",
    points_redeemed: "Points redeemed",
    points_balance: "Points balance",
    net: "Net",
    tax: "Tax",
    tax_number: "Tax no.",
    kind: "Kind",
    rate: "Rate",
    gross: "Gross",
    total: "TOTAL",
    cash: "Cash",
    change: "Change",
    cash_returned: "Cash returned",
    card: "Card",
    card_returned: "Returned to card",
    card_number: "Card number",
    terminal: "Terminal ID",
    trace: "Trace",
    authorisation: "Authorisation",
    x_report: "X REPORT",
    nothing_closed: "Interim: nothing was closed",
    as_of: "As of",
    tips: "Tips",
    wallet: "Wallets",
    parts_taken: "Taken for open tickets",
    parts_used: "Used of such",
    by_cashier: "By cashier",
    lifted: "Lifted to the safe",
    drawer_openings: "Drawer opened without a sale",
    month_close: "MONTHLY CLOSURE",
    year_close: "YEARLY CLOSURE",
    number: "Number",
    period: "Period",
    z_reports: "Z reports",
    z_report: "Z REPORT",
    day: "Day",
    receipts: "Receipts",
    numbers: "Numbers",
    returns_and_deposits: "of it returns and deposits",
    float: "Float",
    paid_in: "Paid in",
    paid_out: "Paid out",
    cash_expected: "Cash expected",
    cash_counted: "Cash counted",
    difference: "Difference",
    perpetual: "Perpetual total",
};

static GERMAN: Words = Words {
    points_earned: "Punkte gesammelt",
    points_redeemed: "Punkte eingelöst",
    points_balance: "Punktestand",
    receipt: "Beleg",
    served_by: "Es bediente Sie",
    client: "Für",
    copy: "KOPIE",
    refund: "ERSTATTUNG",
    void: "STORNO",
    voids: "davon storniert",
    voids_receipt: "Storno zu Beleg",
    tip_for_receipt: "Trinkgeld zu Beleg",
    training: "TRAINING",
    not_a_receipt: "KEIN BELEG",
    demo: "DEMO - ERFUNDENE DATEN - KEIN BELEG",
    returned: "Rückgabe",
    deposit: "Anzahlung",
    deposit_mark: "ANZAHLUNG",
    deposit_back_mark: "ANZAHLUNG ZURÜCK",
    deposit_visit: "Ihr Termin",
    deposit_held: "Insgesamt angezahlt",
    deposit_how: "Wird bei Ihrem Besuch angerechnet.",
    deposit_kept: "Einbehaltene Anzahlung",
    of_it_deposits: "  davon Anzahlungen",
    tax_exempt: "Steuerbefreit",
    tax_taken_out: "Steuer abgezogen",
    invoice: "Rechnung",
    credit_note: "Rechnungskorrektur",
    credits_invoice: "Zu Rechnung",
    invoice_to: "Rechnung an",
    tax_number_of_client: "USt-IdNr.",
    tip: "Trinkgeld",
    rounding: "Rundung bar",
    bank_transfer: "Überweisung",
    cheque: "Scheck",
    gift_card: "Gutscheinkarte",
    gift_card_mark: "GUTSCHEIN",
    credit: "Kundenguthaben",
    prepaid: "Aus Paket",
    unit_returned: "Zurück ins Paket",
    included: "Mitgliedschaft",
    included_returned: "Zurück in Mitgliedschaft",
    kept_as_credit: "Als Guthaben",
    left: "Restguthaben",
    valid_until: "Gültig bis",
    held: "Gutscheine, Guthaben",
    discount: "Rabatt",
    discounts: "Rabatte gesamt",
    net: "Netto",
    tax: "Steuer",
    tax_number: "Steuer-Nr.",
    kind: "Art",
    rate: "Satz",
    gross: "Brutto",
    total: "SUMME",
    cash: "Bar",
    change: "Rückgeld",
    cash_returned: "Bar zurück",
    card: "Karte",
    card_returned: "Auf Karte zurück",
    card_number: "Kartennr.",
    terminal: "Terminal-ID",
    trace: "TA-Nr.",
    authorisation: "Genehmigungs-Nr.",
    x_report: "X-BERICHT",
    nothing_closed: "Zwischenstand, kein Abschluss",
    as_of: "Stand",
    tips: "Trinkgeld",
    wallet: "Wallets",
    parts_taken: "Für offene Bons erhalten",
    parts_used: "Davon verrechnet",
    by_cashier: "Nach Person",
    lifted: "In den Tresor",
    drawer_openings: "Lade ohne Verkauf geöffnet",
    month_close: "MONATSABSCHLUSS",
    year_close: "JAHRESABSCHLUSS",
    number: "Nummer",
    period: "Zeitraum",
    z_reports: "Z-Berichte",
    z_report: "Z-BERICHT",
    day: "Tag",
    receipts: "Belege",
    numbers: "Nummern",
    returns_and_deposits: "davon Rückgaben und Anzahlungen",
    float: "Anfangsbestand",
    paid_in: "Einlagen",
    paid_out: "Entnahmen",
    cash_expected: "Bar Soll",
    cash_counted: "Bar gezählt",
    difference: "Differenz",
    perpetual: "Gesamtumsatz seit Beginn",
};

static FRENCH: Words = Words {
    points_earned: "Points gagnés",
    points_redeemed: "Points utilisés",
    points_balance: "Solde de points",
    receipt: "Ticket",
    served_by: "Servi par",
    client: "Client",
    copy: "DUPLICATA",
    refund: "REMBOURSEMENT",
    void: "ANNULATION",
    voids: "dont annulations",
    voids_receipt: "Annule le ticket",
    tip_for_receipt: "Pourboire du ticket",
    training: "FORMATION",
    not_a_receipt: "SANS VALEUR DE REÇU",
    demo: "DÉMO - DONNÉES FICTIVES - SANS VALEUR DE REÇU",
    returned: "Retour",
    deposit: "Acompte",
    deposit_mark: "ACOMPTE",
    deposit_back_mark: "ACOMPTE RENDU",
    deposit_visit: "Votre rendez-vous",
    deposit_held: "Acompte total",
    deposit_how: "Il sera déduit lors de votre visite.",
    deposit_kept: "Acompte conservé",
    of_it_deposits: "  dont acomptes",
    tax_exempt: "Exonéré de taxe",
    tax_taken_out: "Taxe déduite",
    invoice: "Facture",
    credit_note: "Avoir",
    credits_invoice: "Pour la facture",
    invoice_to: "Facture à",
    tax_number_of_client: "N° de TVA",
    tip: "Pourboire",
    rounding: "Arrondi espèces",
    bank_transfer: "Virement",
    cheque: "Chèque",
    gift_card: "Carte cadeau",
    gift_card_mark: "CARTE CADEAU",
    credit: "Avoir client",
    prepaid: "Forfait",
    unit_returned: "Rendu au forfait",
    included: "Abonnement",
    included_returned: "Rendu à l’abonnement",
    kept_as_credit: "Gardé en avoir",
    left: "Solde restant",
    valid_until: "Valable jusqu’au",
    held: "Cartes cadeaux, avoirs",
    discount: "Remise",
    discounts: "Total des remises",
    net: "HT",
    tax: "Taxe",
    tax_number: "N° TVA",
    kind: "Type",
    rate: "Taux",
    gross: "TTC",
    total: "TOTAL",
    cash: "Espèces",
    change: "Rendu",
    cash_returned: "Espèces rendues",
    card: "Carte",
    card_returned: "Recrédité sur carte",
    card_number: "N° de carte",
    terminal: "Terminal",
    trace: "N° de transaction",
    authorisation: "N° d'autorisation",
    x_report: "RAPPORT X",
    nothing_closed: "Provisoire, sans clôture",
    as_of: "État au",
    tips: "Pourboires",
    wallet: "Portefeuilles",
    parts_taken: "Reçu pour tickets ouverts",
    parts_used: "Dont utilisé",
    by_cashier: "Par personne",
    lifted: "Mis au coffre",
    drawer_openings: "Tiroir ouvert sans vente",
    month_close: "CLÔTURE DU MOIS",
    year_close: "CLÔTURE ANNUELLE",
    number: "Numéro",
    period: "Période",
    z_reports: "Rapports Z",
    z_report: "RAPPORT Z",
    day: "Jour",
    receipts: "Tickets",
    numbers: "Numéros",
    returns_and_deposits: "dont retours et acomptes",
    float: "Fond de caisse",
    paid_in: "Apports",
    paid_out: "Retraits",
    cash_expected: "Espèces attendues",
    cash_counted: "Espèces comptées",
    difference: "Écart",
    perpetual: "Grand total perpétuel",
};

#[cfg(test)]
mod tests {
    use super::*;
    use salon_domain::kernel::Currency;

    #[test]
    fn amounts_and_rates_are_written_as_the_language_writes_them() {
        let money = |minor, currency| Money::new(minor, currency);
        let cases = [
            (Language::English, money(123_456_789, Currency::EUR), "1,234,567.89"),
            (Language::German, money(-123_456, Currency::EUR), "-1.234,56"),
            (Language::French, money(100_000, Currency::EUR), "1\u{a0}000,00"),
            (Language::English, money(-99, Currency::EUR), "-0.99"),
            (Language::English, money(123_456, Currency::JPY), "123,456"),
            (Language::German, money(i64::MIN, Currency::EUR), "-92.233.720.368.547.758,08"),
        ];
        for (language, amount, text) in cases {
            assert_eq!(language.money(amount), text);
        }
        assert_eq!(Language::English.rate(1900), "19 %");
        assert_eq!(Language::German.rate(770), "7,7 %");
        assert_eq!(Language::French.rate(0), "0 %");
    }

    #[test]
    fn a_tag_finds_its_language() {
        for (tag, language) in [("de-AT", Language::German), ("FR", Language::French), ("fr_CA", Language::French)] {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
        assert_eq!([Language::of("pl"), Language::of("")], [Language::English; 2]);
    }

    #[test]
    fn marks_fit_the_narrow_paper_at_double_size() {
        for language in [Language::English, Language::German, Language::French] {
            let words = language.words();
            let closes = [words.z_report, words.x_report, words.month_close, words.year_close];
            let deposits = [words.deposit_mark, words.deposit_back_mark];
            let marks = [words.copy, words.refund, words.void, words.training].into_iter();
            for mark in marks.chain(closes).chain(deposits) {
                assert!(mark.chars().count() <= 16, "{mark}");
            }
        }
    }
}
