//! What a manager decides about somebody's pay, and what is listed of it with its reason.

use super::desk::use_desk;
use crate::browser::Intention;
use crate::hooks::use_ask;
use crate::parts::{Choice, Field, Icon, Segments, Toast, select_value};
use crate::text::{clock, common, earnings as words, fill, money, parse_amount, sentence, t, till};
use crate::transport::ask;
use salon_contract::window::{
    AdjustEarnings, Code, EarnedAdjustment, Failure, ReverseAdjustment, StaffList, WorkOutTiers,
};
use salon_domain::access::Permission;
use salon_domain::commission::AdjustmentKind;
use salon_domain::kernel::{Currency, StaffId};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Who vouches for it, with which PIN.
#[derive(Debug, Clone, PartialEq)]
struct Voucher {
    manager: StaffId,
    pin: String,
}

#[derive(PartialEq, Properties)]
struct VouchProps {
    onvouch: Callback<Option<Voucher>>,
}

/// The manager and the PIN; none until both are there.
#[component]
fn Vouch(props: &VouchProps) -> Html {
    let desk = use_desk();
    let staff = use_ask(Some(StaffList {}));
    let chosen = use_state_eq(String::new);
    let pin = use_state_eq(String::new);
    let managers: Vec<_> = staff
        .state
        .here()
        .map(|list| list.iter().filter(|s| s.role.allows(Permission::StaffWrite)).cloned().collect())
        .unwrap_or_default();
    let own = managers.iter().find(|m| m.staff == desk.me.staff).or(managers.first()).map(|m| m.staff);
    let manager = chosen.parse().ok().or(own);
    use_effect_with((manager, (*pin).clone()), {
        let onvouch = props.onvouch.clone();
        move |(manager, pin): &(Option<StaffId>, String)| {
            let voucher = manager.filter(|_| !pin.is_empty()).map(|manager| Voucher { manager, pin: pin.clone() });
            onvouch.emit(voucher);
        }
    });
    html! {
        <div class="decide-who">
            <label class="field"><span class="field-label">{ t(till::DECIDE_WHO) }</span>
                <span class="select"><select onchange={let c = chosen.clone(); move |e: Event| c.set(select_value(&e))}>
                    for tile in managers { <option value={tile.staff.to_string()} selected={manager == Some(tile.staff)}>{ tile.name }</option> }
                </select><Icon name="chevron-down" /></span></label>
            <Field label={t(common::PIN)} kind="password" inputmode="numeric" value={(*pin).clone()} oninput={let p = pin.clone(); move |v| p.set(v)} test="adjust-pin" />
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct AdjustFormProps {
    pub staff: StaffId,
    pub from: String,
    pub to: String,
    /// The month is over: its tiers can be worked out.
    pub is_over: bool,
    pub ondone: Callback<()>,
}

#[component]
pub fn AdjustForm(props: &AdjustFormProps) -> Html {
    let desk = use_desk();
    let currency = desk.status.currency;
    let kind = use_state_eq(|| AdjustmentKind::Bonus);
    let typed = use_state_eq(String::new);
    let reason = use_state_eq(String::new);
    let voucher = use_state_eq(|| None::<Voucher>);
    // The terminal has said that this would leave less than nothing.
    let warned = use_state_eq(|| None::<Failure>);
    let intention = use_mut_ref(Intention::default);
    let amount_minor = signed(*kind, parse_amount(&typed, currency));
    let ready = amount_minor.is_some() && !reason.trim().is_empty() && voucher.is_some();
    let answer = {
        let (toast, ondone, warned) = (desk.toast.clone(), props.ondone.clone(), warned.clone());
        let (typed, reason, intention) = (typed.clone(), reason.clone(), intention.clone());
        Rc::new(move |answer: Result<(), Failure>| match answer {
            Ok(()) => {
                intention.borrow_mut().done();
                typed.set(String::new());
                reason.set(String::new());
                warned.set(None);
                toast.emit(Toast::good(t(words::ADJUSTED_DONE)));
                ondone.emit(());
            }
            Err(failure) if failure.code == Code::BelowNought => warned.set(Some(failure)),
            Err(failure) => toast.emit(Toast::failure(&failure)),
        })
    };
    let add = {
        let (voucher, kind, reason) = ((*voucher).clone(), *kind, reason.trim().to_owned());
        let (staff, from, to) = (props.staff, props.from.clone(), props.to.clone());
        let (intention, answer) = (intention.clone(), answer.clone());
        Callback::from(move |anyway: bool| {
            let (Some(amount_minor), Some(who), true) = (amount_minor, voucher.clone(), ready) else { return };
            // The same decision, with or without the second word, is one decision.
            let key = intention.borrow_mut().key(&(staff, &from, kind, amount_minor, &reason));
            let question = AdjustEarnings {
                key,
                staff,
                from: from.clone(),
                to: to.clone(),
                kind,
                amount_minor,
                reason: reason.clone(),
                anyway,
                manager: who.manager,
                pin: who.pin,
            };
            let answer = answer.clone();
            spawn_local(async move { answer(ask(question).await.map(|_| ())) });
        })
    };
    let work_out = {
        let (voucher, staff, from, to) = ((*voucher).clone(), props.staff, props.from.clone(), props.to.clone());
        let (toast, ondone) = (desk.toast.clone(), props.ondone.clone());
        move |_: MouseEvent| {
            let Some(who) = voucher.clone() else { return };
            let key = crate::browser::new_key();
            let (from, to) = (from.clone(), to.clone());
            let question = WorkOutTiers { key, staff, from, to, manager: who.manager, pin: who.pin };
            let (toast, ondone) = (toast.clone(), ondone.clone());
            spawn_local(async move {
                match ask(question).await {
                    Ok(found) if found.amount_minor == 0 => toast.emit(Toast::good(t(words::TIERS_RIGHT))),
                    Ok(found) => {
                        let amount = money(found.amount_minor, currency);
                        toast.emit(Toast::good(fill(words::TIERS_ADDED, &[("amount", &amount)])));
                        ondone.emit(());
                    }
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        }
    };
    let choices = vec![
        Choice::new("bonus", t(words::BONUS)),
        Choice::new("correction", t(words::CORRECTION)),
        Choice::new("draw", t(words::DRAW)),
    ];
    let chosen = match *kind {
        AdjustmentKind::Draw => "draw",
        AdjustmentKind::Correction => "correction",
        _ => "bonus",
    };
    let onkind = {
        let (kind, warned) = (kind.clone(), warned.clone());
        move |value: String| {
            warned.set(None);
            kind.set(match value.as_str() {
                "draw" => AdjustmentKind::Draw,
                "correction" => AdjustmentKind::Correction,
                _ => AdjustmentKind::Bonus,
            });
        }
    };
    let invalid = !typed.is_empty() && amount_minor.is_none();
    html! {
        <section class="card decide" data-test="adjust-form">
            <h2>{ t(words::ADJUST) }</h2>
            <p class="muted">{ t(words::ADJUST_HOW) }</p>
            <Segments label={t(words::KIND)} {choices} chosen={chosen} onchoose={onkind} />
            <Field label={t(if *kind == AdjustmentKind::Correction { words::AMOUNT_EITHER } else { words::AMOUNT })} value={(*typed).clone()} inputmode="decimal" {invalid}
                oninput={let (typed, warned) = (typed.clone(), warned.clone()); move |v| { warned.set(None); typed.set(v) }} test="adjust-amount" />
            if invalid { <p class="field-trouble" role="alert">{ t(words::AMOUNT_WRONG) }</p> }
            <Field label={t(common::REASON)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} test="adjust-reason" />
            <Vouch onvouch={let v = voucher.clone(); move |who| v.set(who)} />
            if let Some(failure) = &*warned {
                <p class="callout caution" role="alert" data-test="adjust-warning"><Icon name="triangle-alert" /><span>{ sentence(failure) }</span></p>
            }
            <div class="buttons">
                if warned.is_some() {
                    <button class="button primary" disabled={!ready} onclick={add.reform(|_| true)} data-test="adjust-anyway">{ t(words::ADD_ANYWAY) }</button>
                } else {
                    <button class="button primary" disabled={!ready} onclick={add.reform(|_| false)} data-test="adjust-add">{ t(words::ADD) }</button>
                }
                if props.is_over {
                    <button class="button" disabled={voucher.is_none()} onclick={work_out} data-test="adjust-tiers"><Icon name="refresh-cw" />{ t(words::WORK_OUT) }</button>
                }
            </div>
        </section>
    }
}

/// What an amount means for its kind: an advance is typed as it was paid out, and is taken off.
fn signed(kind: AdjustmentKind, typed: Option<i64>) -> Option<i64> {
    let minor = typed?;
    match kind {
        AdjustmentKind::Draw => (minor > 0).then(|| -minor),
        AdjustmentKind::Correction => (minor != 0).then_some(minor),
        _ => (minor > 0).then_some(minor),
    }
}

#[derive(PartialEq, Properties)]
pub struct AdjustmentLineProps {
    pub staff: StaffId,
    pub date: String,
    pub made: EarnedAdjustment,
    pub currency: Currency,
    /// Whoever looks may take it back, with a manager's PIN.
    pub decides: bool,
    pub ondone: Callback<()>,
}

#[component]
pub fn AdjustmentLine(props: &AdjustmentLineProps) -> Html {
    let AdjustmentLineProps { made, currency, .. } = props;
    let taking_back = use_state_eq(|| false);
    let can_go = props.decides
        && made.reverses.is_none()
        && !made.taken_back
        && !matches!(made.kind, AdjustmentKind::Tiers | AdjustmentKind::Other);
    html! {
        <li>
            <details class="reason">
                <summary class="row" title={t(words::WHY_AMOUNT)} data-test="adjustment" data-minor={made.amount_minor.to_string()}>
                    <span class="num muted">{ clock(made.minute) }</span>
                    <span class="row-main"><strong class="clip">{ words::adjustment_name(made) }</strong>
                        <span class="muted clip">{ &made.reason }</span></span>
                    if made.taken_back { <span class="tagged">{ t(words::TAKEN_BACK) }</span> }
                    <strong class="num">{ money(made.amount_minor, *currency) }</strong>
                    <Icon name="circle-help" label={t(words::WHY_AMOUNT)} />
                </summary>
                <ul class="reasons">for reason in words::adjustment_reasons(made, *currency) { <li>{ reason }</li> }</ul>
                if can_go {
                    if *taking_back {
                        <TakeBack staff={props.staff} date={props.date.clone()} made={made.clone()}
                            ondone={let (done, open) = (props.ondone.clone(), taking_back.clone()); move |()| { open.set(false); done.emit(()) }} />
                    } else {
                        <button class="button quiet align-start" onclick={let open = taking_back.clone(); move |_| open.set(true)} data-test="adjustment-back"><Icon name="undo-2" />{ t(words::TAKE_BACK) }</button>
                    }
                }
            </details>
        </li>
    }
}

#[derive(PartialEq, Properties)]
struct TakeBackProps {
    staff: StaffId,
    date: String,
    made: EarnedAdjustment,
    ondone: Callback<()>,
}

#[component]
fn TakeBack(props: &TakeBackProps) -> Html {
    let desk = use_desk();
    let reason = use_state_eq(String::new);
    let voucher = use_state_eq(|| None::<Voucher>);
    let warned = use_state_eq(|| None::<Failure>);
    let ready = voucher.is_some() && !reason.trim().is_empty();
    let act = {
        let (voucher, reason) = ((*voucher).clone(), reason.trim().to_owned());
        let (staff, adjustment, date) = (props.staff, props.made.id, props.date.clone());
        let (toast, ondone, warned) = (desk.toast.clone(), props.ondone.clone(), warned.clone());
        Callback::from(move |anyway: bool| {
            let (Some(who), true) = (voucher.clone(), ready) else { return };
            let question = ReverseAdjustment {
                // What takes it back follows from what is taken back: any key will do.
                key: crate::browser::new_key(),
                staff,
                adjustment,
                date: date.clone(),
                reason: reason.clone(),
                anyway,
                manager: who.manager,
                pin: who.pin,
            };
            let (toast, ondone, warned) = (toast.clone(), ondone.clone(), warned.clone());
            spawn_local(async move {
                match ask(question).await {
                    Ok(_) => {
                        toast.emit(Toast::good(t(words::TAKEN_BACK_DONE)));
                        ondone.emit(());
                    }
                    Err(failure) if failure.code == Code::BelowNought => warned.set(Some(failure)),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        })
    };
    let anyway = warned.is_some();
    html! {
        <div class="card-panel decide">
            <Field label={t(common::REASON)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} test="back-reason" />
            <Vouch onvouch={let v = voucher.clone(); move |who| v.set(who)} />
            if let Some(failure) = &*warned {
                <p class="callout caution" role="alert"><Icon name="triangle-alert" /><span>{ sentence(failure) }</span></p>
            }
            <button class="button primary align-start" disabled={!ready} onclick={act.reform(move |_| anyway)} data-test="back-do">{ t(if anyway { words::ADD_ANYWAY } else { words::TAKE_BACK }) }</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advance_is_taken_off_and_a_bonus_is_not() {
        assert_eq!(signed(AdjustmentKind::Draw, Some(200)), Some(-200));
        assert_eq!(signed(AdjustmentKind::Draw, Some(-200)), None);
        assert_eq!(signed(AdjustmentKind::Bonus, Some(200)), Some(200));
        assert_eq!(signed(AdjustmentKind::Bonus, Some(0)), None);
        assert_eq!(signed(AdjustmentKind::Correction, Some(-5)), Some(-5));
        assert_eq!(signed(AdjustmentKind::Correction, None), None);
    }
}
