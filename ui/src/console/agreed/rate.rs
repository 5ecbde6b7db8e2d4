//! A commission's rate as it is typed: one percentage, or bands of the month's turnover.

use super::form::{Pick, Told, amount_text, parse_percent, percent_text};
use crate::parts::Icon;
use crate::text::{agreed as words, common, fill, parse_amount, t};
use salon_domain::commission::{Band, Bands, Rate};
use salon_domain::kernel::Currency;
use yew::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateKind {
    Flat,
    FromZero,
    Progressive,
}

/// From a turnover on, a percentage; both as they are typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BandForm {
    pub from: String,
    pub percent: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RateForm {
    pub kind: RateKind,
    /// At least one; the first begins at nought, whatever it says.
    pub bands: Vec<BandForm>,
}

/// What is wrong, in which band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateFault {
    Percent(usize),
    From(usize),
    /// It does not begin above the one before.
    Order(usize),
}

impl RateForm {
    pub fn flat(percent: &str) -> RateForm {
        RateForm { kind: RateKind::Flat, bands: vec![BandForm { from: String::new(), percent: percent.to_owned() }] }
    }

    pub fn of(rate: &Rate, currency: Currency) -> RateForm {
        let banded = |kind, bands: &Bands| RateForm {
            kind,
            bands: Vec::from(bands.clone())
                .iter()
                .map(|band| BandForm {
                    from: amount_text(Some(band.from_minor), currency),
                    percent: percent_text(band.rate_bp),
                })
                .collect(),
        };
        match rate {
            Rate::Flat(bp) => RateForm::flat(&percent_text(*bp)),
            Rate::FromZero(bands) => banded(RateKind::FromZero, bands),
            Rate::Progressive(bands) => banded(RateKind::Progressive, bands),
        }
    }

    pub fn build(&self, currency: Currency) -> Result<Rate, RateFault> {
        let percent = |ix: usize| {
            self.bands.get(ix).and_then(|band| parse_percent(&band.percent, 10_000)).ok_or(RateFault::Percent(ix))
        };
        if self.kind == RateKind::Flat {
            return Ok(Rate::Flat(percent(0)?));
        }
        let mut bands = vec![Band { from_minor: 0, rate_bp: percent(0)? }];
        for (ix, band) in self.bands.iter().enumerate().skip(1) {
            let from_minor =
                parse_amount(&band.from, currency).filter(|minor| *minor > 0).ok_or(RateFault::From(ix))?;
            if bands.last().is_some_and(|before| from_minor <= before.from_minor) {
                return Err(RateFault::Order(ix));
            }
            bands.push(Band { from_minor, rate_bp: percent(ix)? });
        }
        let bands = Bands::try_from(bands).map_err(|_| RateFault::Order(0))?;
        Ok(if self.kind == RateKind::FromZero { Rate::FromZero(bands) } else { Rate::Progressive(bands) })
    }
}

#[derive(PartialEq, Properties)]
pub struct RateEditorProps {
    pub form: RateForm,
    pub fault: Option<RateFault>,
    pub onchange: Callback<RateForm>,
}

