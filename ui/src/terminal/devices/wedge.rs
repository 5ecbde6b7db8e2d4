//! A scanner that types as a keyboard does needs no driver, but may need to be told from a person: what it puts around a
//! code, how fast it types, and how the salon's own price and weight labels are to be read.

use crate::hooks::use_ask;
use crate::parts::{Field, Icon, Toast, loaded};
use crate::terminal::desk::use_desk;
use crate::text::{common, devices as words, t};
use salon_contract::window::{SaveScanSetup, ScanSetup};
use salon_domain::access::Permission;
use salon_domain::scan::{Layout, ScanRules};
use yew::prelude::*;

/// The pause that ends a code is so much longer than the one between two keys, as the usual ones are.
const PAUSE_MORE_MS: u16 = 25;

#[component]
pub fn WedgeSection() -> Html {
    let desk = use_desk();
    let setup = use_ask(Some(ScanSetup {}));
    if !desk.may(Permission::DeviceManage) {
        return Html::default();
    }
    loaded(&setup, |rules| html! { <WedgeForm rules={rules.clone()} onsaved={setup.again.clone()} /> })
}

#[derive(PartialEq, Properties)]
struct WedgeFormProps {
    rules: ScanRules,
    onsaved: Callback<()>,
}

#[component]
fn WedgeForm(props: &WedgeFormProps) -> Html {
    let desk = use_desk();
    let open = use_state_eq(|| false);
    let prefix = use_state_eq(|| props.rules.prefix.clone());
    let suffix = use_state_eq(|| props.rules.suffix.clone());
    let gap = use_state_eq(|| props.rules.gap_ms_max.to_string());
    let layouts = use_state_eq(|| written(&props.rules.layouts));
    let read = read_layouts(&layouts);
    let gap_ms_max = gap.trim().parse::<u16>().ok().filter(|ms| (5..=100).contains(ms));
    let ready = read.is_some() && gap_ms_max.is_some();
    let save = {
        let (desk, onsaved, open) = (desk.clone(), props.onsaved.clone(), open.clone());
        let rules = ScanRules {
            prefix: (*prefix).clone(),
            suffix: (*suffix).clone(),
            layouts: read.clone().unwrap_or_default(),
            gap_ms_max: gap_ms_max.unwrap_or(props.rules.gap_ms_max),
            pause_ms: gap_ms_max.unwrap_or(props.rules.gap_ms_max) + PAUSE_MORE_MS,
            ..props.rules.clone()
        };
        Callback::from(move |()| {
            if !ready {
                return;
            }
            let (toast, onsaved, open) = (desk.toast.clone(), onsaved.clone(), open.clone());
            desk.run(SaveScanSetup { rules: rules.clone() }, move |_| {
                toast.emit(Toast::good(t(words::SAVED)));
                open.set(false);
                onsaved.emit(());
            });
        })
    };
    let toggle = {
        let open = open.clone();
        move |_: MouseEvent| open.set(!*open)
    };
    html! {
        <section class="wedge" data-test="wedge">
            <h2>{ t(words::WEDGE) }</h2>
            <p class="muted">{ t(words::WEDGE_HOW) }</p>
            if *open {
                <div class="wedge-form">
                    <Field label={t(words::WEDGE_PREFIX)} value={(*prefix).clone()} oninput={let p = prefix.clone(); move |v| p.set(v)} test="wedge-prefix" />
                    <Field label={t(words::WEDGE_SUFFIX)} value={(*suffix).clone()} oninput={let s = suffix.clone(); move |v| s.set(v)} test="wedge-suffix" />
                    <Field label={t(words::WEDGE_GAP)} inputmode="numeric" value={(*gap).clone()} invalid={gap_ms_max.is_none()} oninput={let g = gap.clone(); move |v| g.set(v)} test="wedge-gap" />
                    <Field label={t(words::WEDGE_LAYOUTS)} placeholder="22IIIIIVVVVVK" value={(*layouts).clone()} invalid={read.is_none()} oninput={let l = layouts.clone(); move |v| l.set(v)} onenter={save.clone()} test="wedge-layouts" />
                    <div class="buttons">
                        <button class="button primary" disabled={!ready} onclick={save.reform(|_| ())} data-test="wedge-save">{ t(common::SAVE) }</button>
                        <button class="button quiet" onclick={toggle}>{ t(common::CANCEL) }</button>
                    </div>
                </div>
            } else {
                <button class="button" onclick={toggle} data-test="wedge-open"><Icon name="scan-barcode" />{ t(words::EDIT) }</button>
            }
        </section>
    }
}

fn written(layouts: &[Layout]) -> String {
    layouts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// `None` when one of them is none.
fn read_layouts(text: &str) -> Option<Vec<Layout>> {
    text.split_whitespace().map(|word| word.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_written_as_they_are_read() {
        assert_eq!(read_layouts("  "), Some(Vec::new()));
        assert_eq!(read_layouts("nonsense"), None);
        let two = read_layouts("22IIIIIVVVVVK 02IIIIICVVVVK").unwrap();
        assert_eq!(written(&two), "22IIIIIVVVVVK 02IIIIICVVVVK");
    }
}
