//! The program: parse, run, print the error and what to do about it, exit.
//!
//! Everything else lives in the library; `cli` alone reads the clock and the environment.

mod cli;

fn main() -> std::process::ExitCode {
    // A write beyond `ulimit -f` is then an error like that of a full disk, and is told; where the handler cannot be
    // set, the system ends the process as it always did.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, std::sync::Arc::default());
    cli::main()
}
