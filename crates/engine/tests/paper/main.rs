//! Stories of people who write intents and review them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod drafting;
mod reviewing;
mod story;
mod whereabouts;
