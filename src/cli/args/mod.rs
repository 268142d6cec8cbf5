//! What can be typed. Help texts are not here: each language has them in `text`.
//!
//! Owns: names, shapes and values of arguments. Does not own: what they mean (one file a command), legal requirements
//! (no legal field is "required" here: the rule names the article).

mod fields;
mod registers;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{ArgAction, CommandFactory as _, FromArgMatches as _};

use provlog::store::Wait;

use super::lang::Lang;
use super::{ending, output, text};

pub(crate) use fields::FieldFlags;
pub(crate) use registers::{
    Disclose, Filing, FilingChange, FilingParts, FilingShow, FilingStop, Optout, OptoutAdd, OptoutList,
    OptoutScreen, OptoutWithdraw, Recipient, RecipientSet, RecipientShow,
};

#[derive(clap::Parser, Debug)]
#[command(name = "provlog", version, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[arg(
        long,
        global = true,
        display_order = 900,
        env = "PROVLOG_LEDGER",
        default_value = "provlog.db",
        value_name = "FILE"
    )]
    pub(crate) ledger: PathBuf,
    #[arg(long, global = true, display_order = 900, value_enum)]
    pub(crate) lang: Option<Lang>,
    #[arg(long, global = true, display_order = 900)]
    pub(crate) json: bool,
    #[arg(short, long, global = true, display_order = 900)]
    pub(crate) quiet: bool,
    #[arg(short, long, global = true, display_order = 900)]
    pub(crate) verbose: bool,
    #[arg(long, global = true, display_order = 900, default_value_t = 60, value_name = "SECONDS")]
    pub(crate) wait: u64,
    #[arg(long, global = true, display_order = 900)]
    pub(crate) anchor_later: bool,
    #[arg(long, global = true, display_order = 900, value_name = "DAY")]
    pub(crate) confirm_date: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// How long to wait for other processes, and whom to tell.
    pub(crate) fn waiting<'a>(&self, notify: &'a mut dyn FnMut()) -> Wait<'a> {
        let limit = Duration::from_secs(self.wait);
        Wait { limit, without_anchor: self.anchor_later, notify }
    }
}

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Command {
    Init(Init),
    Record(Record),
    Receive(Receive),
    Rules(Rules),
    Import(Box<Import>),
    List(List),
    Show(Show),
    Verify(Verify),
    Checkpoint(Checkpoint),
    Key(Key),
    Anchor(Anchor),
    Export(Export),
    Delete(Delete),
    Correct(Correct),
    #[command(subcommand)]
    Hold(Hold),
    #[command(subcommand)]
    Recipient(Recipient),
    #[command(subcommand)]
    Filing(Filing),
    #[command(subcommand)]
    Optout(Optout),
    Disclose(Disclose),
}

impl Command {
    /// The files and places that a command reads beside the ledger.
    pub(crate) fn inputs(&self) -> Vec<&Path> {
        let inputs: Vec<Option<&PathBuf>> = match self {
            Command::Init(a) => vec![a.anchor.as_ref()],
            Command::Record(a) => vec![a.many.from.as_ref()],
            Command::Receive(a) => vec![a.many.from.as_ref()],
            Command::Import(a) => a.files.iter().map(Some).chain([a.map.as_ref()]).collect(),
            Command::Verify(a) => vec![a.bundle.as_ref(), a.checkpoint.as_ref()],
            Command::Checkpoint(a) => vec![a.since.as_ref(), a.attach.as_ref()],
            Command::Anchor(a) => vec![a.set.as_ref()],
            Command::Optout(Optout::Screen(a)) => vec![Some(&a.file)],
            Command::Rules(_)
            | Command::List(_)
            | Command::Show(_)
            | Command::Key(_)
            | Command::Export(_)
            | Command::Delete(_)
            | Command::Correct(_)
            | Command::Hold(_)
            | Command::Recipient(_)
            | Command::Filing(_)
            | Command::Optout(Optout::Add(_) | Optout::List(_) | Optout::Withdraw(_))
            | Command::Disclose(_) => Vec::new(),
        };
        inputs.into_iter().flatten().map(PathBuf::as_path).collect()
    }
}

#[derive(clap::Args, Debug)]
pub(crate) struct Init {
    #[arg(long, value_name = "NAME")]
    pub(crate) operator: String,
    #[arg(long, value_name = "NAME")]
    pub(crate) origin: Option<String>,
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub(crate) retention_years: u32,
    #[arg(long, value_name = "PATH")]
    pub(crate) anchor: Option<PathBuf>,
}

