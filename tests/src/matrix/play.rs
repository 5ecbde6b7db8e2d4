//! Many cells, some at a time, each with a folder, ports and programs of its own.

use super::cell::{By, Cell, Outcome, Verdict, run};
use super::template::Template;
use anyhow::Result;
use std::sync::{Mutex, PoisonError};

/// Mostly they wait for a time-out: more at a time than there are cores.
const AT_A_TIME: usize = 4;

#[derive(Debug, Clone)]
pub struct Played {
    pub cell: Cell,
    pub result: Found,
}

#[derive(Debug, Clone)]
pub enum Found {
    Well(Verdict),
    Skipped,
    Broken(String),
}

impl Played {
    pub fn text(&self) -> String {
        match &self.result {
            Found::Well(Verdict { outcome, by, took }) => {
                let outcome = match outcome {
                    Outcome::One => "one",
                    Outcome::None => "none",
                };
                let by = match by {
                    By::AtOnce => "at once",
                    By::Terminal => "by terminal",
                    By::Person => "by person",
                };
                format!("{outcome}, {by}, {:.1} s", took.as_secs_f64())
            }
            Found::Skipped => "skipped: no ptrace".into(),
            Found::Broken(_) => "BROKEN".into(),
        }
    }

    /// What went wrong, if anything did.
    pub fn fault(&self) -> Option<String> {
        match &self.result {
            Found::Broken(error) => {
                Some(format!("{} × {}: {error} ({:?})", self.cell.step.name(), self.cell.act.name(), self.cell.step))
            }
            _ => None,
        }
    }

    pub fn verdict(&self) -> Option<&Verdict> {
        match &self.result {
            Found::Well(verdict) => Some(verdict),
            _ => None,
        }
    }
}

/// Plays all `cells` that make sense, in any order; the answer is in theirs. `told` hears of each as it ends.
pub fn play(cells: &[Cell], template: &Template, told: impl Fn(&Played) + Sync) -> Result<Vec<Played>> {
    let next = Mutex::new(cells.iter().enumerate().filter(|(_, cell)| cell.makes_sense()));
    let played = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let taken = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((at, cell)) = taken else { return };
                    let one = Played { cell: *cell, result: play_one(*cell, template) };
                    told(&one);
                    played.lock().unwrap_or_else(PoisonError::into_inner).push((at, one));
                }
            });
        }
    });
    let mut played = played.into_inner().unwrap_or_else(PoisonError::into_inner);
    played.sort_by_key(|(at, _)| *at);
    Ok(played.into_iter().map(|(_, one)| one).collect())
}

/// What went wrong is kept to be looked at.
fn play_one(cell: Cell, template: &Template) -> Found {
    if !cell.can_be_reached() {
        return Found::Skipped;
    }
    let dir = match tempfile::Builder::new().prefix("salon-cell-").tempdir() {
        Ok(dir) => dir,
        Err(error) => return Found::Broken(error.to_string()),
    };
    match run(cell, template, dir.path()) {
        Ok(verdict) => Found::Well(verdict),
        Err(error) => Found::Broken(format!("{error:#}; kept in {}", dir.keep().display())),
    }
}
