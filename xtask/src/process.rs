//! Other programs: found, started, their failures told apart.

use anyhow::{Context as _, Result, bail};
use std::env;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// The program's file, if it is on the PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let extensions: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
    env::split_paths(&env::var_os("PATH")?)
        .flat_map(|folder| extensions.iter().map(move |extension| folder.join(format!("{program}{extension}"))))
        .find(|file| is_executable(file))
}

#[cfg(unix)]
fn is_executable(file: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|known| known.is_file() && known.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &std::path::Path) -> bool {
    file.is_file()
}

/// Runs to the end, talking to our terminal; an error when it did not succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} did not start", shown(command)))?;
    if !status.success() {
        bail!("{} ended with {status}", shown(command));
    }
    Ok(())
}

/// Runs to the end in silence; what it wrote.
pub fn output(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| format!("{} did not start", shown(command)))
}

/// Runs to the end in silence and gives its standard output; an error, with the end of all that it said, otherwise.
pub fn answer(command: &mut Command) -> Result<String> {
    let output = output(command)?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        bail!("{} ended with {}\n{}", shown(command), output.status, last_lines(&said, 40));
    }
    String::from_utf8(output.stdout).with_context(|| format!("{} did not answer in UTF-8", shown(command)))
}

/// Whether it runs and succeeds, in silence.
pub fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Becomes the program where the system can do that, so that signals and the exit code are its own.
#[cfg(unix)]
pub fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(error).with_context(|| format!("{} did not start", shown(command)))
}

#[cfg(not(unix))]
pub fn become_program(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} did not start", shown(command)))?;
    std::process::exit(status.code().unwrap_or(1))
}

/// The command as a person would name it: the program and what it was told, without the folders.
pub fn shown(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_stem().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    let args = command.get_args().take(4).map(|arg| arg.to_string_lossy().into_owned());
    let more = if command.get_args().len() > 4 { " …" } else { "" };
    std::iter::once(name).chain(args).collect::<Vec<_>>().join(" ") + more
}

pub fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<_> = text.trim_end().lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
