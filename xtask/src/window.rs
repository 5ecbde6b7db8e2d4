//! The terminal's window alone: on the demo's terminal, or on any terminal's folder.

use crate::cargo::{self, Profile, WINDOW};
use crate::house::{self, House};
use crate::needs::Purpose;
use crate::page::{self, Kind};
use crate::{process, run, setup};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

pub fn window(house: &House, data: Option<PathBuf>) -> Result<()> {
    anyhow::ensure!(run::has_display(), "there is no display for a window; ./x run shows the terminal in the browser");
    setup::setup(house, Purpose::Window, false)?;
    page::build(house, Kind::Small)?;
    cargo::build(house, &[WINDOW], Profile::Dev)?;
    let data = match data {
        Some(data) => std::path::absolute(data)?,
        None => house::demo_data()?.join("terminal"),
    };
    process::become_program(Command::new(house.debug_bin(WINDOW)).arg("--data").arg(data))
}
