//! Who helped with a line, and how much of what it earns is theirs.

use super::draft::TicketAction;
use crate::hooks::use_ask;
use crate::parts::{Icon, select_value};
use crate::terminal::desk::use_desk;
use crate::text::{back_bar as words, fill, percent_bp, t};
use salon_contract::window::StaffList;
use salon_domain::commission::Share;
use salon_domain::kernel::StaffId;
use salon_domain::payment::{LineDraft, LineKind};
use yew::prelude::*;

/// What a helper's share can be, in basis points; the rest is the line's own person's.
const SHARES_BP: [u32; 8] = [500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000];
const USUAL_BP: u32 = 1_000;
const WHOLE_BP: u32 = 10_000;
const HELPERS_MAX: usize = 4;

/// The shares of a line whose helpers have so much; none where nobody helped.
fn shared(own: StaffId, helpers: &[Share]) -> Vec<Share> {
    if helpers.is_empty() {
        return Vec::new();
    }
    let given: u32 = helpers.iter().map(|share| share.share_bp).sum();
    let rest = Share { staff: own, share_bp: WHOLE_BP.saturating_sub(given) };
    std::iter::once(rest).chain(helpers.iter().copied()).collect()
}

/// A line of somebody's, whose commission can be shared.
pub fn can_be_shared(line: &LineDraft) -> bool {
    line.kind == LineKind::Sale && line.staff.is_some() && line.terms.given_back.is_none()
}

#[derive(PartialEq, Properties)]
pub struct HelpersProps {
    pub line: LineDraft,
}

#[component]
pub fn Helpers(props: &HelpersProps) -> Html {
    let desk = use_desk();
    let people = use_ask(Some(StaffList {}));
    let line = &props.line;
    let Some(own) = line.staff else { return Html::default() };
    let helpers: Vec<Share> = line.terms.shares.iter().filter(|share| share.staff != own).copied().collect();
    let tiles = people.state.here().map(|tiles| (**tiles).clone()).unwrap_or_default();
    let name = |staff: StaffId| {
        tiles
            .iter()
            .find(|tile| tile.staff == staff)
            .map_or_else(|| t(words::SOMEBODY).to_owned(), |tile| tile.name.clone())
    };
    let set = {
        let (ticket, id) = (desk.ticket.clone(), line.id);
        Callback::from(move |helpers: Vec<Share>| ticket.dispatch(TicketAction::Shares(id, shared(own, &helpers))))
    };
    let given: u32 = helpers.iter().map(|share| share.share_bp).sum();
    let row = |at: usize, share: Share| {
        // At least something is left to whoever did it.
        let left = WHOLE_BP.saturating_sub(given - share.share_bp);
        let onshare = {
            let (set, helpers) = (set.clone(), helpers.clone());
            move |event: Event| {
                if let Ok(share_bp) = select_value(&event).parse() {
                    let mut next = helpers.clone();
                    next[at].share_bp = share_bp;
                    set.emit(next);
                }
            }
        };
        let without: Vec<Share> = helpers.iter().copied().filter(|other| other.staff != share.staff).collect();
        let who = name(share.staff);
        html! {
            <div class="line-row" key={share.staff.to_string()}>
                <span class="grow clip">{ &who }</span>
                <label class="select"><span class="hidden-label">{ fill(words::SHARE_OF, &[("name", &who)]) }</span>
                    <select onchange={onshare} data-test="helper-share">
                        for bp in SHARES_BP.into_iter().filter(|bp| *bp < left) {
                            <option value={bp.to_string()} selected={bp == share.share_bp}>{ percent_bp(bp.into()) }</option>
                        }
                    </select><Icon name="chevron-down" /></label>
                <button class="icon-button" aria-label={fill(words::NO_HELPER, &[("name", &who)])} onclick={set.reform(move |_| without.clone())} data-test="helper-remove"><Icon name="x" /></button>
            </div>
        }
    };
    let onadd = {
        let (set, helpers) = (set.clone(), helpers.clone());
        move |event: Event| {
            if let Ok(staff) = select_value(&event).parse::<StaffId>() {
                let mut next = helpers.clone();
                next.push(Share { staff, share_bp: USUAL_BP });
                set.emit(next);
            }
        }
    };
    let free = tiles.iter().filter(|tile| tile.staff != own && helpers.iter().all(|share| share.staff != tile.staff));
    let more = helpers.len() < HELPERS_MAX && given + USUAL_BP < WHOLE_BP;
    html! {
        <div class="used-rows" role="group" aria-label={t(words::HELPERS)} data-test="helpers">
            for (at, share) in helpers.iter().enumerate() { { row(at, *share) } }
            if !helpers.is_empty() {
                <p class="muted used-note">{ fill(words::OWN_SHARE, &[("percent", &percent_bp(WHOLE_BP.saturating_sub(given).into())), ("name", &name(own))]) }</p>
            }
            if more {
                // A new one each time, or the browser would go on showing who was chosen.
                <label class="select" key={helpers.len()}><span class="hidden-label">{ t(words::ADD_HELPER) }</span>
                    <select onchange={onadd} data-test="helper-add">
                        <option value="" selected=true>{ t(words::ADD_HELPER) }</option>
                        for tile in free { <option value={tile.staff.to_string()}>{ &tile.name }</option> }
                    </select><Icon name="chevron-down" /></label>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helpers_have_and_the_rest_is_the_whole() {
        let id = |n: u8| StaffId::from_parts(1, [n; 10]);
        let helper = |n, share_bp| Share { staff: id(n), share_bp };
        assert!(shared(id(1), &[]).is_empty());
        let shares = shared(id(1), &[helper(2, 2_500), helper(3, 1_000)]);
        assert_eq!(shares[0], helper(1, 6_500));
        assert!(salon_domain::commission::check_line_shares(id(1), &shares));
    }
}
