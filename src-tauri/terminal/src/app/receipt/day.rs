//! A day of the book on paper. What is on it hangs where clients see it: when, who, what and with whom, and nothing of
//! phones, prices, notes or health. Cancelled visits are left out.

use super::Language;
use crate::app::catalog::{parse_date, time_failure};
use crate::app::{App, Catalog};
use jiff::civil::Date;
use salon_contract::window::{AppointmentView, Code, ColumnView, DayPaper, DayView, Failure, PartView, SavedFile};
use salon_domain::access::Permission;
use salon_domain::catalog::PhaseKind;
use salon_paper::{DayColumn, DayLine, DaySheet, DayVisit};

struct DayWords {
    weekdays: [&'static str; 7],
    visits: [&'static str; 2],
    printed: &'static str,
    training: &'static str,
    empty: &'static str,
    head: [&'static str; 4],
    walk_in: &'static str,
}

static ENGLISH: DayWords = DayWords {
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    visits: ["visit", "visits"],
    printed: "as of",
    training: "TRAINING",
    empty: "Nothing is booked on this day.",
    head: ["Time", "Client", "Services", "With"],
    walk_in: "Walk-in",
};

static GERMAN: DayWords = DayWords {
    weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    visits: ["Termin", "Termine"],
    printed: "Stand",
    training: "ÜBUNG",
    empty: "An diesem Tag ist nichts gebucht.",
    head: ["Zeit", "Kundin, Kunde", "Leistungen", "Bei"],
    walk_in: "Laufkundschaft",
};

static FRENCH: DayWords = DayWords {
    weekdays: ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche"],
    visits: ["rendez-vous", "rendez-vous"],
    printed: "état au",
    training: "EXERCICE",
    empty: "Rien n’est réservé ce jour-là.",
    head: ["Heure", "Client", "Prestations", "Avec"],
    walk_in: "Client de passage",
};

fn words(language: Language) -> &'static DayWords {
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::French => &FRENCH,
    }
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

impl App {
    pub(in crate::app) fn save_day(&self, date: &str, paper: DayPaper) -> Result<SavedFile, Failure> {
        self.require(Permission::BookRead)?;
        let catalog = self.catalog()?;
        let of = parse_date(date)?;
        let day = self.day(Some(date))?;
        let language = Language::of(&catalog.branch.language);
        let sheet = self.day_sheet(&catalog, of, &day, language)?;
        let title = format!("{} {}", catalog.branch.name, day.date);
        let options = salon_paper::PdfOptions {
            page: salon_paper::PageSize::A4,
            language: language.tag(),
            title: &title,
            author: &catalog.branch.name,
        };
        let (name, pdf) = match paper {
            DayPaper::Columns => ("columns", salon_paper::day_columns(&sheet, &options)),
            DayPaper::List => ("list", salon_paper::day_list(&sheet, &options)),
        };
        let pdf = pdf.map_err(|error| Failure::new(Code::Internal).with("detail", error))?;
        self.save_file("book", &format!("{}-{name}.pdf", day.date), &pdf.bytes)
    }

    fn day_sheet(&self, catalog: &Catalog, of: Date, day: &DayView, language: Language) -> Result<DaySheet, Failure> {
        let words = words(language);
        let mut visits: Vec<&AppointmentView> = day.appointments.iter().filter(|a| a.status.holds_time()).collect();
        visits.sort_by_key(|a| (a.parts.iter().map(|p| p.start_minute).min(), a.booking));
        let now = catalog.zone.civil(self.clock.now()).map_err(time_failure)?;
        let many = words.visits[usize::from(visits.len() != 1)];
        let mut about = vec![
            catalog.branch.name.clone(),
            format!("{} {many}", visits.len()),
            format!("{} {}", words.printed, language.date_time(now)),
        ];
        about.extend(self.is_training().then(|| words.training.to_owned()));
        let (from_minute, to_minute) = hours_of(day, &visits);
        // An empty day is a word, not a page of empty columns.
        let columns = if visits.is_empty() { &[][..] } else { &day.columns[..] };
        Ok(DaySheet {
            title: format!(
                "{}, {}",
                words.weekdays[of.weekday().to_monday_zero_offset() as usize % 7],
                language.date(of)
            ),
            about: about.join("  ·  "),
            empty: words.empty.to_owned(),
            from_minute,
            to_minute,
            columns: columns.iter().map(|column| column_of(day, column, &visits, words)).collect(),
            list_head: words.head.map(str::to_owned),
            lines: visits.iter().map(|visit| line_of(catalog, visit, words)).collect(),
        })
    }
}

/// More hours than that are too small to read: those before the first visit and after the last are left out.
const LONG_DAY_MIN: u16 = 14 * 60;

fn hours_of(day: &DayView, visits: &[&AppointmentView]) -> (u16, u16) {
    let (from, to) = (day.from_minute, day.to_minute.max(day.from_minute + 60));
    let parts = || visits.iter().flat_map(|visit| &visit.parts);
    let booked = parts().map(|part| part.start_minute).min().zip(parts().map(|part| part.end_minute).max());
    match booked {
        Some((first, last)) if to - from > LONG_DAY_MIN => {
            (from.max(first.saturating_sub(60) / 60 * 60), to.min((last + 60).div_ceil(60) * 60))
        }
        _ => (from, to),
    }
}

fn client(visit: &AppointmentView, words: &DayWords) -> String {
    if visit.client_name.is_empty() { words.walk_in.to_owned() } else { visit.client_name.clone() }
}

fn column_of(day: &DayView, column: &ColumnView, visits: &[&AppointmentView], words: &DayWords) -> DayColumn {
    let mut off = Vec::new();
    let mut at = day.from_minute;
    let mut working = column.working.clone();
    working.sort_unstable();
    for (from, to) in working {
        if from > at {
            off.push((at, from));
        }
        at = at.max(to);
    }
    if at < day.to_minute {
        off.push((at, day.to_minute));
    }
    let of = |visit: &&AppointmentView| {
        let client = client(visit, words);
        let mine: Vec<&PartView> = visit.parts.iter().filter(|part| part.staff == column.staff).collect();
        mine.into_iter().map(move |part| visit_of(part, client.clone())).collect::<Vec<_>>()
    };
    DayColumn { name: column.name.clone(), off, visits: visits.iter().flat_map(of).collect() }
}

fn visit_of(part: &PartView, client: String) -> DayVisit {
    let mut at = part.start_minute;
    let mut gaps = Vec::new();
    for phase in &part.phases {
        let end = at + phase.minutes;
        if phase.kind == PhaseKind::Processing {
            gaps.push((at, end));
        }
        at = end;
    }
    DayVisit { from: part.start_minute, to: part.end_minute, gaps, client, what: part.service_name.clone() }
}

fn line_of(catalog: &Catalog, visit: &AppointmentView, words: &DayWords) -> DayLine {
    let from = visit.parts.iter().map(|part| part.start_minute).min().unwrap_or(0);
    let to = visit.parts.iter().map(|part| part.end_minute).max().unwrap_or(0);
    let services: Vec<&str> = visit.parts.iter().map(|part| part.service_name.as_str()).collect();
    let mut who: Vec<String> = visit.parts.iter().map(|part| catalog.person_name(part.staff.uuid())).collect();
    who.dedup();
    let time = format!("{} – {}", clock(from), clock(to));
    DayLine([time, client(visit, words), services.join(", "), who.join(", ")])
}
