//! Sites as values, with faults in between, and somebody who carries a rollout out on them.

use std::collections::BTreeMap;

use super::*;

/// An object that is there.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Object {
    pub(super) manifest: Manifest,
    pub(super) uid: String,
    pub(super) version: u64,
}

/// What may go wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Faults {
    /// Clusters answer or do not, refuse on the way forward, and lie about that they stored something; processes die.
    OfClusters,
    /// The same, and clusters refuse on the way back, too; other people change and remove objects meanwhile.
    OfPeople,
}

pub(super) struct World {
    pub(super) objects: BTreeMap<(String, ResourceKey), Object>,
    pub(super) ledger: BTreeMap<(String, ResourceKey), Owned>,
    /// The requests that changed an object, or are said to have.
    pub(super) changed: Vec<Request>,
    /// Objects that somebody else changed.
    pub(super) meddled: Vec<(String, ResourceKey)>,
    pub(super) journal: Journal,
    faults: Faults,
    /// Faults stop when this is used up.
    patience: usize,
    versions: u64,
    seed: u64,
}

impl World {
    pub(super) fn of(rollout: &Rollout, faults: Faults, seed: u64) -> Self {
        let mut world = Self {
            objects: BTreeMap::new(),
            ledger: BTreeMap::new(),
            changed: Vec::new(),
            meddled: Vec::new(),
            journal: Journal::default(),
            faults,
            patience: 0,
            versions: 100,
            seed,
        };
        world.patience = world.any(400);
        for plan in &rollout.plans {
            for step in &plan.steps {
                let Some(before) = &step.before else {
                    continue;
                };
                let object = Object {
                    manifest: before.manifest.clone(),
                    uid: before.uid.clone(),
                    version: 7,
                };
                let place = (plan.site.clone(), step.key.clone());
                world.objects.insert(place, object);
            }
        }
        for owned in &rollout.owned {
            let place = (owned.site.clone(), owned.key.clone());
            world.ledger.insert(place, owned.clone());
        }
        world
    }

