//! The house rules, as tests: who may depend on whom, which crates stay out, and that the documents tell the truth.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Every tracked kind of source under a folder, build output and dependencies apart.
fn files(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules", "dist", ".git", "gen"].contains(&name.as_str()) {
                files(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&root(), &mut found);
    found.retain(|p| p.extension().is_some_and(|e| e == "rs"));
    found
}

/// The workspace's own crates that each manifest names, tests' dependencies included.
fn own_dependencies() -> BTreeMap<&'static str, BTreeSet<String>> {
    [
        ("domain", "shared/domain"),
        ("contract", "shared/contract"),
        ("sync", "shared/sync"),
        ("ports", "src-tauri/ports"),
        ("devices", "src-tauri/devices"),
        ("paper", "src-tauri/paper"),
        ("symbol", "src-tauri/symbol"),
        ("terminal", "src-tauri/terminal"),
        ("shell", "src-tauri"),
        ("server", "sync-server"),
        ("ui", "ui"),
    ]
    .into_iter()
    .map(|(name, dir)| {
        let manifest = read(&format!("{dir}/Cargo.toml"));
        let own = manifest
            .lines()
            .filter_map(|l| l.strip_prefix("salon-"))
            .map(|l| l.split([' ', '.', '=']).next().unwrap_or_default().to_owned());
        (name, own.collect())
    })
    .collect()
}

#[test]
fn dependencies_go_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[][..]),
        ("contract", &["domain"][..]),
        ("sync", &["domain"][..]),
        ("ports", &["domain"][..]),
        ("symbol", &["ports"][..]),
        ("devices", &["domain", "contract", "ports", "symbol"][..]),
        ("paper", &["ports", "symbol"][..]),
        ("terminal", &["domain", "contract", "sync", "ports", "devices", "paper"][..]),
        ("shell", &["contract", "terminal"][..]),
        ("server", &["domain", "contract", "sync"][..]),
        ("ui", &["domain", "contract"][..]),
    ]);
    for (name, found) in own_dependencies() {
        for dependency in &found {
            assert!(allowed[name].contains(&dependency.as_str()), "salon-{name} must not depend on salon-{dependency}");
        }
    }
}

/// Use cases know ports, not devices; only the composition root and the programs name concrete ones.
#[test]
fn only_the_composition_root_names_devices() {
    let terminal = root().join("src-tauri/terminal/src");
    for file in sources().iter().filter(|f| f.starts_with(&terminal)) {
        let may =
            file.ends_with("compose.rs") || file.ends_with("card_server.rs") || file.starts_with(terminal.join("bin"));
        let text = std::fs::read_to_string(file).unwrap();
        assert!(may || !text.contains("salon_devices"), "{} names a concrete device", file.display());
    }
}

#[test]
fn the_domain_is_pure() {
    let domain = root().join("shared/domain/src");
    let impure = [
        "std::fs",
        "std::net",
        "std::time",
        "std::env",
        "SystemTime",
        "rand::",
        "getrandom",
        "rusqlite",
        "tokio",
        "println!",
    ];
    for file in sources().iter().filter(|f| f.starts_with(&domain)) {
        let text = std::fs::read_to_string(file).unwrap();
        for word in impure {
            assert!(!text.contains(word), "{} has {word}", file.display());
        }
    }
}

#[test]
fn sql_lives_in_the_stores() {
    for file in sources() {
        let path = file.to_string_lossy().replace('\\', "/");
        let is_store = path.contains("/store/") || path.contains("/tests/");
        if is_store || path.ends_with("tidy.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for word in ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM "] {
            assert!(!text.contains(word), "{path} has SQL: {word}");
        }
    }
}

#[test]
fn forbidden_crates_stay_out() {
    let lock = read("Cargo.lock");
    let names: BTreeSet<&str> =
        lock.lines().filter_map(|l| l.strip_prefix("name = \"")).map(|l| l.trim_end_matches('"')).collect();
    for crate_name in ["sqlx", "diesel", "openssl-src", "native-tls", "chrono-tz", "sea-orm"] {
        assert!(!names.contains(crate_name), "{crate_name} is in Cargo.lock");
    }
    let versions = |name: &str| lock.matches(&format!("name = \"{name}\"\n")).count();
    for once in ["rusqlite", "libsqlite3-sys", "automerge", "tokio", "axum", "tungstenite", "tower-http"] {
        assert_eq!(versions(once), 1, "{once} is there in several versions");
    }
}

/// Every path in backticks in the documents exists.
#[test]
fn the_documents_name_what_exists() {
    for document in ["README.md", "ARCHITECTURE.md"] {
        let text = read(document);
        let quoted = text.split('`').skip(1).step_by(2);
        let paths = quoted.filter(|q| {
            let looks = q.contains('/') || q.ends_with(".rs") || q.ends_with(".md") || q.ends_with(".toml");
            let plain = q.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
            looks && plain && !q.starts_with('/') && !q.starts_with("../") && !q.starts_with("./x")
        });
        for path in paths {
            assert!(root().join(path).exists(), "{document} names {path}, which does not exist");
        }
        let images = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in images.filter(|l| !l.contains("://") && !l.starts_with('#')) {
            assert!(root().join(link).exists(), "{document} links {link}, which does not exist");
        }
    }
}

/// A file that nobody can hold in the head is a question to answer.
#[test]
fn files_stay_small() {
    for file in sources() {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= 700, "{} has {lines} lines", file.display());
    }
}

#[test]
fn nothing_is_left_unfinished() {
    let marks =
        [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["todo", "!("].concat(), ["unimplemented", "!("].concat()];
    for file in sources() {
        let text = std::fs::read_to_string(&file).unwrap();
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{} has {mark}", file.display());
        }
    }
}

/// Colours come from the design tokens and from nowhere else.
#[test]
fn colours_come_from_the_tokens() {
    let mut found = Vec::new();
    files(&root().join("ui/styles"), &mut found);
    for file in found.iter().filter(|f| !f.ends_with("tokens.css")) {
        let text = std::fs::read_to_string(file).unwrap();
        for (at, line) in text.lines().enumerate() {
            let hex = line.split('#').skip(1).any(|rest| {
                let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
                matches!(digits, 3 | 4 | 6 | 8)
                    && !rest.chars().nth(digits).is_some_and(|c| c.is_ascii_alphanumeric() || c == '-')
            });
            assert!(
                !hex && !line.contains("rgb(") && !line.contains("hsl("),
                "{}:{} has a colour",
                file.display(),
                at + 1
            );
        }
    }
}
