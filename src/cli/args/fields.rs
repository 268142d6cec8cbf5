//! The fields of a record as flags: `record` and `receive` take those of their side, `import` takes all of them as constants.
//!
//! Owns: arguments made from the table of fields. Does not own: the table (`record::field`), help texts (`text`).

use clap::builder::ValueParser;
use clap::error::Error;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};
use provlog::record::field::Shape;
use provlog::record::{Field, Side};

/// What was typed, by field, in the order of the table. `PROVIDER` and `RECIPIENT`: whose fields can be typed.
#[derive(Debug, Default)]
pub(crate) struct FieldFlags<const PROVIDER: bool, const RECIPIENT: bool> {
    given: Vec<(Field, Vec<String>)>,
}

impl<const PROVIDER: bool, const RECIPIENT: bool> FieldFlags<PROVIDER, RECIPIENT> {
    /// What was typed; a flag that stands alone as `yes`.
    pub(crate) fn given(&self) -> &[(Field, Vec<String>)] {
        &self.given
    }

    fn fields() -> impl Iterator<Item = (Field, provlog::record::field::Flag)> {
        let takes = |field: Field| match field.side() {
            None => true,
            Some(Side::Provider) => PROVIDER,
            Some(Side::Recipient) => RECIPIENT,
        };
        Field::ALL.iter().copied().filter(move |field| takes(*field)).filter_map(|f| Some((f, f.flag()?)))
    }
}

impl<const PROVIDER: bool, const RECIPIENT: bool> clap::Args for FieldFlags<PROVIDER, RECIPIENT> {
    fn augment_args(command: Command) -> Command {
        command.args(Self::fields().map(|(field, flag)| {
            let arg = Arg::new(field.name()).long(flag.name);
            match field.shape() {
                Shape::Flag => arg.action(ArgAction::SetTrue),
                Shape::List => {
                    arg.value_name(flag.value).action(ArgAction::Append).value_parser(ValueParser::string())
                }
                Shape::Text | Shape::Day | Shape::Word => {
                    arg.value_name(flag.value).value_parser(ValueParser::string())
                }
            }
        }))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<const PROVIDER: bool, const RECIPIENT: bool> FromArgMatches for FieldFlags<PROVIDER, RECIPIENT> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given = Vec::new();
        for (field, _) in Self::fields() {
            let values: Vec<String> = match field.shape() {
                Shape::Flag if matches.get_flag(field.name()) => vec!["yes".to_owned()],
                Shape::Flag => Vec::new(),
                _ => matches.get_many::<String>(field.name()).into_iter().flatten().cloned().collect(),
            };
            if !values.is_empty() {
                given.push((field, values));
            }
        }
        Ok(FieldFlags { given })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
