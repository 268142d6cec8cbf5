//! The arguments of the registers: recipients, filings, requests to stop; and of a principal's own copy.
//!
//! Owns: their flags. Does not own: what they mean (the commands).

use std::path::PathBuf;

use clap::ArgAction;

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Recipient {
    Set(Box<RecipientSet>),
    Show(RecipientShow),
    List(RecipientList),
}

#[derive(clap::Args, Debug)]
pub(crate) struct RecipientSet {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) address: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) representative: Option<String>,
    #[arg(long = "type", value_name = "body|person")]
    pub(crate) party_type: Option<String>,
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<String>,
    #[arg(long, value_name = "DAY")]
    pub(crate) check_date: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) check_method: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) check_evidence: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct RecipientShow {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(long, value_name = "DAY")]
    pub(crate) day: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct RecipientList {}

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Filing {
    Add(Box<FilingParts>),
    Change(Box<FilingChange>),
    Stop(FilingStop),
    Show(FilingShow),
    List(FilingList),
    Notice(FilingShow),
    Form(FilingShow),
}

#[derive(clap::Args, Debug)]
pub(crate) struct FilingParts {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(long, value_name = "DAY")]
    pub(crate) filed_on: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) number: Option<String>,
    #[arg(long, value_name = "DAY")]
    pub(crate) start_day: Option<String>,
    #[arg(long = "item", value_name = "NAME:CATEGORY:SOURCE", action = ArgAction::Append)]
    pub(crate) items: Vec<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) address: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) representative: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) telephone: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) contact: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) purpose: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) acquisition: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) provision_method: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) request_method: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) update_method: Option<String>,
    #[arg(long, value_name = "yes|no")]
    pub(crate) publication: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct FilingChange {
    #[command(flatten)]
    pub(crate) parts: FilingParts,
    #[arg(long, value_name = "DAY")]
    pub(crate) effective: String,
}

#[derive(clap::Args, Debug)]
pub(crate) struct FilingStop {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(long, value_name = "DAY")]
    pub(crate) effective: String,
    #[arg(long, value_name = "DAY")]
    pub(crate) filed_on: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct FilingShow {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(long, value_name = "DAY")]
    pub(crate) day: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct FilingList {}

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Optout {
    Add(OptoutAdd),
    List(OptoutList),
    Withdraw(OptoutWithdraw),
    Screen(OptoutScreen),
}

#[derive(clap::Args, Debug)]
pub(crate) struct OptoutAdd {
    #[arg(long, value_name = "ID")]
    pub(crate) principal_id: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) principal_name: Option<String>,
    #[arg(long, value_name = "DAY")]
    pub(crate) received: Option<String>,
    #[arg(long, value_name = "DAY")]
    pub(crate) effective: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) channel: Option<String>,
    #[arg(long, value_name = "ID")]
    pub(crate) filing: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct OptoutList {
    #[arg(long, value_name = "DAY")]
    pub(crate) day: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct OptoutWithdraw {
    #[arg(value_name = "INDEX")]
    pub(crate) index: u64,
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct OptoutScreen {
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[arg(long, value_name = "FILE")]
    pub(crate) stopped: PathBuf,
    #[arg(long, value_name = "ID")]
    pub(crate) filing: Option<String>,
    #[arg(long, value_name = "DAY")]
    pub(crate) day: Option<String>,
    #[arg(long, value_name = "ENCODING")]
    pub(crate) encoding: Option<String>,
}

#[derive(clap::Args, Debug)]
pub(crate) struct Disclose {
    #[arg(long, value_name = "ID")]
    pub(crate) principal_id: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) principal_name: Option<String>,
    #[arg(long, value_name = "DAY")]
    pub(crate) request_received: Option<String>,
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
}
