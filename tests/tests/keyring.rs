//! The secrets of a terminal in a real keyring (Secret Service over D-Bus), in a session of its own.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

use std::process::Command;

fn bins() -> std::path::PathBuf {
    std::env::var_os("SALON_BIN_DIR").map(std::path::PathBuf::from).unwrap_or_else(|| {
        let test = std::env::current_exe().unwrap();
        test.parent().and_then(std::path::Path::parent).unwrap().to_owned()
    })
}

#[test]
fn keys_go_into_the_keyring_where_there_is_one() {
    let home = tempfile::tempdir().unwrap();
    let runtime = home.path().join("runtime");
    std::fs::create_dir(&runtime).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let data = home.path().join("terminal");
    let script = format!(
        "printf 'invented password\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; \
         {pos} status --data {data} --json && {pos} status --data {data} --json",
        pos = bins().join("pos").display(),
        data = data.display(),
    );
    let out = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", &script])
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("XDG_DATA_HOME", home.path().join("share"))
        .env_remove("SALON_SECRETS")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .output()
        .expect("dbus-run-session is missing: run ./x setup");
    let said = format!("{}\n{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
    assert!(data.join("store.db").is_file(), "{said}");
    assert!(!data.join("secrets.json").exists(), "the keys went into a file although a keyring is there: {said}");
    // Without that keyring the same store does not open, and says why.
    let out = Command::new(bins().join("pos"))
        .args(["status", "--json", "--data"])
        .arg(&data)
        .env("SALON_SECRETS", "file")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .output()
        .unwrap();
    assert!(!out.status.success());
    assert!(String::from_utf8_lossy(&out.stdout).contains("store_corrupt"), "{}", String::from_utf8_lossy(&out.stdout));
}
