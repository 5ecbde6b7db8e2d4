use crate::browser::Intention;
use crate::parts::{Field, Icon, Toast};
use crate::terminal::desk::use_desk;
use crate::text::{day_short, fill, parse_amount, t, till as words};
use crate::transport::ask;
use salon_contract::window::{OpenTill, TillView};
use salon_domain::kernel::Money;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct OpenPanelProps {
    pub till: TillView,
    pub onopened: Callback<()>,
}

/// The till is closed: count the float, and on.
#[component]
pub fn OpenPanel(props: &OpenPanelProps) -> Html {
    let desk = use_desk();
    let currency = props.till.currency;
    let float = use_state_eq(|| Money::new(props.till.default_float_minor, currency).to_string());
    let minor = parse_amount(&float, currency).filter(|m| *m >= 0);
    let intention = use_mut_ref(Intention::default);
    let open = {
        let (toast, onopened) = (desk.toast.clone(), props.onopened.clone());
        Callback::from(move |()| {
            let Some(float_minor) = minor else { return };
            let key = intention.borrow_mut().key(&float_minor);
            let (toast, onopened) = (toast.clone(), onopened.clone());
            spawn_local(async move {
                if let Err(failure) = ask(OpenTill { key, float_minor }).await {
                    toast.emit(Toast::failure(&failure));
                }
                onopened.emit(());
            });
        })
    };
    html! {
        <div class="open-till">
            <p><Icon name="lock" /><strong>{ t(words::OPEN_TITLE) }</strong></p>
            <p class="muted">{ t(words::OPEN_HOW) }</p>
            <Field label={t(words::FLOAT)} value={(*float).clone()} oninput={let f = float.clone(); move |v| f.set(v)}
                inputmode="decimal" test="till-float" invalid={minor.is_none()} onenter={open.clone()} />
            <button class="tender blue" disabled={minor.is_none()} onclick={open.reform(|_| ())} data-test="till-open"><Icon name="vault" />{ t(words::OPEN_TILL) }</button>
            if let Some(z) = &props.till.last_z {
                <p class="muted">{ fill(words::LAST_Z, &[("number", &z.number.to_string()), ("date", &day_short(&z.date))]) }</p>
            }
        </div>
    }
}
