//! What has to be on the machine, how to see that it is, and what Debian calls it.

use crate::process;
use std::path::Path;
use std::process::Command;

/// What a task is going to do, and so what it needs: nobody should install a browser to play a replay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The headless programs.
    Programs,
    /// The pages.
    Page,
    /// The pages and the programs, shown in a browser.
    Browser,
    /// The pages and the programs, shown in the window.
    Window,
    /// Everything, with what tests drive it by.
    Test,
}

impl Purpose {
    pub fn has_page(self) -> bool {
        self != Purpose::Programs
    }

    pub fn has_tests(self) -> bool {
        self == Purpose::Test
    }

    fn has_programs(self) -> bool {
        self != Purpose::Page
    }

    fn has_window(self) -> bool {
        matches!(self, Purpose::Window | Purpose::Test)
    }
}

/// How something is seen to be there.
pub enum Probe {
    /// Any of these programs is on the PATH.
    Program(&'static [&'static str]),
    /// pkg-config knows it.
    Library(&'static str),
    /// This command succeeds.
    Command(&'static [&'static str]),
    /// Any of these files or folders exists.
    File(&'static [&'static str]),
}

impl Probe {
    pub fn holds(&self) -> bool {
        match self {
            Probe::Program(names) => names.iter().any(|name| process::find(name).is_some()),
            Probe::Library(name) => process::succeeds(Command::new("pkg-config").args(["--exists", name])),
            Probe::Command(words) => {
                let [program, arguments @ ..] = words else { return false };
                process::succeeds(Command::new(program).args(arguments))
            }
            Probe::File(files) => files.iter().any(|file| Path::new(file).exists()),
        }
    }
}

/// Something to be there, as a person would name it; each part with the Debian package that brings it.
pub struct Need {
    pub name: &'static str,
    wanted: fn(Purpose) -> bool,
    parts: &'static [(Probe, &'static str)],
}

impl Need {
    /// The Debian packages that are missing.
    pub fn missing(&self) -> Vec<&'static str> {
        self.parts.iter().filter(|(probe, _)| !probe.holds()).map(|(_, package)| *package).collect()
    }
}

pub fn of(purpose: Purpose) -> impl Iterator<Item = &'static Need> {
    let all: &'static [Need] = if cfg!(target_os = "linux") { LINUX } else { ELSEWHERE };
    all.iter().filter(move |need| (need.wanted)(purpose))
}

const NODE: Need = Need {
    name: "Node and npm",
    wanted: Purpose::has_page,
    parts: &[(Probe::Program(&["node"]), "nodejs"), (Probe::Program(&["npm"]), "npm")],
};

/// macOS and Windows bring their own web view, keyring and display; the tests that need those of Linux skip there.
const ELSEWHERE: &[Need] = &[NODE];

const LINUX: &[Need] = &[
    Need {
        name: "C compiler",
        wanted: |_| true,
        parts: &[(Probe::Program(&["cc", "gcc", "clang"]), "build-essential")],
    },
    Need {
        name: "OpenSSL and D-Bus, to build with",
        wanted: Purpose::has_programs,
        parts: &[
            (Probe::Program(&["pkg-config"]), "pkg-config"),
            (Probe::Library("openssl"), "libssl-dev"),
            (Probe::Library("dbus-1"), "libdbus-1-dev"),
        ],
    },
    Need {
        name: "WebKitGTK",
        wanted: Purpose::has_window,
        parts: &[(Probe::Library("webkit2gtk-4.1"), "libwebkit2gtk-4.1-dev")],
    },
    NODE,
    Need {
        name: "virtual display",
        wanted: Purpose::has_tests,
        parts: &[
            (Probe::Program(&["Xvfb"]), "xvfb"),
            (Probe::Program(&["xauth"]), "xauth"),
            (Probe::Program(&["dbus-launch"]), "dbus-x11"),
            (Probe::Program(&["dbus-run-session"]), "dbus-daemon"),
            (Probe::Program(&["xdotool"]), "xdotool"),
            (Probe::Program(&["import"]), "imagemagick"),
            (Probe::File(FONTS), "fonts-dejavu-core"),
        ],
    },
    Need {
        name: "WebKit driver",
        wanted: Purpose::has_tests,
        parts: &[(Probe::Program(&["WebKitWebDriver"]), "webkit2gtk-driver")],
    },
    Need {
        name: "Chromium and its driver",
        wanted: Purpose::has_tests,
        parts: &[
            (Probe::Program(&["chromium", "chromium-browser", "google-chrome"]), "chromium"),
            (Probe::Program(&["chromedriver"]), "chromium-driver"),
        ],
    },
    Need {
        name: "serial cables, system calls, and eyes for paper",
        wanted: Purpose::has_tests,
        parts: &[
            (Probe::Program(&["socat"]), "socat"),
            (Probe::Program(&["strace"]), "strace"),
            (Probe::Program(&["pdftotext"]), "poppler-utils"),
            (Probe::Program(&["zbarimg"]), "zbar-tools"),
            (Probe::Command(&["python3", "-c", "import venv, ensurepip"]), "python3-venv"),
        ],
    },
    Need {
        name: "keyring",
        wanted: Purpose::has_tests,
        parts: &[
            (Probe::Program(&["gnome-keyring-daemon"]), "gnome-keyring"),
            (Probe::Program(&["secret-tool"]), "libsecret-tools"),
        ],
    },
];

const FONTS: &[&str] = &[
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf",
    "/usr/share/fonts/TTF/DejaVuSans.ttf",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replay_needs_no_browser_and_tests_need_everything() {
        let names = |purpose| of(purpose).map(|need| need.name).collect::<Vec<_>>();
        assert!(!names(Purpose::Programs).iter().any(|name| name.contains("Chromium") || name.contains("WebKit")));
        assert!(!names(Purpose::Browser).contains(&"WebKitGTK"));
        assert_eq!(names(Purpose::Test).len(), if cfg!(target_os = "linux") { LINUX.len() } else { ELSEWHERE.len() });
    }

    #[test]
    fn probes_tell_what_is_there_from_what_is_not() {
        assert!(Probe::Program(&["no-such-program", "cargo"]).holds());
        assert!(!Probe::Program(&["no-such-program"]).holds());
        assert!(!Probe::Library("no-such-library").holds());
        assert!(!Probe::File(&["/no/such/file"]).holds());
    }
}
