//! What of the book is shown, and what its colours mean: chips over it.

use super::mode::Look;
use crate::parts::{Choice, Icon, Segments};
use crate::text::{Msg, board as words, book, t};
use salon_contract::window::AppointmentView;
use salon_domain::booking::BookingStatus;
use yew::prelude::*;

/// How far a booking has come, as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Pending,
    Confirmed,
    Arrived,
    Started,
    Finished,
    Off,
}

impl Stage {
    /// Those that hold their time.
    pub const LIVE: [Stage; 5] = [Stage::Pending, Stage::Confirmed, Stage::Arrived, Stage::Started, Stage::Finished];

    pub fn of(a: &AppointmentView) -> Stage {
        match a.status {
            BookingStatus::Pending => Stage::Pending,
            BookingStatus::Confirmed if a.arrived => Stage::Arrived,
            BookingStatus::Confirmed => Stage::Confirmed,
            BookingStatus::InProgress => Stage::Started,
            BookingStatus::Completed => Stage::Finished,
            BookingStatus::Cancelled | BookingStatus::NoShow => Stage::Off,
        }
    }

    const fn label(self) -> Msg {
        match self {
            Stage::Pending => book::PENDING,
            Stage::Confirmed => book::CONFIRMED,
            Stage::Arrived => book::ARRIVED,
            Stage::Started => book::IN_PROGRESS,
            Stage::Finished => book::COMPLETED,
            Stage::Off => book::SHOW_CANCELLED,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Stage::Pending => "pending",
            Stage::Confirmed => "confirmed",
            Stage::Arrived => "arrived",
            Stage::Started => "started",
            Stage::Finished => "finished",
            Stage::Off => "cancelled",
        }
    }

    /// What the terminal is asked for; it does not tell who has arrived from who has confirmed.
    const fn statuses(self) -> &'static [BookingStatus] {
        match self {
            Stage::Pending => &[BookingStatus::Pending],
            Stage::Confirmed | Stage::Arrived => &[BookingStatus::Confirmed],
            Stage::Started => &[BookingStatus::InProgress],
            Stage::Finished => &[BookingStatus::Completed],
            Stage::Off => &[BookingStatus::Cancelled, BookingStatus::NoShow],
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    /// None chosen: all that hold their time.
    pub stages: Vec<Stage>,
    /// Cancelled and no-shows too.
    pub all: bool,
}

impl Filter {
    pub fn keeps(&self, a: &AppointmentView) -> bool {
        let stage = Stage::of(a);
        if stage == Stage::Off { self.all } else { self.stages.is_empty() || self.stages.contains(&stage) }
    }

    /// The statuses to ask for: those of what is kept.
    pub fn statuses(&self) -> Vec<BookingStatus> {
        let chosen = if self.stages.is_empty() { &Stage::LIVE[..] } else { &self.stages };
        let stages = chosen.iter().copied().chain(self.all.then_some(Stage::Off));
        let mut statuses: Vec<BookingStatus> = stages.flat_map(|stage| stage.statuses().iter().copied()).collect();
        statuses.dedup();
        statuses
    }

    #[must_use]
    pub fn toggled(&self, stage: Stage) -> Filter {
        let mut filter = self.clone();
        match filter.stages.iter().position(|s| *s == stage) {
            Some(at) => _ = filter.stages.remove(at),
            None => filter.stages.push(stage),
        }
        filter
    }
}

#[derive(PartialEq, Properties)]
pub struct FilterBarProps {
    pub filter: Filter,
    pub onfilter: Callback<Filter>,
    pub look: Look,
    pub onlook: Callback<Look>,
    /// Colours and columns are the grid's.
    pub has_grid: bool,
    /// There are rooms or chairs to have columns for.
    pub has_places: bool,
}

#[component]
pub fn FilterBar(props: &FilterBarProps) -> Html {
    let look = props.look;
    let chip = |stage: Stage| {
        let is_on = props.filter.stages.contains(&stage);
        let onclick = {
            let (filter, onfilter) = (props.filter.clone(), props.onfilter.clone());
            move |_: MouseEvent| onfilter.emit(filter.toggled(stage))
        };
        html! {
            <button class="chip big" aria-pressed={is_on.to_string()} {onclick} data-test="stage" data-stage={stage.name()}>
                if is_on { <Icon name="check" /> }{ t(stage.label()) }
            </button>
        }
    };
    let (filter, onfilter) = (props.filter.clone(), props.onfilter.clone());
    let onall = move |_: MouseEvent| onfilter.emit(Filter { all: !filter.all, ..filter.clone() });
    let oncolour = props.onlook.reform(move |value: String| Look { by_category: value == "category", ..look });
    let oncolumns = props.onlook.reform(move |value: String| Look { by_place: value == "place", ..look });
    html! {
        <div class="book-bar" data-test="filter-bar">
            <div class="chips" role="group" aria-label={t(words::FILTER)}>
                { for Stage::LIVE.into_iter().map(chip) }
                <button class="chip big" aria-pressed={props.filter.all.to_string()} onclick={onall} data-test="stage" data-stage={Stage::Off.name()}>
                    if props.filter.all { <Icon name="check" /> }{ t(Stage::Off.label()) }
                </button>
            </div>
            if props.has_grid {
                <Segments label={t(words::COLOUR_BY)} chosen={if look.by_category { "category" } else { "status" }} onchoose={oncolour}
                    choices={vec![Choice::new("status", t(words::BY_STATUS)), Choice::new("category", t(words::BY_CATEGORY))]} />
            }
            if props.has_places {
                <Segments label={t(words::COLUMNS_BY)} chosen={if look.by_place { "place" } else { "stylist" }} onchoose={oncolumns}
                    choices={vec![Choice::new("stylist", t(words::BY_STYLIST)), Choice::new("place", t(words::BY_PLACE))]} />
            }
        </div>
    }
}