#[component]
pub fn RateEditor(props: &RateEditorProps) -> Html {
    let RateEditorProps { form, fault, onchange } = props;
    let change = |make: fn(&mut RateForm, usize, String), ix: usize| {
        let (form, onchange) = (form.clone(), onchange.clone());
        Callback::from(move |value: String| {
            let mut next = form.clone();
            make(&mut next, ix, value);
            onchange.emit(next);
        })
    };
    let onkind = change(
        |form, _, value| {
            form.kind = match value.as_str() {
                "from_zero" => RateKind::FromZero,
                "progressive" => RateKind::Progressive,
                _ => RateKind::Flat,
            };
        },
        0,
    );
    let chosen = match form.kind {
        RateKind::Flat => "flat",
        RateKind::FromZero => "from_zero",
        RateKind::Progressive => "progressive",
    };
    let choices = [("flat", words::FLAT), ("progressive", words::PROGRESSIVE), ("from_zero", words::FROM_ZERO)];
    let choices: Vec<(String, String)> = choices.map(|(value, label)| (value.to_owned(), t(label).to_owned())).into();
    let told = |wrong: RateFault, text: &'static str| (*fault == Some(wrong)).then_some(AttrValue::Static(text));
    let banded = form.kind != RateKind::Flat;
    let shown = if banded { form.bands.len() } else { 1 };
    let remove = |ix: usize| {
        let mut next = form.clone();
        next.bands.remove(ix);
        onchange.reform(move |_: MouseEvent| next.clone())
    };
    let mut longer = form.clone();
    longer.bands.push(BandForm::default());
    html! {
        <div class="rate">
            <Pick label={t(words::RATE)} {choices} {chosen} onpick={onkind} test="rule-kind" />
            for ix in 0..shown {
                <div class="band" key={ix}>
                    if banded && ix > 0 {
                        <Told label={t(words::FROM_TURNOVER)} value={form.bands[ix].from.clone()} inputmode="decimal" oninput={change(|form, ix, value| form.bands[ix].from = value, ix)}
                            trouble={told(RateFault::From(ix), t(words::AMOUNT_WRONG)).or(told(RateFault::Order(ix), t(words::BAND_ORDER)))} test="band-from" />
                    }
                    if banded && ix == 0 { <span class="muted band-first">{ t(words::FROM_NOUGHT) }</span> }
                    <Told label={t(words::PERCENT)} value={form.bands[ix].percent.clone()} inputmode="decimal" oninput={change(|form, ix, value| form.bands[ix].percent = value, ix)}
                        trouble={told(RateFault::Percent(ix), t(words::PERCENT_WRONG))} test="rule-percent" />
                    if banded && ix > 0 {
                        <button class="icon-button" aria-label={fill(words::REMOVE_BAND, &[("n", &(ix + 1).to_string())])} title={t(common::REMOVE)} onclick={remove(ix)}><Icon name="x" /></button>
                    }
                </div>
            }
            if banded {
                <button class="button quiet align-start" onclick={onchange.reform(move |_| longer.clone())} data-test="band-add"><Icon name="plus" />{ t(words::ADD_BAND) }</button>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banded(bands: &[(&str, &str)]) -> RateForm {
        let bands = bands.iter().map(|(from, percent)| BandForm { from: (*from).into(), percent: (*percent).into() });
        RateForm { kind: RateKind::Progressive, bands: bands.collect() }
    }

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        let rate = banded(&[("", "30"), ("4,000.00", "35"), ("8000", "40")]).build(Currency::EUR).unwrap();
        let Rate::Progressive(bands) = &rate else { panic!("{rate:?}") };
        assert_eq!([0, 399_999, 400_000, 800_000].map(|minor| bands.rate_at(minor)), [3_000, 3_000, 3_500, 4_000]);
        assert_eq!(RateForm::of(&rate, Currency::EUR).build(Currency::EUR), Ok(rate));
        assert_eq!(RateForm::flat("12.5").build(Currency::EUR), Ok(Rate::Flat(1_250)));
    }

    #[test]
    fn what_is_wrong_is_said_of_its_band() {
        let table = [
            (banded(&[("", "101")]), RateFault::Percent(0)),
            (banded(&[("", "30"), ("x", "35")]), RateFault::From(1)),
            (banded(&[("", "30"), ("0", "35")]), RateFault::From(1)),
            (banded(&[("", "30"), ("100", "35"), ("100", "40")]), RateFault::Order(2)),
            (banded(&[("", "30"), ("100", "")]), RateFault::Percent(1)),
        ];
        for (form, fault) in table {
            assert_eq!(form.build(Currency::EUR), Err(fault), "{form:?}");
        }
    }
}
