//! Figures with their bars: as a table for people, as one line of JSON for programs.

use serde_json::{Map, Value, json};
use std::fmt::Write;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    AtMost(f64),
    Below(f64),
}

impl Bar {
    fn is_met(self, value: f64) -> bool {
        match self {
            Bar::AtMost(bar) => value <= bar,
            Bar::Below(bar) => value < bar,
        }
    }
}

#[derive(Debug, Clone)]
struct Figure {
    group: &'static str,
    name: String,
    value: f64,
    unit: &'static str,
    bar: Option<Bar>,
}

#[derive(Debug, Default)]
pub struct Report {
    /// Where the next figures belong.
    pub group: &'static str,
    figures: Vec<Figure>,
}

impl Report {
    pub fn info(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.add(name.into(), value, unit, None);
    }

    pub fn bar(&mut self, name: impl Into<String>, value: f64, unit: &'static str, bar: Bar) {
        self.add(name.into(), value, unit, Some(bar));
    }

    fn add(&mut self, name: String, value: f64, unit: &'static str, bar: Option<Bar>) {
        self.figures.push(Figure { group: self.group, name, value, unit, bar });
    }

    pub fn table(&self) -> String {
        let width = self.figures.iter().map(|f| f.name.chars().count()).max().unwrap_or(0);
        let mut out = String::new();
        let mut group = "";
        for figure in &self.figures {
            if figure.group != group {
                group = figure.group;
                let _ = writeln!(out, "\n{group}");
            }
            let bar = match figure.bar {
                None => String::new(),
                Some(bar) => {
                    let (sign, limit) = match bar {
                        Bar::AtMost(limit) => ('≤', limit),
                        Bar::Below(limit) => ('<', limit),
                    };
                    let verdict = if bar.is_met(figure.value) { "met" } else { "MISSED" };
                    format!("bar {sign} {limit} {:<5} {verdict}", figure.unit)
                }
            };
            let line = format!("  {:<width$} {:>12} {:<6} {bar}", figure.name, digits(figure.value), figure.unit);
            let _ = writeln!(out, "{}", line.trim_end());
        }
        out
    }

    /// Every figure under `group`, then its name.
    pub fn json(&self, head: Map<String, Value>) -> Value {
        let mut groups = head;
        for figure in &self.figures {
            let group = groups.entry(figure.group).or_insert_with(|| json!({}));
            let mut entry = json!({ "value": rounded(figure.value), "unit": figure.unit });
            if let Some(bar) = figure.bar {
                let (Bar::AtMost(limit) | Bar::Below(limit)) = bar;
                entry["bar"] = json!(limit);
                entry["met"] = json!(bar.is_met(figure.value));
            }
            group[figure.name.as_str()] = entry;
        }
        Value::Object(groups)
    }

    pub fn missed(&self) -> usize {
        self.figures.iter().filter(|f| f.bar.is_some_and(|b| !b.is_met(f.value))).count()
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

fn digits(value: f64) -> String {
    match value.abs() {
        v if v >= 1_000.0 || v == v.trunc() => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}
