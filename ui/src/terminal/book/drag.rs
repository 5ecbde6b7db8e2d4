//! Moving an appointment by pointer, or making it longer or shorter: which lane and which quarter of an hour is under it.

use super::lanes::Lane;
use crate::browser;
use crate::text::parse_date;
use salon_contract::window::{AppointmentView, PartView};
use salon_domain::kernel::{BookingId, ClaimId, StaffId, day_number};

const SNAP_MIN: f64 = 15.0;
/// Less than this is a click with a shaky hand.
const THRESHOLD_PX: i32 = 6;

#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    pub booking: BookingId,
    pub claim: ClaimId,
    pub name: String,
    pub from: Target,
    /// How long it takes, and, while its end is held, would take.
    pub minutes: u16,
    pub by_end: bool,
    /// The lane that it is over.
    pub lane: usize,
    origin: (i32, i32),
    /// Minutes between the part's start and where it was taken hold of.
    grip: f64,
    /// None until the pointer has moved enough.
    pub target: Option<Target>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    pub staff: StaffId,
    /// The day's number.
    pub day: i32,
    pub minute: u16,
}

/// The minutes that the grid shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub from: u16,
    pub to: u16,
}

impl Range {
    pub fn percent(self, minute: u16) -> f32 {
        let minute = minute.clamp(self.from, self.to);
        f32::from(minute - self.from) * 100.0 / f32::from((self.to - self.from).max(1))
    }
}

/// The lane under a point and the exact minute there.
fn under(x: i32, y: i32, range: Range) -> Option<(usize, f64)> {
    browser::find_all(".book-column").into_iter().enumerate().find_map(|(lane, column)| {
        let rect = column.get_bounding_client_rect();
        let inside = f64::from(x) >= rect.left() && f64::from(x) < rect.right();
        let minute =
            f64::from(range.from) + (f64::from(y) - rect.top()) / rect.height() * f64::from(range.to - range.from);
        inside.then_some((lane, minute))
    })
}

fn snapped(minute: f64, range: Range) -> u16 {
    let minute = (minute / SNAP_MIN).round() * SNAP_MIN;
    minute.clamp(f64::from(range.from), f64::from(range.to) - SNAP_MIN) as u16
}

/// The lane and the quarter of an hour that a click on empty time means.
pub fn clicked(x: i32, y: i32, range: Range) -> Option<(usize, u16)> {
    let (lane, minute) = under(x, y, range)?;
    Some((lane, snapped(minute - SNAP_MIN / 2.0, range)))
}

impl Drag {
    /// A part taken in hand, without a pointer.
    pub fn of(appointment: &AppointmentView, part: &PartView) -> Drag {
        Drag {
            booking: appointment.booking,
            claim: part.claim,
            name: appointment.client_name.clone(),
            from: Target { staff: part.staff, day: day_of(&appointment.date), minute: part.start_minute },
            minutes: part.end_minute.saturating_sub(part.start_minute),
            by_end: false,
            lane: 0,
            origin: (0, 0),
            grip: 0.0,
            target: None,
        }
    }

    pub fn begin(appointment: &AppointmentView, part: &PartView, x: i32, y: i32, range: Range) -> Option<Drag> {
        let (lane, minute) = under(x, y, range)?;
        Some(Drag { lane, origin: (x, y), grip: minute - f64::from(part.start_minute), ..Drag::of(appointment, part) })
    }

    /// The same, held by its end.
    #[must_use]
    pub fn by_its_end(self) -> Drag {
        Drag { by_end: true, grip: self.grip - f64::from(self.minutes), ..self }
    }

    #[must_use]
    pub fn moved(
        &self,
        x: i32,
        y: i32,
        range: Range,
        lane_of: impl Fn(usize) -> Option<(Option<StaffId>, i32)>,
    ) -> Drag {
        let far = (x - self.origin.0).abs().max((y - self.origin.1).abs()) >= THRESHOLD_PX;
        let mut drag = self.clone();
        if self.target.is_none() && !far {
            return drag;
        }
        let Some((over, minute)) = under(x, y, range) else {
            drag.target = drag.target.or(Some(self.from));
            return drag;
        };
        if self.by_end {
            let end = ((minute - self.grip) / SNAP_MIN).round() * SNAP_MIN;
            drag.minutes = (end - f64::from(self.from.minute)).clamp(SNAP_MIN, 24.0 * 60.0) as u16;
            drag.target = Some(self.from);
            return drag;
        }
        let minute = snapped(minute - self.grip, range);
        match lane_of(over) {
            Some((Some(staff), day)) => {
                drag.lane = over;
                drag.target = Some(Target { staff, day, minute });
            }
            // A lane of nobody's: it stays in its own.
            Some((None, _)) => drag.target = Some(Target { minute, ..self.from }),
            None => {}
        }
        drag
    }

    /// What letting go here would break.
    pub fn breaks(&self, lane: &Lane) -> Option<Broken> {
        let target = self.target?;
        let (start, end) = (target.minute, target.minute.saturating_add(self.minutes));
        let taken = lane.parts.iter().enumerate().filter_map(|(ix, _)| lane.part(ix)).any(|(other, part)| {
            let overlaps = part.start_minute < end && start < part.end_minute;
            let gaps = super::grid::gaps_of(part);
            let is_within = gaps.iter().any(|(from, to)| *from <= start && end <= *to);
            other.booking != self.booking && other.status.holds_time() && overlaps && !is_within
        });
        let is_working = lane.working.iter().any(|(from, to)| *from <= start && end <= *to);
        match (taken, is_working) {
            (true, _) => Some(Broken::Taken),
            (false, false) => Some(Broken::Off),
            (false, true) => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    Taken,
    Off,
}

fn day_of(date: &str) -> i32 {
    parse_date(date).map_or(0, day_number)
}
