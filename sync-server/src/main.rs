//! `salon-server`: see `salon_server::cli`.

use clap::Parser;

fn main() -> std::process::ExitCode {
    match salon_server::cli::run(salon_server::cli::Cli::parse()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            // `{:#}` names the cause after the context, on one line.
            let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("salon-server: {error:#}\n").as_bytes());
            std::process::ExitCode::FAILURE
        }
    }
}
