//! The command line: arguments to typed values, values to commands, outcomes to exit statuses.
//!
//! Owns: the exit status (here alone), the language, one file a command.
//! Does not own: what the commands work with (the library), the texts (`text`).

mod anchor;
mod args;
mod checkpoint;
mod clock;
mod correct;
mod delete;
mod disclose;
mod export;
mod filing;
mod hold;
mod import;
mod init;
mod key;
mod known;
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
mod text;
mod trouble;
mod typed;
mod unfinished;
mod verify;

use std::process::ExitCode;

use args::Command;
use output::Output;
use trouble::Trouble;

/// How a command ended that did what it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Status 0, with warnings or without.
    Done,
    /// Status 1: the content was refused or has findings, and has been reported.
    Refused,
}

/// Status 2: not a command, or a file or ledger cannot be used.
const CANNOT: u8 = 2;

pub(crate) fn main() -> ExitCode {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !provlog::panics::is_caught() {
            usual(info);
        }
    }));
    let (lang, args) = match args::parse() {
        Ok(parsed) => parsed,
        Err(shown) => return ExitCode::from(shown.print()),
    };
    let mut out = Output::new(lang, &args);
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
    end(result, &mut out)
}

/// The status, and what must still be said: an answer that nobody takes changes nothing of what was done.
fn end(result: Result<Outcome, Trouble>, out: &mut Output) -> ExitCode {
    let mut status = match &result {
        Ok(Outcome::Done) => 0,
        Ok(Outcome::Refused) => 1,
        Err(trouble) => {
            out.trouble(trouble);
            if trouble.is_about_content() { 1 } else { CANNOT }
        }
    };
    let kept = out.kept().to_vec();
    match out.finish() {
        None if result.is_err() && !kept.is_empty() && !out.has_answered() => {
            out.complain(&text::done_before(out.lang, &kept));
        }
        None => {}
        Some(why) if !kept.is_empty() => out.complain(&text::answer_lost(out.lang, &kept, &why)),
        // Whoever reads our output has had enough: not an error.
        Some(why) if why.kind() == std::io::ErrorKind::BrokenPipe => {}
        Some(why) => {
            out.trouble(&Trouble::Output(why));
            if status == 0 {
                status = CANNOT;
            }
        }
    }
    ExitCode::from(status)
}
