//! Makes a draft final.

use mesh::Time;

use crate::{
    Base, Bundle, CloudName, Digest, Facts, Intent, IntentId, IntentName, PersonId, PersonName,
    Revision, RevisionNumber, Sealed,
};

/// What is about to be sealed: everything of a revision but who, when and which numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Unnumbered {
    /// The intents, in the order of the draft.
    pub intents: Vec<Unversioned>,
    /// What is to become of each site.
    pub bundles: Vec<Bundle>,
    /// The facts that were looked up to make it, per site.
    pub facts: Vec<Facts>,
    /// What its objects look like.
    pub base: Base,
    /// The version of Assent that makes it.
    pub compiler: String,
}

/// One intent of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unversioned {
    /// Its name.
    pub name: IntentName,
    /// What it says; none where it is withdrawn.
    pub content: Option<Intent>,
    /// It in words.
    pub says: String,
}

/// Who seals it, when, and which numbers it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The cloud.
    pub cloud: CloudName,
    /// The number of the revision.
    pub number: RevisionNumber,
    /// For each intent, in order, which one it is and its own version.
    pub intents: Vec<(IntentId, i64)>,
    /// Who submits.
    pub author: PersonId,
    /// Their name.
    pub author_name: PersonName,
    /// When the draft was begun.
    pub began: Time,
    /// The time.
    pub at: Time,
}

impl Unnumbered {
    /// Seals it. Sites come in order of their names, whatever order they had.
    pub fn seal(self, seal: Seal) -> Revision {
        let numbered = self.intents.into_iter().zip(seal.intents);
        let intents: Vec<Sealed> = numbered
            .map(|(unversioned, (intent, version))| Sealed {
                intent,
                name: unversioned.name,
                version,
                content: unversioned.content,
                says: unversioned.says,
            })
            .collect();
        let mut bundles = self.bundles;
        bundles.sort_by(|one, other| one.site.cmp(&other.site));
        Revision {
            digest: digest(&seal.cloud, seal.number, &intents, &bundles),
            cloud: seal.cloud,
            number: seal.number,
            intents,
            author: seal.author,
            author_name: seal.author_name,
            began: seal.began,
            at: seal.at,
            bundles,
            facts: self.facts,
            base: self.base,
            compiler: self.compiler,
        }
    }
}

/// What binds a revision: cloud, number, what each intent says, and for each site in order what becomes of each
/// object. Lists begin with their length and so do texts: no two revisions are the same bytes.
pub(crate) fn digest(
    cloud: &CloudName,
    number: RevisionNumber,
    intents: &[Sealed],
    bundles: &[Bundle],
) -> Digest {
    let mut bytes = Bytes(Vec::new());
    bytes.text("assent revision 1");
    bytes.text(cloud.as_str());
    bytes.text(&number.to_string());
    bytes.count(intents.len());
    for sealed in intents {
        bytes.text(&sealed.intent.to_string());
        bytes.text(sealed.name.as_str());
        bytes.text(&sealed.version.to_string());
        bytes.text(&content(sealed.content.as_ref()));
    }
    bytes.count(bundles.len());
    for bundle in bundles {
        bytes.text(&bundle.site);
        bytes.count(bundle.entries.len());
        for entry in &bundle.entries {
            bytes.text(&entry.body());
        }
    }
    Digest::of(bytes.0)
}

/// What an intent says as JSON with sorted keys and no blanks, or `withdrawn`.
fn content(intent: Option<&Intent>) -> String {
    let Some(intent) = intent else {
        return "withdrawn".into();
    };
    let mut json = serde_json::to_value(intent).expect("an intent has text for keys");
    json.sort_all_objects();
    json.to_string()
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn count(&mut self, count: usize) {
        self.0.extend((count as u64).to_be_bytes());
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend(text.as_bytes());
    }
}
