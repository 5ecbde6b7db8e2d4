//! The back bar: what is used, in the unit of its pack, and who helped with a line.

use super::{Lang, lang, messages, t};
use salon_domain::catalog::{Pack, PackUnit};

messages! {
    BACK_BAR: "Back bar", "Kabinettware", "Produits techniques";
    USED_NOTHING: "Nothing used", "Nichts verbraucht", "Rien d’utilisé";
    BY_RECIPE: "As the recipe says", "Wie im Rezept", "Selon la recette";
    BY_HAND: "Changed here", "Hier geändert", "Modifié ici";
    ADD_PRODUCT: "Add a product", "Produkt hinzufügen", "Ajouter un produit";
    AMOUNT_OF: "Amount of {name}", "Menge {name}", "Quantité de {name}";
    NOT_THIS: "Not used: {name}", "Nicht benutzt: {name}", "Pas utilisé : {name}";
    KEPT: "A refund gives none of it back to the shelf.", "Eine Erstattung bringt nichts davon ins Regal zurück.", "Un remboursement n’en remet rien en rayon.";
    USED_30: "Used, 30 days", "Verbrauch, 30 Tage", "Utilisé, 30 jours";
    USED_OF: "{amount} of {name} for {cost}.", "{amount} {name} für {cost}.", "{amount} de {name} pour {cost}.";
    SOME_PRODUCT: "a product", "ein Produkt", "un produit";
    MILLILITRE: "ml", "ml", "ml";
    GRAM: "g", "g", "g";
    PIECE: "pcs", "Stk.", "pcs";
    UNITS: "units", "Einh.", "unités";

    HELPERS: "Helped by", "Mit Hilfe von", "Avec l’aide de";
    ADD_HELPER: "Somebody helped", "Jemand hat geholfen", "Quelqu’un a aidé";
    SHARE_OF: "Share of {name}", "Anteil von {name}", "Part de {name}";
    NO_HELPER: "Not {name}", "Ohne {name}", "Sans {name}";
    OWN_SHARE: "{percent} stays with {name}.", "{percent} bleiben bei {name}.", "{percent} restent à {name}.";
    SOMEBODY: "somebody", "jemand", "quelqu’un";
}

/// Thousandths as a number, without needless zeros, with at most `digits` behind the mark.
fn decimal(thousandths: i64, digits: usize) -> String {
    let step = 10_i64.pow(3 - digits.min(3) as u32);
    let rounded = (thousandths.abs() + step / 2) / step * step;
    let minus = if thousandths < 0 && rounded != 0 { "−" } else { "" };
    let mark = if lang() == Lang::English { '.' } else { ',' };
    let part = format!("{:03}", rounded % 1_000);
    match part.trim_end_matches('0') {
        "" => format!("{minus}{}", rounded / 1_000),
        part => format!("{minus}{}{mark}{part}", rounded / 1_000),
    }
}

/// Thousandths of a unit as units: `1.5`, `−0.25`.
pub fn units(milli: i64) -> String {
    decimal(milli, 3)
}

/// What an amount is typed and shown in: what the pack holds, or whole units.
pub fn unit_of(pack: Option<Pack>) -> &'static str {
    t(match pack.map(|pack| pack.unit) {
        Some(PackUnit::Millilitre) => MILLILITRE,
        Some(PackUnit::Gram) => GRAM,
        Some(PackUnit::Piece) => PIECE,
        None => UNITS,
    })
}

/// Thousandths of a unit in the pack's unit, without the unit's name: 333 of a 60 g tube are `20`.
pub fn content(milli: i64, pack: Option<Pack>) -> String {
    match pack {
        Some(pack) => decimal(pack.content_milli(milli), 1),
        None => units(milli),
    }
}

/// `80 ml`, `0.25 units`.
pub fn quantity(milli: i64, pack: Option<Pack>) -> String {
    format!("{}\u{a0}{}", content(milli, pack), unit_of(pack))
}

/// Reads an amount in the pack's unit, as thousandths of a unit. None for what is no amount, or is nothing.
pub fn parse_content(text: &str, pack: Option<Pack>) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || whole.len() > 7 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let thousandths: i64 = whole.parse::<i64>().ok()? * 1_000 + format!("{part:0<3}").parse::<i64>().ok()?;
    let milli = pack.map_or(thousandths, |pack| pack.milli_of(thousandths));
    (milli > 0).then_some(milli)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LITRE: Option<Pack> = Some(Pack { amount: 1_000, unit: PackUnit::Millilitre });
    const TUBE: Option<Pack> = Some(Pack { amount: 60, unit: PackUnit::Gram });

    #[test]
    fn units_have_no_needless_zeros() {
        let texts: Vec<String> = [12_000, 1_500, -250, 0].into_iter().map(units).collect();
        assert_eq!(texts, ["12", "1.5", "−0.25", "0"]);
    }

    #[test]
    fn what_is_typed_is_what_is_shown() {
        for (typed, pack, milli, shown) in [
            ("80", LITRE, 80, "80\u{a0}ml"),
            ("20", TUBE, 333, "20\u{a0}g"),
            ("2,5", TUBE, 42, "2.5\u{a0}g"),
            ("0.25", None, 250, "0.25\u{a0}units"),
        ] {
            assert_eq!(parse_content(typed, pack), Some(milli), "{typed}");
            assert_eq!(quantity(milli, pack), shown);
        }
        for bad in ["", "0", "-5", "1.2345", "12345678", "a", "1.-2"] {
            assert_eq!(parse_content(bad, LITRE), None, "{bad}");
        }
    }
}
