//! What pages show of intents, drafts and revisions: plain values, computed, never stored.

use mesh::{Finding, Time, mtls::Mode};
use serde::{Deserialize, Serialize};

use crate::{
    Ballot, CloudName, Digest, DraftId, Form, IntentName, Live, PersonName, RevisionNumber,
    RolloutRow, Stage,
};

/// The intents of a cloud.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntentsPage {
    /// The cloud.
    pub cloud: CloudName,
    /// Its sites.
    pub sites: Vec<String>,
    /// The intents that were submitted at least once, by name.
    pub intents: Vec<IntentRow>,
    /// Open drafts, the last saved first.
    pub drafts: Vec<DraftRow>,
    /// How they stand on each site.
    pub live: Live,
    /// Why whoever is looking cannot write here; none if they can.
    pub readonly: Option<String>,
}

/// An intent in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntentRow {
    /// Its name.
    pub name: IntentName,
    /// The title of its kind.
    pub kind: String,
    /// What its latest revision says.
    pub says: String,
    /// Its own version.
    pub version: i64,
    /// The latest revision.
    pub revision: RevisionNumber,
    /// How far that has come.
    pub stage: Stage,
    /// The open draft of it.
    pub draft: Option<DraftId>,
    /// Who submitted the latest revision.
    pub by: PersonName,
    /// When.
    pub at: Time,
}

/// A draft in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    /// Which one.
    pub id: DraftId,
    /// Its name, as typed; may be empty.
    pub name: String,
    /// The title of its kind.
    pub kind: String,
    /// Who began it.
    pub by: PersonName,
    /// Whether that is whoever is looking.
    pub mine: bool,
    /// Who saved it last.
    pub saved_by: PersonName,
    /// When.
    pub saved: Time,
}

/// One intent with all its revisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntentPage {
    /// The cloud.
    pub cloud: CloudName,
    /// The latest of it.
    pub row: IntentRow,
    /// Its revisions, the latest first.
    pub revisions: Vec<RevisionRow>,
    /// How the intents of the cloud stand on each site.
    pub live: Live,
    /// Why whoever is looking cannot change it; none if they can.
    pub readonly: Option<String>,
    /// What withdrawing it would do, if whoever is looking can, as a sentence; else why not.
    pub can_withdraw: Result<String, String>,
    /// The revisions to which whoever is looking can roll back.
    pub can_roll_back: Vec<RevisionNumber>,
}

/// A revision in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevisionRow {
    /// Its number.
    pub number: RevisionNumber,
    /// The names of its intents.
    pub names: Vec<IntentName>,
    /// The version of the intent, where the list is about one; else of the first.
    pub version: i64,
    /// What it says.
    pub says: String,
    /// Who submitted it.
    pub author: PersonName,
    /// When.
    pub at: Time,
    /// How far it has come.
    pub stage: Stage,
    /// How many approvals count.
    pub approvals: u32,
    /// How many it needs.
    pub needed: u32,
    /// Whether it waits for whoever is looking.
    pub waits_for_me: bool,
}

/// A draft as a page of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftPage {
    /// The cloud.
    pub cloud: CloudName,
    /// Which one.
    pub id: DraftId,
    /// Its kind, by name.
    pub kind: String,
    /// Its name, as typed.
    pub name: String,
    /// Whether the name is that of an intent which exists, and stays.
    pub named: bool,
    /// What was typed.
    pub form: Form,
    /// Goes up by one with each save.
    pub version: i64,
    /// When it was last saved.
    pub saved: Time,
    /// Who saved it last.
    pub saved_by: PersonName,
    /// The revision it goes on from.
    pub base: Option<RevisionNumber>,
    /// Whether it was discarded.
    pub discarded: bool,
    /// What can be chosen.
    pub choices: Choices,
    /// What it would do.
    pub preview: Preview,
    /// Why whoever is looking cannot change it; none if they can.
    pub readonly: Option<String>,
}

/// What can be chosen in forms, from what is live.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    /// The namespaces of the cloud.
    pub namespaces: Vec<Offer>,
    /// All namespaces, those of the cloud first.
    pub everywhere: Vec<Offer>,
    /// The services of the cloud.
    pub services: Vec<Offer>,
    /// Its workloads.
    pub workloads: Vec<Offer>,
    /// Service accounts.
    pub accounts: Vec<Offer>,
    /// Ports of workloads; each belongs to one service or workload.
    pub ports: Vec<Offer>,
}

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// What is stored.
    pub value: String,
    /// What tells it from others: labels, pods, sites.
    pub about: String,
    /// What it belongs to: for a port, the service or workload as `namespace/name`.
    pub of: Option<String>,
}

/// What saving a draft answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    /// Its version now.
    pub version: i64,
    /// When it was saved.
    pub at: Time,
    /// What it would do.
    pub preview: Preview,
}

/// What somebody else saved meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Theirs {
    /// Who.
    pub by: PersonName,
    /// When.
    pub at: Time,
    /// The version it has now.
    pub version: i64,
    /// The name they typed.
    pub name: String,
    /// What they typed.
    pub form: Form,
}

