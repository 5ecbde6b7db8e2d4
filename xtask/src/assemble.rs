//! Puts a page together: what was bound, the HTML and scripts around it, styles, fonts, and the icons in one sprite.

use crate::house::House;
use anyhow::{Context as _, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Makes `dist/<page>/` out of `bound` (wasm and its script) and `ui/`. Built beside the old one, then put in its
/// place, so that a server which is running never shows half a page.
pub fn assemble(house: &House, page: &str, bound: &Path) -> Result<()> {
    let dist = house.dist();
    let next = dist.join(format!(".{page}-next"));
    let _ = fs::remove_dir_all(&next);
    fs::create_dir_all(&next).with_context(|| format!("{} can't be made", next.display()))?;
    copy_all(bound, &next)?;
    copy_html(house, page, &next)?;
    copy_all(&house.ui().join("styles"), &next.join("styles"))?;
    copy_fonts(house, &next)?;
    fs::write(next.join("icons.svg"), sprite(house)?)?;
    let place = dist.join(page);
    let _ = fs::remove_dir_all(&place);
    fs::rename(&next, &place).with_context(|| format!("{} can't be replaced", place.display()))
}

/// `ui/pages/<page>.html` becomes `index.html`; what is no page lies beside it.
fn copy_html(house: &House, page: &str, to: &Path) -> Result<()> {
    let pages = house.ui().join("pages");
    let html = pages.join(format!("{page}.html"));
    fs::copy(&html, to.join("index.html")).with_context(|| format!("{} is missing", html.display()))?;
    for entry in fs::read_dir(&pages)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_none_or(|extension| extension != "html") {
            fs::copy(&path, to.join(path.file_name().unwrap_or_default()))?;
        }
    }
    Ok(())
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{} is missing", from.display()))? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &place)?;
        } else {
            fs::copy(entry.path(), place)?;
        }
    }
    Ok(())
}

/// The font files that the styles name, out of the font's npm package.
fn copy_fonts(house: &House, to: &Path) -> Result<()> {
    let mut wanted = BTreeSet::new();
    for entry in fs::read_dir(house.ui().join("styles"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "css") {
            wanted.extend(fonts_in(&fs::read_to_string(path)?));
        }
    }
    let package = house.ui().join("node_modules/@fontsource-variable/source-sans-3/files");
    let fonts = to.join("fonts");
    fs::create_dir_all(&fonts)?;
    for name in wanted {
        fs::copy(package.join(&name), fonts.join(&name))
            .with_context(|| format!("the styles name {name}, and the font's package does not hold it"))?;
    }
    Ok(())
}

/// The names of the `.woff2` files in `url(…)`.
fn fonts_in(css: &str) -> impl Iterator<Item = String> {
    css.split("url(").skip(1).filter_map(|rest| {
        let url = rest.split(')').next()?.trim_matches(['"', '\'', ' ']);
        let name = url.rsplit('/').next()?;
        name.ends_with(".woff2").then(|| name.to_owned())
    })
}

/// One SVG with a symbol per line of `ui/icons.txt`, whose name is its id, drawn by Lucide.
fn sprite(house: &House) -> Result<String> {
    let names = fs::read_to_string(house.ui().join("icons.txt")).context("ui/icons.txt is missing")?;
    let icons = house.ui().join("node_modules/lucide-static/icons");
    let mut sprite = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">\n");
    for name in names.lines().map(str::trim).filter(|name| !name.is_empty() && !name.starts_with('#')) {
        let file = icons.join(format!("{name}.svg"));
        let svg = fs::read_to_string(&file)
            .with_context(|| format!("ui/icons.txt names {name}, which Lucide does not have"))?;
        let drawn = inside(&svg).with_context(|| format!("{} is not an SVG", file.display()))?;
        sprite.push_str(&symbol(name, drawn));
    }
    sprite.push_str("</svg>\n");
    Ok(sprite)
}

/// What the outermost element of an SVG holds.
fn inside(svg: &str) -> Option<&str> {
    let start = svg.find("<svg")?;
    let start = start + svg[start..].find('>')? + 1;
    Some(svg[start..svg.rfind("</svg>")?].trim())
}

fn symbol(name: &str, drawn: &str) -> String {
    let drawn = drawn.lines().map(str::trim).collect::<String>();
    format!(
        "<symbol id=\"{name}\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\">{drawn}</symbol>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_fonts_that_styles_name() {
        let css = "@font-face { src: url(\"../fonts/a-latin.woff2\") format('woff2'), url( b.woff2 ); }\n\
                   .x { background: url(data:image/png;base64,AAAA); }";
        assert_eq!(fonts_in(css).collect::<Vec<_>>(), ["a-latin.woff2", "b.woff2"]);
    }

    #[test]
    fn an_icon_becomes_a_symbol() {
        let svg = "<!-- licence -->\n<svg\n  class=\"x\"\n>\n  <path d=\"M1 2\" />\n  <circle r=\"1\" />\n</svg>\n";
        let symbol = symbol("check", inside(svg).unwrap());
        assert!(symbol.starts_with("<symbol id=\"check\""), "{symbol}");
        assert!(symbol.ends_with("><path d=\"M1 2\" /><circle r=\"1\" /></symbol>\n"), "{symbol}");
        assert_eq!(inside("no picture"), None);
    }
}
