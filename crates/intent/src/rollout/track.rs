//! What the journal says, gathered: how far each step of each site has come.

use super::{
    Direction, Note, Noted, Outcome, Remnant, Request, Rollout, Saw, Step, Turn,
    course::{Course, State},
};
use crate::Time;

/// For how long a site may not answer before everything is put back, in milliseconds.
const SILENCE: i64 = 60_000;

/// How long a site is left alone at least, and at most, that did not answer, in milliseconds.
const PAUSE: (i64, i64) = (1_000, 5_000);

/// All of a rollout.
pub(super) struct Track<'a> {
    pub(super) sites: Vec<SiteTrack<'a>>,
    /// Why it should be taken back: the first thing that went wrong.
    failed: Option<Turn>,
    /// Why it is taken back.
    pub(super) turned: Option<(Time, Turn)>,
    pub(super) ended: Option<(Time, Outcome)>,
}

/// One site of it.
pub(super) struct SiteTrack<'a> {
    pub(super) site: &'a str,
    pub(super) steps: Vec<StepTrack<'a>>,
    /// When the request was written down that was not answered yet.
    asked: Option<Time>,
    silence: Option<Silence>,
    /// Nothing is asked of the site before.
    pub(super) until: Time,
}

/// One step of it.
pub(super) struct StepTrack<'a> {
    pub(super) step: &'a Step,
    pub(super) forward: Course,
    pub(super) back: Course,
}

/// For how long a site has told nothing.
#[derive(Clone, Copy)]
struct Silence {
    since: Time,
    last: Time,
}

impl<'a> Track<'a> {
    /// Reads a journal.
    pub(super) fn of(rollout: &'a Rollout, journal: &[Noted]) -> Self {
        let sites = rollout.plans.iter().map(|plan| SiteTrack {
            site: &plan.site,
            steps: plan.steps.iter().map(StepTrack::of).collect(),
            asked: None,
            silence: None,
            until: Time(i64::MIN),
        });
        let mut track = Self {
            sites: sites.collect(),
            failed: None,
            turned: None,
            ended: None,
        };
        for noted in journal {
            track.take(noted);
        }
        track
    }

    fn take(&mut self, Noted { at, note, .. }: &Noted) {
        match note {
            Note::Turned(turn) => self.turned = Some((*at, turn.clone())),
            Note::Ended(outcome) => self.ended = Some((*at, outcome.clone())),
            Note::Asked(request) | Note::Answered(request, _) | Note::Looked(request, _) => {
                let mut sites = self.sites.iter_mut();
                let Some(site) = sites.find(|site| site.site == request.site) else {
                    return;
                };
                let failed = site.take(request, note, *at);
                self.failed = self.failed.take().or(failed);
            }
        }
    }

    /// Why it has to be taken back; none while all is well.
    pub(super) fn reason_to_turn(&self) -> Option<Turn> {
        let mut sites = self.sites.iter();
        self.failed
            .clone()
            .or_else(|| sites.find_map(SiteTrack::is_silent))
    }

    /// What is neither as it was nor surely as it is wanted.
    pub(super) fn remnants(&self) -> Vec<Remnant> {
        let of_site = |site: &SiteTrack<'_>| -> Vec<Remnant> {
            let steps = site.steps.iter();
            let left = steps.filter_map(|step| Some((step, step.left()?)));
            left.map(|(step, says)| Remnant {
                site: site.site.into(),
                key: step.step.key.clone(),
                says: says.into(),
            })
            .collect()
        };
        self.sites.iter().flat_map(of_site).collect()
    }
}

impl SiteTrack<'_> {
    /// Takes a note in; answers why everything has to be put back, if that follows.
    fn take(&mut self, request: &Request, note: &Note, at: Time) -> Option<Turn> {
        self.listen(request.direction, note, at);
        let step = self.steps.get_mut(request.step)?;
        let course = match request.direction {
            Direction::Forward => &mut step.forward,
            Direction::Back => &mut step.back,
        };
        let was_going = matches!(course.state, State::Going { .. });
        match note {
            Note::Asked(_) => course.ask(at),
            Note::Answered(_, told) => course.answer(request.direction, told, at),
            Note::Looked(_, saw) => course.look(saw, at),
            Note::Turned(_) | Note::Ended(_) => {}
        }
        if was_going && matches!(course.state, State::Going { .. }) {
            self.until = at.plus(PAUSE.0);
        }
        match (&course.state, request.direction) {
            (State::Failed(says), Direction::Forward) => Some(Turn::Failed {
                site: self.site.into(),
                key: step.step.key.clone(),
                says: says.clone(),
            }),
            _ => None,
        }
    }

    /// Notices whether the site tells anything. That an object is as it was tells nothing of a request to change it.
    fn listen(&mut self, direction: Direction, note: &Note, at: Time) {
        match note {
            Note::Asked(_) => {
                self.asked = Some(at);
                // Whoever wrote this may be gone, and the request still on its way.
                self.until = at.plus(PAUSE.0);
            }
            Note::Answered(_, told) if told.is_silence(direction) => self.is_missed(at),
            Note::Looked(_, Saw::Unknown(_)) => self.is_missed(at),
            Note::Looked(_, Saw::Untouched { .. }) => self.asked = None,
            Note::Answered(..) | Note::Looked(..) => {
                self.asked = None;
                self.silence = None;
                self.until = at;
            }
            Note::Turned(_) | Note::Ended(_) => {}
        }
    }

    fn is_missed(&mut self, at: Time) {
        let asked = self.asked.take().unwrap_or(at);
        let since = self.silence.map_or(asked, |silence| silence.since);
        self.silence = Some(Silence { since, last: at });
        let (least, most) = PAUSE;
        self.until = at.plus((at.since(since) / 10).clamp(least, most));
    }

    fn is_silent(&self) -> Option<Turn> {
        let Silence { since, last } = self.silence?;
        (last.since(since) >= SILENCE).then(|| Turn::Silent {
            site: self.site.into(),
            since,
        })
    }

    /// Since when it does not answer.
    pub(super) fn silent_since(&self) -> Option<Time> {
        self.silence.map(|silence| silence.since)
    }
}

impl<'a> StepTrack<'a> {
    fn of(step: &'a Step) -> Self {
        Self {
            step,
            forward: Course::default(),
            back: Course::default(),
        }
    }

    /// Why its object stays as it is, although it is not as it was.
    pub(super) fn left(&self) -> Option<&str> {
        match (&self.forward.state, &self.back.state) {
            (_, State::Failed(says)) => Some(says),
            (State::Failed(says), _) if self.forward.stray => Some(says),
            _ => None,
        }
    }
}