    pub(super) fn any(&mut self, below: usize) -> usize {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.seed >> 33) as usize % below
    }

    /// Whether something goes wrong, once in so many times.
    fn fails(&mut self, once_in: usize) -> bool {
        if self.patience == 0 {
            return false;
        }
        self.patience -= 1;
        self.any(once_in) == 0
    }

    /// Carries a rollout out to its end; somebody may stop it at any time.
    pub(super) fn carry_out(&mut self, rollout: &Rollout) -> Outcome {
        for _ in 0..20_000 {
            self.journal.now = self.journal.now.plus(self.any(2_000) as i64);
            if self.fails(200) && !self.has_turned() {
                let by = PersonId(4);
                let name = PersonName::known("olga");
                self.note(rollout, Note::Turned(Turn::Stopped { by, name }));
            }
            if self.faults == Faults::OfPeople && self.fails(20) {
                self.meddle(rollout);
            }
            let nexts = next(rollout, &self.journal.rows, self.journal.now);
            assert_eq!(next(rollout, &self.journal.rows, self.journal.now), nexts);
            let sites: Vec<&str> = nexts.iter().filter_map(site).collect();
            let mut alone = sites.clone();
            alone.dedup();
            assert_eq!(sites, alone, "one thing at a time on each site");
            let chosen = self.any(nexts.len());
            match nexts[chosen].clone() {
                Next::Wait { until, .. } => {
                    assert!(until > self.journal.now && until <= self.journal.now.plus(5_000));
                    let all_wait = nexts.iter().all(|n| matches!(n, Next::Wait { .. }));
                    self.journal.now = if all_wait { until } else { self.journal.now };
                }
                Next::Look(request) => {
                    let saw = self.look(rollout, &request);
                    self.note(rollout, Note::Looked(request, saw));
                }
                Next::Ask(ask) => self.ask(rollout, ask),
                Next::Write(note) => {
                    assert_eq!(nexts.len(), 1);
                    self.note(rollout, note.clone());
                    if let Note::Ended(outcome) = note {
                        assert_eq!(next(rollout, &self.journal.rows, self.journal.now), []);
                        return outcome;
                    }
                }
            }
        }
        panic!("it never ends");
    }

    fn has_turned(&self) -> bool {
        let mut rows = self.journal.rows.iter();
        rows.any(|row| matches!(row.note, Note::Turned(_)))
    }

    fn note(&mut self, rollout: &Rollout, note: Note) {
        match rollout.ledger_change(&note) {
            Some(LedgerChange::Put(owned)) => {
                let place = (owned.site.clone(), owned.key.clone());
                self.ledger.insert(place, owned);
            }
            Some(LedgerChange::Remove { site, key }) => {
                self.ledger.remove(&(site, key));
            }
            None => {}
        }
        self.journal.note(note);
    }

    fn ask(&mut self, rollout: &Rollout, ask: Ask) {
        let request = ask.request.clone();
        match request.direction {
            Direction::Forward => assert!(!self.has_turned(), "forward after the turn"),
            // What somebody else made just so cannot be told from what was asked for.
            Direction::Back => assert!(
                self.changed.contains(&forward(&request.site, request.step))
                    || self
                        .meddled
                        .contains(&(request.site.clone(), ask.key.clone())),
                "put back what was not done"
            ),
        }
        self.note(rollout, Note::Asked(request.clone()));
        if self.fails(20) {
            // The process dies before the request is sent.
            return;
        }
        let told = match self.any(10) {
            0 if self.fails(2) => Told::Unreachable("refused".into()),
            1 if self.fails(2) => Told::Unknown("reset".into()),
            2 if self.fails(2) && self.may_refuse(request.direction) => refused(403),
            3 if self.fails(2) && request.direction == Direction::Back => refused(500),
            4 if self.fails(4) && request.direction == Direction::Forward => {
                self.changed.push(request.clone());
                match ask.wanted {
                    Some(_) => done(ask.lock.uid.as_deref().unwrap_or("a lie")),
                    None => Told::Removed,
                }
            }
            _ => {
                let told = self.carried_out(&ask);
                if self.fails(20) {
                    // The process dies before the answer is written down.
                    return;
                }
                if self.fails(10) {
                    Told::Unknown("reset".into())
                } else {
                    told
                }
            }
        };
        self.note(rollout, Note::Answered(request, told));
    }

    fn may_refuse(&self, direction: Direction) -> bool {
        direction == Direction::Forward || self.faults == Faults::OfPeople
    }

    /// What a cluster does.
    fn carried_out(&mut self, ask: &Ask) -> Told {
        let place = (ask.request.site.clone(), ask.key.clone());
        let there = self.objects.get(&place);
        let fits = match (there, &ask.lock.uid) {
            (None, None) => true,
            (Some(there), Some(uid)) => {
                let version = ask.lock.resource_version.as_ref();
                there.uid == *uid && version.is_none_or(|v| *v == there.version.to_string())
            }
            (None, Some(_)) | (Some(_), None) => false,
        };
        if !fits {
            return Told::Moved;
        }
        if ask.request.direction == Direction::Forward {
            self.changed.push(ask.request.clone());
        }
        self.versions += 1;
        let Some(wanted) = &ask.wanted else {
            self.objects.remove(&place);
            return Told::Removed;
        };
        let made = format!("new-{}", self.versions);
        let object = Object {
            manifest: wanted.clone(),
            uid: there.map_or(made, |there| there.uid.clone()),
            version: self.versions,
        };
        let told = Told::Done {
            uid: object.uid.clone(),
            resource_version: object.version.to_string(),
        };
        self.objects.insert(place, object);
        told
    }

    fn look(&mut self, rollout: &Rollout, request: &Request) -> Saw {
        if self.fails(4) {
            return Saw::Unknown("late".into());
        }
        let step = rollout.step(request).unwrap();
        let there = self.objects.get(&(request.site.clone(), step.key.clone()));
        let there = there.map(|o| live(&o.manifest, &o.uid, &o.version.to_string()));
        step.saw(request.direction, there.as_ref())
    }

    /// Somebody changes, removes or makes an object by hand.
    fn meddle(&mut self, rollout: &Rollout) {
        let plan = self.any(rollout.plans.len());
        let plan = &rollout.plans[plan];
        if plan.steps.is_empty() {
            return;
        }
        let step = self.any(plan.steps.len());
        let key = plan.steps[step].key.clone();
        let place = (plan.site.clone(), key.clone());
        self.meddled.push(place.clone());
        self.versions += 1;
        if self.any(2) == 0 {
            self.objects.remove(&place);
            return;
        }
        let mode = ["PERMISSIVE", "STRICT", "DISABLE"][self.any(3)];
        let uid = format!("theirs-{}", self.versions);
        let there = self.objects.get(&place);
        let object = Object {
            manifest: manifest(key.name.as_str(), mode),
            uid: there.map_or(uid, |there| there.uid.clone()),
            version: self.versions,
        };
        self.objects.insert(place, object);
    }
}

fn site(next: &Next) -> Option<&str> {
    match next {
        Next::Ask(ask) => Some(&ask.request.site),
        Next::Look(request) => Some(&request.site),
        Next::Wait { site, .. } => Some(site),
        Next::Write(_) => None,
    }
}