/// What is said of records beside their fields.
#[derive(clap::Args, Debug)]
pub(crate) struct Made {
    #[arg(long)]
    pub(crate) beforehand: bool,
    #[arg(long)]
    pub(crate) as_happened: bool,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Record {
    #[command(flatten)]
    pub(crate) fields: FieldFlags<true, false>,
    #[command(flatten)]
    pub(crate) made: Made,
    #[command(flatten)]
    pub(crate) many: Many,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Receive {
    #[command(flatten)]
    pub(crate) fields: FieldFlags<false, true>,
    #[command(flatten)]
    pub(crate) made: Made,
    #[command(flatten)]
    pub(crate) many: Many,
}

/// One record under a key, or many.
#[derive(clap::Args, Debug)]
pub(crate) struct Many {
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    #[arg(long, value_name = "FILE|-")]
    pub(crate) from: Option<PathBuf>,
    #[arg(long)]
    pub(crate) again: bool,
}

/// Which rules to print.
#[derive(clap::Args, Debug)]
pub(crate) struct Rules {
    #[arg(long, value_name = "provision|receipt")]
    pub(crate) side: Option<String>,
    #[arg(long, value_name = "BASIS")]
    pub(crate) basis: Option<String>,
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Import {
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[arg(long, value_name = "ENCODING")]
    pub(crate) encoding: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    #[arg(long, value_name = "provision|receipt")]
    pub(crate) side: Option<String>,
    #[command(flatten)]
    pub(crate) fields: FieldFlags<true, true>,
    #[command(flatten)]
    pub(crate) made: Made,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long)]
    pub(crate) partial: bool,
    #[arg(long)]
    pub(crate) new_only: bool,
    #[arg(long, conflicts_with = "propose_map")]
    pub(crate) again: bool,
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["map", "dry_run", "partial", "new_only", "rejects"])]
    pub(crate) propose_map: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    #[arg(long, conflicts_with = "propose_map")]
    pub(crate) trust_record_dates: bool,
    #[arg(long, value_name = "TEXT", requires = "trust_record_dates")]
    pub(crate) reason: Option<String>,
}

