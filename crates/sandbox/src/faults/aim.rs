//! Which writes something goes wrong with.

use crate::{journal::Verb, sandbox::known, state::Refused};

/// Which writes a fault hits: all, until something narrows it down.
#[derive(Clone, Debug, Default)]
pub struct Aim {
    verb: Option<Verb>,
    kind: Option<&'static str>,
    name: Option<String>,
    dry_run: Option<bool>,
    /// How many of those meant are let through first.
    spares: usize,
    /// How many are hit; all if none is said.
    hits: Option<usize>,
}

/// What of a write decides whether a fault hits it.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) verb: Verb,
    pub(crate) kind: &'static str,
    pub(crate) name: Option<String>,
    pub(crate) dry_run: bool,
}

impl Aim {
    /// Hits all writes.
    #[must_use]
    pub fn every() -> Self {
        Self::default()
    }

    /// Hits one write, the next.
    #[must_use]
    pub fn next() -> Self {
        Self::every().times(1)
    }

    /// Hits only writes of one verb.
    #[must_use]
    pub fn verb(self, verb: Verb) -> Self {
        Self {
            verb: Some(verb),
            ..self
        }
    }

    /// Hits only writes of one kind.
    pub fn kind(self, kind: &str) -> Result<Self, Refused> {
        Ok(Self {
            kind: Some(known(kind)?),
            ..self
        })
    }

    /// Hits only writes of objects of this name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..self
        }
    }

    /// Hits only dry runs.
    #[must_use]
    pub fn dry_runs(self) -> Self {
        Self {
            dry_run: Some(true),
            ..self
        }
    }

    /// Hits only what is no dry run.
    #[must_use]
    pub fn in_earnest(self) -> Self {
        Self {
            dry_run: Some(false),
            ..self
        }
    }

    /// Lets this many of the writes it means through before it hits one.
    #[must_use]
    pub fn after(self, count: usize) -> Self {
        Self {
            spares: count,
            ..self
        }
    }

    /// Hits this many writes and no more.
    #[must_use]
    pub fn times(self, count: usize) -> Self {
        Self {
            hits: Some(count),
            ..self
        }
    }

    pub(super) fn means(&self, target: &Target) -> bool {
        self.verb.is_none_or(|verb| verb == target.verb)
            && self.kind.is_none_or(|kind| kind == target.kind)
            && (self.name.is_none() || self.name == target.name)
            && self.dry_run.is_none_or(|dry_run| dry_run == target.dry_run)
    }

    /// Answers whether a write that is meant is hit, and counts it.
    pub(super) fn strikes(&mut self) -> bool {
        if self.spares > 0 {
            self.spares -= 1;
            return false;
        }
        match &mut self.hits {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        }
    }
}
