//! What the grid draws: lanes beside one another. A day has one for each stylist, or for each room and chair; a week one
//! for each day of one person. Pure.

use crate::text::{board as words, day_short, fill, parse_date, t};
use salon_contract::window::{AppointmentView, DayView, PartView, WeekView};
use salon_domain::booking::Resource;
use salon_domain::kernel::{StaffId, day_number};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Lanes, and the minutes that they show.
#[derive(Debug, Clone)]
pub struct Board {
    pub lanes: Vec<Rc<Lane>>,
    pub from_minute: u16,
    pub to_minute: u16,
    /// The grid is another one: where to look at first is found anew.
    pub name: String,
    /// Today is on it.
    pub is_now: bool,
}

/// Made anew whenever anything changes, so that what is the same board is the same to the pixel.
impl PartialEq for Board {
    fn eq(&self, other: &Board) -> bool {
        self.name == other.name
            && (self.from_minute, self.to_minute, self.is_now) == (other.from_minute, other.to_minute, other.is_now)
            && self.lanes.len() == other.lanes.len()
            && self.lanes.iter().zip(&other.lanes).all(|(a, b)| Rc::ptr_eq(a, b))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    pub key: String,
    pub head: Head,
    /// Who is booked by a click in it, and who has what is dropped on it. None: whoever has it keeps it.
    pub staff: Option<StaffId>,
    pub date: String,
    pub day: i32,
    pub working: Vec<(u16, u16)>,
    pub is_today: bool,
    pub parts: Vec<(Rc<AppointmentView>, usize)>,
}

/// Nothing in it is a number that differs from itself. Being `Eq` lets the same lane be known by its place in memory.
impl Eq for Lane {}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    Person { name: String, color: u8, is_off: bool },
    Place { name: String },
    Day { is_open: bool, is_off: bool },
}

impl Lane {
    /// What is written at its head.
    pub fn name(&self) -> String {
        match &self.head {
            Head::Person { name, .. } | Head::Place { name } => name.clone(),
            Head::Day { .. } => day_short(&self.date),
        }
    }

    pub fn part(&self, ix: usize) -> Option<(&Rc<AppointmentView>, &PartView)> {
        let (appointment, part) = self.parts.get(ix)?;
        Some((appointment, appointment.parts.get(*part)?))
    }

    /// Its parts that `wanted` lets through.
    fn take(
        mut self,
        appointments: &[Rc<AppointmentView>],
        wanted: impl Fn(&AppointmentView, &PartView) -> bool,
    ) -> Rc<Lane> {
        for appointment in appointments {
            let mine = appointment.parts.iter().enumerate().filter(|(_, part)| wanted(appointment, part));
            self.parts.extend(mine.map(|(ix, _)| (appointment.clone(), ix)));
        }
        self.parts.sort_by_key(|(a, ix)| a.parts.get(*ix).map(|p| (p.start_minute, p.claim)));
        Rc::new(self)
    }
}

fn shown(all: &[AppointmentView], keep: impl Fn(&AppointmentView) -> bool) -> Vec<Rc<AppointmentView>> {
    all.iter().filter(|a| keep(a)).cloned().map(Rc::new).collect()
}

fn number(date: &str) -> i32 {
    parse_date(date).map_or(0, day_number)
}

/// A lane for each stylist.
pub fn by_stylist(day: &DayView, keep: impl Fn(&AppointmentView) -> bool) -> Board {
    let appointments = shown(&day.appointments, keep);
    let lane = |column: &salon_contract::window::ColumnView| {
        let is_off = column.working.is_empty();
        let head = Head::Person { name: column.name.clone(), color: column.color, is_off };
        let lane = Lane {
            key: column.staff.to_string(),
            head,
            staff: Some(column.staff),
            date: day.date.clone(),
            day: number(&day.date),
            working: column.working.clone(),
            is_today: day.is_today,
            parts: Vec::new(),
        };
        lane.take(&appointments, |_, part| part.staff == column.staff)
    };
    board(day, day.columns.iter().map(lane).collect(), "stylists")
}

fn board(day: &DayView, lanes: Vec<Rc<Lane>>, kind: &str) -> Board {
    Board {
        lanes,
        from_minute: day.from_minute,
        to_minute: day.to_minute,
        name: format!("{kind} {}", day.date),
        is_now: day.is_today,
    }
}

/// The rooms and chairs that visits of the day take.
pub fn places_of(day: &DayView) -> Vec<Resource> {
    let parts = day.appointments.iter().flat_map(|a| &a.parts);
    let places: BTreeSet<Resource> = parts.flat_map(|p| p.places.iter().cloned()).collect();
    places.into_iter().collect()
}

/// A lane for each room and chair that is taken on the day, and one for what takes none.
pub fn by_place(day: &DayView, keep: impl Fn(&AppointmentView) -> bool) -> Board {
    let appointments = shown(&day.appointments, keep);
    let empty = |key: String, name: String| Lane {
        key,
        head: Head::Place { name },
        staff: None,
        date: day.date.clone(),
        day: number(&day.date),
        working: day.open.clone(),
        is_today: day.is_today,
        parts: Vec::new(),
    };
    let mut lanes: Vec<Rc<Lane>> = places_of(day)
        .into_iter()
        .map(|place| {
            let name = match &place {
                Resource::Room(name) => fill(words::ROOM, &[("name", name)]),
                Resource::Chair(name) => fill(words::CHAIR, &[("name", name)]),
                Resource::Staff(_) => String::new(),
            };
            empty(format!("{place:?}"), name).take(&appointments, |_, part| part.places.contains(&place))
        })
        .collect();
    let nowhere = empty("none".into(), t(words::NO_PLACE).to_owned());
    lanes.push(nowhere.take(&appointments, |_, part| part.places.is_empty()));
    board(day, lanes, "places")
}

/// A lane for each day of one person's week.
pub fn by_day(week: &WeekView, keep: impl Fn(&AppointmentView) -> bool) -> Board {
    let appointments = shown(&week.appointments, keep);
    let lanes = week.days.iter().map(|day| {
        let lane = Lane {
            key: day.date.clone(),
            head: Head::Day { is_open: !day.open.is_empty(), is_off: day.working.is_empty() },
            staff: Some(week.staff),
            date: day.date.clone(),
            day: number(&day.date),
            working: day.working.clone(),
            is_today: day.is_today,
            parts: Vec::new(),
        };
        lane.take(&appointments, |appointment, part| appointment.date == day.date && part.staff == week.staff)
    });
    Board {
        lanes: lanes.collect(),
        from_minute: week.from_minute,
        to_minute: week.to_minute,
        name: format!("week {} {}", week.from, week.staff),
        is_now: week.days.iter().any(|day| day.is_today),
    }
}