/// Which entries: for `list` and `export`.
#[derive(clap::Args, Debug)]
pub(crate) struct Filter {
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<String>,
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) recipient: Option<String>,
    #[arg(long, value_name = "ID")]
    pub(crate) principal_id: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) principal_name: Option<String>,
    #[arg(long, value_name = "BASIS")]
    pub(crate) basis: Option<String>,
    #[arg(long, value_name = "provision|receipt")]
    pub(crate) side: Option<String>,
    #[arg(long, value_name = "ID")]
    pub(crate) recipient_id: Option<String>,
    #[arg(long, value_name = "YYYY-MM", conflicts_with_all = ["from", "to"])]
    pub(crate) month: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) filter: Filter,
    #[arg(long)]
    pub(crate) breaches: bool,
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Show {
    #[arg(value_name = "INDEX")]
    pub(crate) index: u64,
    #[arg(long, value_name = "FILE")]
    pub(crate) proof: Option<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Verify {
    #[arg(long)]
    pub(crate) deep: bool,
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["deep", "checkpoint"])]
    pub(crate) bundle: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) checkpoint: Option<PathBuf>,
    #[arg(long = "key", value_name = "KEY", action = ArgAction::Append)]
    pub(crate) keys: Vec<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Checkpoint {
    #[arg(long, value_name = "FILE")]
    pub(crate) since: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) timestamp_query: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["since", "timestamp_query"])]
    pub(crate) attach: Option<PathBuf>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Anchor {
    #[arg(long, value_name = "PATH", conflicts_with = "off")]
    pub(crate) set: Option<PathBuf>,
    #[arg(long, conflicts_with = "off")]
    pub(crate) reset: bool,
    #[arg(long)]
    pub(crate) off: bool,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Key {
    #[arg(long)]
    pub(crate) rotate: bool,
    #[arg(long, value_name = "TEXT", requires = "rotate")]
    pub(crate) reason: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Export {
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    #[arg(long)]
    pub(crate) sparse: bool,
    #[arg(long, value_name = "SIZE")]
    pub(crate) at: Option<u64>,
    #[arg(long)]
    pub(crate) xlsx: bool,
    #[command(flatten)]
    pub(crate) filter: Filter,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Delete {
    #[arg(value_name = "INDEX")]
    pub(crate) indexes: Vec<u64>,
    #[arg(long)]
    pub(crate) expired: bool,
    #[arg(long, conflicts_with = "expired")]
    pub(crate) extra: bool,
    #[arg(long)]
    pub(crate) apply: bool,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Correct {
    #[arg(value_name = "INDEX")]
    pub(crate) index: u64,
    #[arg(long, value_name = "FIELD=VALUE", action = ArgAction::Append)]
    pub(crate) set: Vec<String>,
    #[arg(long, value_name = "FIELD", action = ArgAction::Append)]
    pub(crate) clear: Vec<String>,
    #[arg(long, conflicts_with_all = ["set", "clear"])]
    pub(crate) void: bool,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[arg(long)]
    pub(crate) as_happened: bool,
}

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Hold {
    Add(Box<HoldAdd>),
    Release(HoldRelease),
    List(HoldList),
}

#[derive(clap::Args, Debug)]
pub(crate) struct HoldAdd {
    #[arg(value_name = "INDEX")]
    pub(crate) indexes: Vec<u64>,
    #[command(flatten)]
    pub(crate) filter: Filter,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct HoldRelease {
    #[arg(value_name = "INDEX")]
    pub(crate) index: u64,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct HoldList {}

/// What clap wants shown instead of a command: help, the version, or a mistake.
pub(crate) struct Shown {
    error: clap::Error,
    lang: Lang,
    json: bool,
}

impl Shown {
    /// Prints it where it belongs; returns the exit status.
    pub(crate) fn print(&self) -> ExitCode {
        if self.error.use_stderr() {
            return ending::mistake(self.lang, &text::usage(self.lang, &self.error), self.json);
        }
        ending::helped(self.lang, output::print_help(&self.error.render().to_string()))
    }
}

/// Parses the command line; the language comes first, because help and mistakes are said in it.
pub(crate) fn parse() -> Result<(Lang, Args), Shown> {
    let typed: Vec<_> = std::env::args_os().collect();
    let lang = lang_of(&typed);
    let json = typed.iter().skip(1).take_while(|word| *word != "--").any(|word| word == "--json");
    let command = translated(Args::command(), lang);
    let parsed = command.try_get_matches_from(typed).and_then(|m| Args::from_arg_matches(&m));
    match parsed {
        Ok(args) => Ok((args.lang.unwrap_or(lang), args)),
        Err(error) => Err(Shown { error, lang, json }),
    }
}

fn lang_of(typed: &[std::ffi::OsString]) -> Lang {
    let mut words = typed.iter().map(|w| w.to_string_lossy());
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--lang") {
            Some("") => words.next().map(std::borrow::Cow::into_owned),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        match value.as_deref() {
            Some("ja") => return Lang::Ja,
            Some("en") => return Lang::En,
            _ => {}
        }
    }
    Lang::from_environment()
}

/// Puts the help texts of a language on the commands.
fn translated(command: clap::Command, lang: Lang) -> clap::Command {
    let frame = text::frame(lang);
    let dress = |mut c: clap::Command, name: &str| {
        c = c
            .help_template(frame.template)
            .about(text::help(lang, name, None).unwrap_or_default())
            .subcommand_help_heading(frame.commands)
            .disable_help_flag(true)
            .arg(clap::Arg::new("help").short('h').long("help").action(ArgAction::Help).display_order(901));
        let ids: Vec<_> = c.get_arguments().map(|a| a.get_id().to_string()).collect();
        for id in ids {
            let words = text::help(lang, name, Some(&id)).unwrap_or_default();
            c = c.mut_arg(&id, |a| {
                let heading = if a.is_positional() { frame.arguments } else { frame.options };
                let a = a.help(words).help_heading(heading);
                if a.get_action().takes_values() {
                    // The help text says defaults and variables in its own language.
                    a.hide_default_value(true).hide_env(true).hide_possible_values(true)
                } else {
                    a
                }
            });
        }
        c
    };
    let names: Vec<_> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let mut command = dress(command, "provlog");
    command = command
        .disable_version_flag(true)
        .arg(
            clap::Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help(text::help(lang, "provlog", Some("version")).unwrap_or_default())
                .help_heading(frame.options),
        )
        .override_usage(frame.usage);
    for name in names {
        command = command.mut_subcommand(&name, |c| {
            let inside: Vec<_> = c.get_subcommands().map(|c| c.get_name().to_owned()).collect();
            let mut c = dress(c, &name);
            if !inside.is_empty() {
                c = c.disable_help_subcommand(true);
            }
            for sub in inside {
                c = c.mut_subcommand(&sub, |c| dress(c, &format!("{name} {sub}")));
            }
            c
        });
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_has_a_help_text_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let mut command = Args::command();
            command.build();
            for sub in std::iter::once(&command).chain(command.get_subcommands()) {
                let name = sub.get_name();
                assert!(text::help(lang, name, None).is_some(), "{lang:?} {name}");
                for arg in sub.get_arguments() {
                    let id = arg.get_id().as_str();
                    assert!(text::help(lang, name, Some(id)).is_some(), "{lang:?} {name} {id}");
                }
                for inside in
                    sub.get_subcommands().filter(|c| sub.get_name() != "provlog" && c.get_name() != "help")
                {
                    let name = format!("{name} {}", inside.get_name());
                    assert!(text::help(lang, &name, None).is_some(), "{lang:?} {name}");
                    for arg in inside.get_arguments() {
                        let id = arg.get_id().as_str();
                        assert!(text::help(lang, &name, Some(id)).is_some(), "{lang:?} {name} {id}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_command_line_is_well_formed() {
        for lang in [Lang::Ja, Lang::En] {
            translated(Args::command(), lang).debug_assert();
        }
    }
}