/// What a draft or revision would do now.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// It in words; sites of which the same is said stand together.
    pub says: Vec<Said>,
    /// What would change; sites where the same changes stand together.
    pub plans: Vec<PlanSeen>,
    /// The workloads that would accept something else than now.
    pub turns: Vec<Turn>,
    /// What is wrong or worth knowing, worst first.
    pub findings: Vec<Finding>,
}

/// What is said of some sites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The sites.
    pub sites: Vec<String>,
    /// What is said.
    pub text: String,
}

/// What would change on some sites.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanSeen {
    /// The sites.
    pub sites: Vec<String>,
    /// The objects, in order of applying.
    pub changes: Vec<ChangeSeen>,
    /// All objects as YAML, as they would be applied.
    pub yaml: String,
}

/// What would become of one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeSeen {
    /// Its kind.
    pub kind: String,
    /// Where it is, as `namespace/name`.
    pub name: String,
    /// What would be done.
    pub action: mesh::Action,
    /// The lines before and after.
    pub lines: Vec<mesh::DiffLine>,
}

/// What is not as the last rollout applied it, on some sites.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftSeen {
    /// The sites; on all of them the same is so.
    pub sites: Vec<String>,
    /// The revision that is in force.
    pub revision: RevisionNumber,
    /// Its digest; whoever has it restored posts it back.
    pub digest: Digest,
    /// The hash of the objects as they are, with their uids and versions; posted back likewise.
    pub seen: Digest,
    /// The objects that differ, as they are and as they were applied.
    pub changes: Vec<ChangeSeen>,
    /// Whether whoever is looking can have them restored; else why not.
    pub can_restore: Result<(), String>,
}

/// A workload that would accept something else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Turn {
    /// The workload, as `namespace/name`.
    pub workload: String,
    /// The port of which this is so; none for all that are not named.
    pub port: Option<u16>,
    /// What it accepts now.
    pub now: Option<Mode>,
    /// What it would accept.
    pub after: Option<Mode>,
    /// Whether that is so of some of its pods only: the others have no sidecar, and no policy holds for them.
    pub partly: bool,
    /// The sites on which this is so.
    pub sites: Vec<String>,
}

/// A revision as a page of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevisionPage {
    /// What a list shows of it.
    pub row: RevisionRow,
    /// The cloud.
    pub cloud: CloudName,
    /// The titles of its kinds.
    pub kinds: Vec<String>,
    /// The sites it is for.
    pub sites: Vec<String>,
    /// What its votes are about.
    pub digest: Digest,
    /// The version of the rule in force; a vote posts it back.
    pub rule: i64,
    /// The hash of what its objects look like now; a vote posts it back.
    pub base: Digest,
    /// When all of this was so.
    pub as_of: Time,
    /// What it would do now.
    pub preview: Preview,
    /// What moved in the mesh since it was submitted, as sentences.
    pub moved: Vec<String>,
    /// What was said to it, the first first.
    pub votes: Vec<VoteSeen>,
    /// Who may still approve it.
    pub may_approve: Vec<PersonName>,
    /// Why whoever is looking cannot vote; none if they can.
    pub cannot_vote: Option<String>,
    /// Whether whoever is looking can take it out of review.
    pub can_recall: bool,
    /// Whether whoever is looking can roll it out; else why not.
    pub can_roll_out: Result<(), String>,
    /// Whether whoever is looking can roll back to it; else why not.
    pub can_roll_back: Result<(), String>,
    /// What has to be typed before either, since it removes much; none if nothing has to.
    pub needs_confirm: Option<String>,
    /// The rollouts of it, the latest first.
    pub rollouts: Vec<RolloutRow>,
    /// Whether they sign in by password; in a demo, their word is enough.
    pub by_password: bool,
    /// What happened to it, the latest first.
    pub acts: Vec<ActSeen>,
}

/// A vote, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoteSeen {
    /// Who.
    pub by: PersonName,
    /// What they say.
    pub ballot: Ballot,
    /// Why; may be empty.
    pub comment: String,
    /// When.
    pub at: Time,
    /// Why it does not count; none if it does.
    pub void: Option<String>,
}

/// What was done, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActSeen {
    /// Its number.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// Who; none where the process did.
    pub by: Option<String>,
    /// What was done, as a phrase after the name: "approved revision 2".
    pub did: String,
    /// On which digest; its short form is shown.
    pub digest: Option<Digest>,
    /// Where it came from.
    pub address: String,
    /// The request it came with.
    pub request: String,
    /// The page of what it was done to.
    pub href: Option<String>,
}

/// What was done, a page at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// The latest first.
    pub acts: Vec<ActSeen>,
    /// Those before this number come next; none if there are no more.
    pub more: Option<i64>,
}

/// What waits for somebody in a cloud.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct InFlight {
    /// Drafts that they began.
    pub drafts: Vec<DraftRow>,
    /// Revisions in review.
    pub reviews: u32,
    /// Those of them that wait for them.
    pub waiting: u32,
    /// Rollouts under way.
    pub rollouts: Vec<RolloutRow>,
    /// The number of the last act on record when this was read: what was written since is not in it.
    pub acts: i64,
    /// The number of the last row in the journal of a rollout, likewise.
    pub notes: i64,
}
