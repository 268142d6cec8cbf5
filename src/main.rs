//! The program: parse, run, print the error and what to do about it, exit.
//!
//! Everything else lives in the library; `cli` alone reads the clock and the environment.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
