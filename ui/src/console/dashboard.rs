use super::api::{Session, Trouble};
use super::chart::Chart;
use super::filters::{Filter, Filters, period_code};
use super::head::{Head, Page};
use super::lists::{ByStaff, Lists};
use super::live::use_live;
use super::login::say;
use super::tiles::Tiles;
use crate::parts::{Icon, Skeleton};
use crate::text::{common, console as words, t};
use salon_contract::rest::{Dashboard, Me, Period};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DashboardScreenProps {
    pub me: Me,
    pub onpage: Callback<Page>,
    pub onlanguage: Callback<()>,
    pub onlogout: Callback<()>,
}

/// Today on the reader's own calendar.
fn today() -> String {
    let now = js_sys::Date::new_0();
    format!("{:04}-{:02}-{:02}", now.get_full_year(), now.get_month() + 1, now.get_date())
}

/// The last figures, and what is in the way of newer ones.
#[derive(Debug, Clone, PartialEq, Default)]
struct Shown {
    board: Option<(Filter, Rc<Dashboard>)>,
    trouble: Option<Trouble>,
}

#[component]
pub fn DashboardScreen(props: &DashboardScreenProps) -> Html {
    let me = &props.me;
    let filter = use_state_eq(|| Filter {
        branch: match me.branches.as_slice() {
            [only] => only.branch.to_string(),
            _ => "all".to_owned(),
        },
        date: today(),
        period: Period::Day,
    });
    let shown = use_state_eq(Shown::default);
    let latest = use_mut_ref(Shown::default);
    let rounds = use_mut_ref(|| 0_u32);
    let round = use_state_eq(|| 0_u32);
    let again = use_callback((), {
        let round = round.clone();
        move |(), ()| {
            *rounds.borrow_mut() += 1;
            round.set(*rounds.borrow());
        }
    });
    use_effect_with(((*filter).clone(), *round), {
        let (shown, onlogout) = (shown.clone(), props.onlogout.clone());
        move |(filter, _)| {
            let alive = Rc::new(Cell::new(true));
            let (filter, still) = (filter.clone(), alive.clone());
            spawn_local(async move {
                let path = format!(
                    "/dashboard?branch={}&date={}&period={}",
                    filter.branch,
                    filter.date,
                    period_code(filter.period)
                );
                let answer = Session::get::<Dashboard>(&path).await;
                if !still.get() {
                    return;
                }
                let mut next = latest.borrow_mut();
                match answer {
                    Ok(board) => *next = Shown { board: Some((filter, Rc::new(board))), trouble: None },
                    Err(Trouble::SignedOut) => return onlogout.emit(()),
                    Err(trouble) => next.trouble = Some(trouble),
                }
                shown.set(next.clone());
            });
            move || alive.set(false)
        }
    });
    let live = use_live(filter.branch.clone(), again.clone());
    html! {
        <>
            <Head me={me.clone()} page={Page::Overview} onpage={props.onpage.clone()} live={live} onlanguage={props.onlanguage.clone()} onlogout={props.onlogout.clone()} />
            <main class="console-main">
                <Filters filter={(*filter).clone()} today={today()} branches={me.branches.clone()} onchange={let f = filter.clone(); move |next| f.set(next)} />
                if let Some(trouble) = &shown.trouble {
                    <div class="banner caution" role="alert" data-test="trouble"><Icon name="cloud-off" />
                        <span class="grow">{ if *trouble == Trouble::Away && shown.board.is_some() { t(words::OFFLINE).to_owned() } else { say(trouble) } }</span>
                        <button class="button" onclick={again.reform(|_| ())}>{ t(common::TRY_AGAIN) }</button></div>
                }
                if let Some((of, board)) = &shown.board {
                    <div class={classes!("console-board", (*of != *filter).then_some("stale"))}>
                        <Tiles board={(**board).clone()} filter={of.clone()} />
                        <div class="board-top">
                            <section class="card"><h2>{ t(words::CHART) }</h2><Chart points={board.chart.clone()} currency={board.currency} /></section>
                            <ByStaff board={(**board).clone()} />
                        </div>
                        <Lists board={(**board).clone()} />
                    </div>
                } else if shown.trouble.is_none() { <Skeleton rows={6} /> }
            </main>
        </>
    }
}
