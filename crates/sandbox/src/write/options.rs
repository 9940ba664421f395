//! What the query of a write asks for.

use crate::{cause::Cause, failure::Failure, journal::Verb, managed::OnConflict};

use super::Write;

/// How long the name of a field manager may be.
const LONGEST: usize = 128;

/// How a write is to be carried out.
#[derive(Debug)]
pub(super) struct Options {
    /// Who the fields belong to.
    pub(super) manager: String,
    pub(super) on_conflict: OnConflict,
    pub(super) dry_run: bool,
    pub(super) unknown: Unknown,
}

/// What becomes of fields that no schema declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// They are dropped; a real server also says so in a header.
    Dropped,
    Refused,
}

impl Options {
    /// Reads them, by the rules of a real API server.
    pub(super) fn read(write: &Write) -> Result<Self, Failure> {
        let query = write.parameters();
        let text = |name: &str| query.get(name).map_or("", String::as_str);
        let refuse = |cause| Err(Failure::invalid_options(write.verb.options(), cause));

        if !matches!(text("dryRun"), "" | "All") {
            return refuse(Cause::unsupported("dryRun", text("dryRun"), &["All"]));
        }
        let on_conflict = match text("force") {
            "" | "false" | "0" => OnConflict::Refuse,
            "true" | "1" if write.verb == Verb::Apply => OnConflict::TakeOver,
            "true" | "1" => {
                let why = "may not be specified for non-apply patch";
                return refuse(Cause::forbidden("force", why));
            }
            other => {
                return Err(Failure::bad_request(format!(
                    "force: {other:?} is no boolean"
                )));
            }
        };
        let unknown = match text("fieldValidation") {
            "Strict" => Unknown::Refused,
            "" | "Ignore" | "Warn" => Unknown::Dropped,
            other => {
                let supported = ["Ignore", "Strict", "Warn"];
                return refuse(Cause::unsupported("fieldValidation", other, &supported));
            }
        };
        let manager = match (text("fieldManager"), write.verb) {
            ("", Verb::Apply) => {
                let why = "is required for apply patch";
                return refuse(Cause::required("fieldManager", why));
            }
            ("", _) => match write.agent.split('/').next() {
                None | Some("") => "unknown",
                Some(agent) => agent,
            },
            (manager, _) if manager.len() > LONGEST => {
                return refuse(Cause::too_long("fieldManager", LONGEST));
            }
            (manager, _) => manager,
        };
        Ok(Self {
            manager: manager.to_owned(),
            on_conflict,
            dry_run: write.is_dry_run(),
            unknown,
        })
    }
}
