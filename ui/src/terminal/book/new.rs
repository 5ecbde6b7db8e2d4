//! A new booking: who, what, with whom and when; and what speaks against it, if something does.

use super::client_picker::ClientPicker;
use super::moving::times;
use super::services::ServicePicker;
use super::suggest::Suggestions;
use super::undo::with_way_back;
use crate::browser::Intention;
use crate::parts::{Choice, Field, Icon, Segments, Toast, select_value};
use crate::terminal::clients::{AllergyBanner, WaiveForm, wants_patch_test};
use crate::terminal::desk::{BookAim, BookPanel, NewAim, Place, use_desk};
use crate::text::{book as words, client_card, clock, common, day_short, duration, fill, money, sentence, t};
use crate::transport::ask;
use salon_contract::window::{
    AppointmentView, BookingDraft, CatalogView, Code, DayView, Failure, MakeBooking, PartDraft, SlotView,
    WithoutPatchTest,
};
use salon_domain::booking::Source;
use salon_domain::catalog::Service;
use salon_domain::kernel::{CardId, StaffId};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct NewPanelProps {
    /// The day to book on.
    pub date: String,
    /// The day as known: for a moment still the one shown before.
    pub day: Rc<DayView>,
    pub aim: NewAim,
    pub onclose: Callback<()>,
    pub onchanged: Callback<()>,
    pub onpanel: Callback<Option<BookPanel>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Who {
    Nobody,
    WalkIn,
    Card(CardId, String),
}

/// The parts one after another, from the first one's time on.
fn chain(parts: &mut [PartDraft], catalog: &CatalogView) {
    let minutes =
        |p: &PartDraft| catalog.services.iter().find(|s| s.id == p.service).map_or(0, |s| s.duration_min(p.staff));
    for ix in 1..parts.len() {
        parts[ix].start_minute = parts[ix - 1].start_minute + minutes(&parts[ix - 1]);
    }
}

/// With whom and when, as long as nobody has said.
fn first_wish(day: &DayView, aim: &NewAim, now: u16, me: StaffId) -> (Option<StaffId>, u16) {
    let mine = day.columns.iter().find(|c| c.staff == me && !c.working.is_empty());
    let working = mine.or_else(|| day.columns.iter().find(|c| !c.working.is_empty())).or(day.columns.first());
    let opening = day.open.first().map_or(day.from_minute, |(from, _)| *from);
    let next_quarter = now.div_ceil(15) * 15;
    let minute = if day.is_today { next_quarter.clamp(opening, day.to_minute) } else { opening };
    (aim.staff.or(working.map(|c| c.staff)), aim.minute.unwrap_or(minute))
}

#[component]
pub fn NewPanel(props: &NewPanelProps) -> Html {
    let desk = use_desk();
    let day = &props.day;
    let who = use_state_eq(|| match &props.aim.client {
        Some((card, name)) => Who::Card(*card, name.clone()),
        None => Who::Nobody,
    });
    let parts = use_state_eq(Vec::<PartDraft>::new);
    let source = use_state_eq(|| Source::Phone);
    let note = use_state_eq(String::new);
    let suggesting = use_state_eq(|| false);
    let problem = use_state_eq(|| None::<Failure>);
    // What was last tried: a manager may have it booked although a patch test is missing.
    let refused = use_state_eq(|| None::<BookingDraft>);
    let intention = use_mut_ref(Intention::default);
    // Another time clicked meanwhile moves what is being put together.
    use_effect_with(props.aim.clone(), {
        let (parts, who, catalog) = (parts.clone(), who.clone(), desk.catalog.here().cloned());
        move |aim| {
            if let Some((card, name)) = &aim.client {
                who.set(Who::Card(*card, name.clone()));
            }
            let mut moved = (*parts).clone();
            if let (Some(first), Some(catalog)) = (moved.first_mut(), catalog) {
                first.staff = aim.staff.unwrap_or(first.staff);
                first.start_minute = aim.minute.unwrap_or(first.start_minute);
                chain(&mut moved, &catalog);
                parts.set(moved);
            }
        }
    });
    let (staff, minute) = first_wish(day, &props.aim, desk.status.now_minute, desk.me.staff);
    let Some(catalog) = desk.catalog.here().cloned() else { return Html::default() };

    let set_parts = {
        let (parts, problem, catalog) = (parts.clone(), problem.clone(), catalog.clone());
        Callback::from(move |(mut changed, chained): (Vec<PartDraft>, bool)| {
            if chained {
                chain(&mut changed, &catalog);
            }
            problem.set(None);
            parts.set(changed);
        })
    };
    let onservice = {
        let (parts, set_parts) = (parts.clone(), set_parts.clone());
        Callback::from(move |service: Service| {
            let mut changed = (*parts).clone();
            let with = changed.last().map(|p| p.staff).or(staff);
            if let Some(staff) = with {
                changed.push(PartDraft { service: service.id, staff, start_minute: minute });
                set_parts.emit((changed, true));
            }
        })
    };
    let onbooked = {
        let (desk, onchanged, onpanel) = (desk.clone(), props.onchanged.clone(), props.onpanel.clone());
        Callback::from(move |made: AppointmentView| {
            let at = made.parts.iter().map(|p| p.start_minute).min().unwrap_or(0);
            let said = fill(words::BOOKED, &[("name", &made.client_name), ("time", &clock(at))]);
            desk.toast.emit(Toast::good(said));
            onchanged.emit(());
            onpanel.emit(Some(BookPanel::Details(made.booking)));
        })
    };
    let save = {
        let (desk, date, who, parts, source, note) =
            (desk.clone(), props.date.clone(), who.clone(), parts.clone(), source.clone(), note.clone());
        let (problem, refused) = (problem.clone(), refused.clone());
        let (onchanged, onpanel) = (props.onchanged.clone(), props.onpanel.clone());
        Callback::from(move |anyway: bool| {
            let (card, client_name) = match &*who {
                Who::Nobody => return desk.toast.emit(Toast::good(t(words::NEEDS_CLIENT))),
                Who::WalkIn => (None, t(words::WALK_IN_NAME).to_owned()),
                Who::Card(card, name) => (Some(*card), name.clone()),
            };
            if parts.is_empty() {
                return desk.toast.emit(Toast::good(t(words::NEEDS_SERVICE)));
            }
            let draft = BookingDraft {
                date: date.clone(),
                card,
                client_name,
                source: *source,
                parts: (*parts).clone(),
                note: note.trim().to_owned(),
                anyway,
            };
            let key = intention.borrow_mut().key(&draft);
            refused.set(Some(draft.clone()));
            let (desk, problem, onchanged, onpanel) =
                (desk.clone(), problem.clone(), onchanged.clone(), onpanel.clone());
            spawn_local(async move {
                match ask(MakeBooking { key, draft }).await {
                    Ok(made) => {
                        let at = made.parts.iter().map(|p| p.start_minute).min().unwrap_or(0);
                        let said = fill(words::BOOKED, &[("name", &made.client_name), ("time", &clock(at))]);
                        desk.toast.emit(with_way_back(Toast::good(said), &desk, key, onchanged.clone()));
                        onchanged.emit(());
                        onpanel.emit(Some(BookPanel::Details(made.booking)));
                    }
                    Err(failure) => problem.set(Some(failure)),
                }
            });
        })
    };
    let onslot = {
        let (desk, set_parts, suggesting) = (desk.clone(), set_parts.clone(), suggesting.clone());
        let (date, aim) = (props.date.clone(), props.aim.clone());
        Callback::from(move |slot: SlotView| {
            let part = |p: &salon_contract::window::SlotPartView| PartDraft {
                service: p.service,
                staff: p.staff,
                start_minute: p.start_minute,
            };
            suggesting.set(false);
            set_parts.emit((slot.parts.iter().map(part).collect(), false));
            if slot.date != date {
                let open = Some(BookPanel::New(aim.clone()));
                desk.go.emit(Place::Book(BookAim { date: Some(slot.date), open }));
            }
        })
    };
    let start = parts.iter().map(|p| p.start_minute).min().unwrap_or(minute);
    let ready = *who != Who::Nobody && !parts.is_empty();
    html! {
        <aside class="panel" aria-label={t(words::NEW_BOOKING)} data-test="new-booking-panel">
            <header class="panel-head">
                <h2 class="grow">{ t(words::NEW_BOOKING) }</h2>
                <span class="muted num">{ format!("{} · {}", day_short(&props.date), clock(start)) }</span>
                <button class="icon-button" aria-label={t(common::CLOSE)} onclick={props.onclose.reform(|_| ())}><Icon name="x" /></button>
            </header>
            <div class="panel-body">
                <section class="part">
                    <h3>{ t(words::CLIENT) }</h3>
                    { client_part(&who) }
                </section>
                <section class="part">
                    <h3>{ t(words::SERVICES) }</h3>
                    { part_rows(day, &catalog, &parts, &set_parts) }
                    <ServicePicker onchoose={onservice} first={parts.is_empty()} />
                </section>
                if !parts.is_empty() {
                    <section class="part">
                        <button class="button" aria-expanded={suggesting.to_string()} onclick={let s = suggesting.clone(); move |_| s.set(!*s)} data-test="suggest">
                            <Icon name="lightbulb" />{ t(words::SUGGEST) }
                        </button>
                        if *suggesting {
                            <Suggestions date={props.date.clone()} services={parts.iter().map(|p| p.service).collect::<Vec<_>>()}
                                staff={parts.first().map(|p| p.staff)} onchoose={onslot} />
                        }
                    </section>
                }
                <section class="part">
                    <h3>{ t(words::HOW_BOOKED) }</h3>
                    { sources(&source) }
                    <Field label={t(words::NOTE)} value={(*note).clone()} oninput={let n = note.clone(); move |v| n.set(v)} test="booking-note" />
                </section>
            </div>
            <footer class="panel-foot">
                if let Some(failure) = &*problem {
                    <div class="callout caution" role="alert" data-test="booking-problem">
                        <p><Icon name="triangle-alert" />{ sentence(failure) }</p>
                        if matches!(failure.code, Code::StaffBusy | Code::StaffOff | Code::OutsideHours) {
                            <button class="button" onclick={save.reform(|_| true)} data-test="book-anyway">{ t(words::BOOK_ANYWAY) }</button>
                        }
                        if let Some(draft) = (*refused).clone().filter(|_| wants_patch_test(failure.code)) {
                            <WaiveForm what={WithoutPatchTest::Book { draft }} label={client_card::WAIVE_BOOK} ondone={onbooked} />
                        }
                    </div>
                }
                <button class="tender blue" disabled={!ready} onclick={save.reform(|_| false)} data-test="save-booking">
                    <Icon name="check" />{ fill(words::BOOK_IT, &[("time", &clock(start))]) }
                </button>
            </footer>
        </aside>
    }
}

fn client_part(who: &UseStateHandle<Who>) -> Html {
    let set = |value: Who| {
        let who = who.clone();
        move |_: MouseEvent| who.set(value.clone())
    };
    let name = match &**who {
        Who::Card(_, name) => name.clone(),
        Who::WalkIn => t(words::WALK_IN_NAME).to_owned(),
        Who::Nobody => {
            let onchoose = {
                let who = who.clone();
                Callback::from(move |(card, name)| who.set(Who::Card(card, name)))
            };
            return html! {
                <>
                    <ClientPicker {onchoose} />
                    <button class="button quiet align-start" onclick={set(Who::WalkIn)} data-test="walk-in"><Icon name="footprints" />{ t(words::WALK_IN_NAME) }</button>
                </>
            };
        }
    };
    let card = if let Who::Card(card, _) = &**who { Some(*card) } else { None };
    html! {
        <>
            <div class="chosen">
                <Icon name="users" /><strong class="grow">{ name }</strong>
                <button class="button quiet" onclick={set(Who::Nobody)}>{ t(words::CHANGE) }</button>
            </div>
            if let Some(card) = card { <AllergyBanner key={card.to_string()} {card} /> }
        </>
    }
}

fn part_rows(
    day: &Rc<DayView>,
    catalog: &CatalogView,
    parts: &[PartDraft],
    set: &Callback<(Vec<PartDraft>, bool)>,
) -> Html {
    let row = |(ix, part): (usize, &PartDraft)| {
        let service = catalog.services.iter().find(|s| s.id == part.service);
        let name = service.map_or("", |s| s.name.as_str());
        let change = |edit: fn(&mut PartDraft, &str), first: bool| {
            let (parts, set) = (parts.to_vec(), set.clone());
            move |e: Event| {
                let mut changed = parts.clone();
                edit(&mut changed[ix], &select_value(&e));
                set.emit((changed, first));
            }
        };
        let ontime = change(|p, v| p.start_minute = v.parse().unwrap_or(p.start_minute), ix == 0);
        let onstaff = change(|p, v| p.staff = v.parse().unwrap_or(p.staff), false);
        let onremove = {
            let (parts, set) = (parts.to_vec(), set.clone());
            move |_: MouseEvent| {
                let mut changed = parts.clone();
                changed.remove(ix);
                set.emit((changed, true));
            }
        };
        html! {
            <div class="part-row chosen-part" key={format!("{ix}-{}", part.service)}>
                <span class="part-name">
                    <strong class="clip">{ name }</strong>
                    if let Some(service) = service {
                        <span class="muted num">{ format!("{} · {}", duration(service.duration_min(part.staff)), money(service.price_for(part.staff), catalog.currency)) }</span>
                    }
                </span>
                <button class="icon-button" aria-label={fill(words::REMOVE_SERVICE, &[("name", name)])} onclick={onremove}><Icon name="x" /></button>
                <span class="select"><select class="num" aria-label={t(common::TIME)} onchange={ontime} data-test="part-time">
                    for time in times(day, part.start_minute) { <option value={time.to_string()} selected={time == part.start_minute}>{ clock(time) }</option> }
                </select><Icon name="chevron-down" /></span>
                <span class="select grow"><select aria-label={t(words::STYLIST)} onchange={onstaff} data-test="part-staff">
                    for column in day.columns.iter() { <option value={column.staff.to_string()} selected={column.staff == part.staff}>{ &column.name }</option> }
                </select><Icon name="chevron-down" /></span>
            </div>
        }
    };
    html! { <>{ for parts.iter().enumerate().map(row) }</> }
}

fn sources(source: &UseStateHandle<Source>) -> Html {
    let all = [
        ("phone", Source::Phone, words::SOURCE_PHONE),
        ("walk_in", Source::WalkIn, words::SOURCE_WALK_IN),
        ("admin", Source::Admin, words::SOURCE_ADMIN),
    ];
    let chosen = all.iter().find(|(_, s, _)| *s == **source).map_or("phone", |(name, _, _)| *name);
    let onchoose = {
        let source = source.clone();
        Callback::from(move |value: String| {
            if let Some((_, s, _)) = all.iter().find(|(name, _, _)| *name == value) {
                source.set(*s);
            }
        })
    };
    let choices: Vec<Choice> = all.iter().map(|(name, _, label)| Choice::new(name, t(*label))).collect();
    html! { <Segments label={t(words::HOW_BOOKED)} {choices} {chosen} {onchoose} /> }
}
