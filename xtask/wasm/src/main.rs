//! Makes a compiled page loadable by a browser: `salon-bindgen PAGE.wasm OUT-FOLDER NAME` writes `NAME.js` and
//! `NAME_bg.wasm`.
//!
//! A program of its own, apart from xtask: wasm-bindgen's machinery takes minutes to compile, and only the pages need
//! it. Its version has to be the very one of `wasm-bindgen` in Cargo.lock; when it is not, it says so itself.

use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    let [input, out, name] = args.as_slice() else { bail!("usage: salon-bindgen PAGE.wasm OUT-FOLDER NAME") };
    let (input, out) = (PathBuf::from(input), PathBuf::from(out));
    let name = name.to_str().context("the page's name must be Unicode")?;
    Bindgen::new()
        .input_path(&input)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&out)
        .with_context(|| format!("wasm-bindgen would not have {}", input.display()))
}
