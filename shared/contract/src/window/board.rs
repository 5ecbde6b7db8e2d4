//! The book in its other views, on paper, and undone.

use super::view::{AppointmentView, StaffTile};
use salon_domain::booking::{BookAct, BookingStatus};
use salon_domain::kernel::{BookingId, StaffId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Seven days of one person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekView {
    /// The Monday.
    pub from: String,
    pub staff: StaffId,
    /// Everybody whose week can be looked at.
    pub people: Vec<StaffTile>,
    /// The minutes that the grid shows: opening hours, widened to whatever is booked.
    pub from_minute: u16,
    pub to_minute: u16,
    pub days: Vec<WeekDayView>,
    /// Those that the person has a part in, cancelled ones too, by day and start.
    pub appointments: Vec<AppointmentView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekDayView {
    pub date: String,
    pub is_today: bool,
    /// The branch's opening hours; empty when closed.
    pub open: Vec<(u16, u16)>,
    /// When the person works.
    pub working: Vec<(u16, u16)>,
}

/// The whole weeks around a month, Monday first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonthView {
    /// `YYYY-MM`
    pub month: String,
    pub days: Vec<MonthDayView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonthDayView {
    pub date: String,
    /// Of the month, not of the weeks around it.
    pub is_within: bool,
    pub is_today: bool,
    pub is_open: bool,
    /// Bookings that hold their time.
    pub bookings: u32,
    /// What they take of stylists' time, buffers counted and processing left out.
    pub booked_min: u32,
    /// What stylists work within opening hours.
    pub working_min: u32,
    pub clashes: u32,
}

impl MonthDayView {
    /// Booked of working time, in whole percent; more than 100 when booked twice or out of hours. None: nobody works.
    pub fn booked_percent(&self) -> Option<u32> {
        (self.working_min > 0).then(|| self.booked_min.saturating_mul(100) / self.working_min)
    }
}

/// By what a list of bookings is sorted; what is equal in it is by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgendaSort {
    #[default]
    Time,
    Client,
    Staff,
    Status,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgendaView {
    pub from: String,
    pub to: String,
    /// At most as many as were asked for.
    pub rows: Vec<AppointmentView>,
    /// How many there are.
    pub total: u32,
    /// How many there are before anything is filtered.
    pub unfiltered: u32,
}

/// How a day is laid out on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayPaper {
    /// A column for each stylist, A4 on its side.
    #[default]
    Columns,
    /// A line for each visit by time, A4 upright.
    List,
}

/// What was undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undone {
    pub act: BookAct,
    /// As it is now.
    pub appointment: AppointmentView,
}

/// The last thing done in the book of this terminal that can be undone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UndoableView {
    /// The key of the command that did it.
    pub step: Uuid,
    pub act: BookAct,
    pub booking: BookingId,
    pub client_name: String,
    pub by: String,
    /// What the booking was made, if that is what was done.
    pub status: Option<BookingStatus>,
}
