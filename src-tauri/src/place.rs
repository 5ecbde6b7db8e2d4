//! Where the window keeps its things: all of them in the terminal's data folder, so that two terminals on one machine
//! never meet, and a folder that is copied or removed is the whole terminal.

use anyhow::Context as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

pub struct Place {
    data: PathBuf,
    named: bool,
}

impl Place {
    /// `data` as the command line named it, or this user's own. Made when it is not there.
    pub fn new(data: Option<PathBuf>) -> anyhow::Result<Self> {
        let named = data.is_some();
        let data = match data {
            Some(data) => data,
            None => own_data().context("no home folder is known: name a folder with --data DIR")?,
        };
        std::fs::create_dir_all(&data).with_context(|| {
            format!("{} can't be made: name a folder that can be written to with --data DIR", data.display())
        })?;
        let data = std::path::absolute(&data).with_context(|| format!("{} is no folder", data.display()))?;
        Ok(Place { data, named })
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    /// What the web view stores: the page's settings.
    pub fn webview(&self) -> PathBuf {
        self.data.join("webview")
    }

    /// Size and position of the window. The plugin joins this to a folder of its own: an absolute path replaces that.
    pub fn window_state(&self) -> anyhow::Result<String> {
        let file = self.data.join("window.json");
        file.into_os_string()
            .into_string()
            .ok()
            .context("the data folder's name must be Unicode: choose another --data")
    }

    /// One copy per data folder: a folder named on the command line gets an identifier of its own.
    pub fn identifier(&self, base: &str) -> String {
        if !self.named {
            return base.to_owned();
        }
        let mut hasher = DefaultHasher::new();
        self.data.hash(&mut hasher);
        format!("{base}.d{:016x}", hasher.finish())
    }
}

/// This user's own terminal: `~/.local/share/pink-blueberry/terminal`, and its counterpart elsewhere.
fn own_data() -> Option<PathBuf> {
    let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_DATA_HOME" };
    let named = std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let usual = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
    let base = named.or_else(|| Some(std::env::home_dir()?.join(usual)))?;
    Some(base.join("pink-blueberry").join("terminal"))
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn two_folders_are_two_terminals_and_one_is_itself() {
        let place = |data: &str| Place { data: data.into(), named: true };
        let base = "salon.pinkblueberry.terminal";
        assert_eq!(place("/a").identifier(base), place("/a").identifier(base));
        assert_ne!(place("/a").identifier(base), place("/b").identifier(base));
        assert_eq!(Place { data: "/a".into(), named: false }.identifier(base), base);
    }
}
