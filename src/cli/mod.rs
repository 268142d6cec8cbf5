//! The command line: arguments to typed values, values to commands, outcomes to exit statuses.
//!
//! Owns: which command runs, one file a command. Does not own: how it ends (`ending`, `status`), what the commands work with
//! (the library), the texts (`text`).

mod altered;
mod anchor;
mod args;
mod batch;
mod checkpoint;
mod clock;
mod correct;
mod delete;
mod disclose;
mod ending;
mod export;
mod exposed;
mod filing;
mod hold;
mod import;
mod init;
mod kept;
mod key;
mod lang;
mod list;
mod load;
mod map;
mod note_file;
mod optout;
mod output;
mod recipient;
mod record;
mod rejects;
mod rules;
mod session;
mod show;
mod status;
mod text;
mod trouble;
mod typed;
mod unfinished;
mod verify;

use std::process::ExitCode;

use args::Command;
use output::{Manner, Output};

pub(crate) fn main() -> ExitCode {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !provlog::panics::is_caught() {
            usual(info);
        }
    }));
    let (lang, args) = match args::parse() {
        Ok(parsed) => parsed,
        Err(shown) => return shown.print(),
    };
    let mut out = Output::new(lang, Manner { json: args.json, quiet: args.quiet, verbose: args.verbose });
    exposed::warn(&args, &mut out);
    let run = |out: &mut Output| match &args.command {
        Command::Init(a) => init::run(a, &args, out),
        Command::Record(a) => record::record(a, &args, out),
        Command::Receive(a) => record::receive(a, &args, out),
        Command::Rules(a) => rules::run(a, out),
        Command::Import(a) => import::run(a, &args, out),
        Command::List(a) => list::run(a, &args, out),
        Command::Show(a) => show::run(a, &args, out),
        Command::Verify(a) => verify::run(a, &args, out),
        Command::Checkpoint(a) => checkpoint::run(a, &args, out),
        Command::Key(a) => key::run(a, &args, out),
        Command::Anchor(a) => anchor::run(a, &args, out),
        Command::Export(a) => export::run(a, &args, out),
        Command::Delete(a) => delete::run(a, &args, out),
        Command::Correct(a) => correct::run(a, &args, out),
        Command::Hold(a) => hold::run(a, &args, out),
        Command::Recipient(a) => recipient::run(a, &args, out),
        Command::Filing(a) => filing::run(a, &args, out),
        Command::Optout(a) => optout::run(a, &args, out),
        Command::Disclose(a) => disclose::run(a, &args, out),
    };
    let result = session::not_the_ledger(&args, args.command.inputs()).and_then(|()| run(&mut out));
    ending::end(result, &mut out)
}
