//! Moving an appointment by pointer: which column and which quarter of an hour is under it.

use crate::browser;
use salon_contract::window::{AppointmentView, PartView};
use salon_domain::kernel::{BookingId, ClaimId, StaffId};

const SNAP_MIN: f64 = 15.0;
/// Less than this is a click with a shaky hand.
const THRESHOLD_PX: i32 = 6;

#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    pub booking: BookingId,
    pub claim: ClaimId,
    pub name: String,
    pub from: Target,
    pub minutes: u16,
    origin: (i32, i32),
    /// Minutes between the part's start and where it was taken hold of.
    grip: f64,
    /// None until the pointer has moved enough.
    pub target: Option<Target>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    pub staff: StaffId,
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

/// The column under a point and the exact minute there.
fn under(x: i32, y: i32, range: Range) -> Option<(StaffId, f64)> {
    browser::find_all(".book-column").into_iter().find_map(|column| {
        let rect = column.get_bounding_client_rect();
        let inside = f64::from(x) >= rect.left() && f64::from(x) < rect.right();
        let staff = column.get_attribute("data-staff")?.parse().ok()?;
        let minute =
            f64::from(range.from) + (f64::from(y) - rect.top()) / rect.height() * f64::from(range.to - range.from);
        inside.then_some((staff, minute))
    })
}

fn snapped(minute: f64, range: Range) -> u16 {
    let minute = (minute / SNAP_MIN).round() * SNAP_MIN;
    minute.clamp(f64::from(range.from), f64::from(range.to) - SNAP_MIN) as u16
}

/// The quarter of an hour that a click on empty time means.
pub fn clicked(x: i32, y: i32, range: Range) -> Option<Target> {
    let (staff, minute) = under(x, y, range)?;
    Some(Target { staff, minute: snapped(minute - SNAP_MIN / 2.0, range) })
}

impl Drag {
    /// A part taken in hand, without a pointer.
    pub fn of(appointment: &AppointmentView, part: &PartView) -> Drag {
        Drag {
            booking: appointment.booking,
            claim: part.claim,
            name: appointment.client_name.clone(),
            from: Target { staff: part.staff, minute: part.start_minute },
            minutes: part.end_minute.saturating_sub(part.start_minute),
            origin: (0, 0),
            grip: 0.0,
            target: None,
        }
    }

    pub fn begin(appointment: &AppointmentView, part: &PartView, x: i32, y: i32, range: Range) -> Option<Drag> {
        let (_, minute) = under(x, y, range)?;
        Some(Drag { origin: (x, y), grip: minute - f64::from(part.start_minute), ..Drag::of(appointment, part) })
    }

    #[must_use]
    pub fn moved(&self, x: i32, y: i32, range: Range) -> Drag {
        let far = (x - self.origin.0).abs().max((y - self.origin.1).abs()) >= THRESHOLD_PX;
        let mut drag = self.clone();
        if self.target.is_some() || far {
            let at =
                under(x, y, range).map(|(staff, minute)| Target { staff, minute: snapped(minute - self.grip, range) });
            drag.target = at.or(self.target);
        }
        drag
    }
}
