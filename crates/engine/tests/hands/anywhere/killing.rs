//! The process ends at every step, and the next one brings it to its end.

use intent::{
    RolloutNumber,
    rollout::{Note, Outcome},
};
use tokio::task::yield_now;

use crate::{
    checks::{is_whole, ledger_is_what_is_there, only_approved_bytes_were_sent},
    ground,
    world::{AFTER, BEFORE, SECOND, World, all, shop},
};

/// The rollout of the second revision.
const NUMBER: RolloutNumber = RolloutNumber(2);

/// When a process ends: as soon as so many rows were written, or so many requests arrived.
#[derive(Clone, Copy, Debug)]
enum End {
    Rows(usize),
    Requests(usize),
}

/// Begins a rollout of the second revision, ends the process, and has the next one go on; says whether it ended before
/// it was done, and how it came out.
fn ends_and_goes_on(world: &World, end: End) -> (bool, Outcome) {
    let (was_ended, at) = world.process(async |process| {
        process.rolls_out("olga", SECOND).await.unwrap();
        loop {
            let at = process.store.clock.now();
            let rows = process.store.notes_after(&shop(), NUMBER, 0).await.unwrap();
            if matches!(rows.last(), Some(noted) if matches!(noted.note, Note::Ended(_))) {
                return (false, at);
            }
            let is_reached = match end {
                End::Rows(count) => rows.len() >= count,
                End::Requests(count) => world.all_sent() >= count,
            };
            if is_reached {
                return (true, at);
            }
            yield_now().await;
        }
    });
    // Later, so that no request can be on its way any more.
    world.later(at.plus(2_000), async |process| {
        process.engine.resume().await.unwrap();
        let outcome = process.ends().await;
        ledger_is_what_is_there(world, &process.store).await;
        only_approved_bytes_were_sent(world, process).await;
        (was_ended, outcome)
    })
}

/// Ends a process at the steps there are of one sort, in a fresh world each time: at all where a world costs nothing.
fn at_every_step(end: fn(usize) -> End, world: fn() -> World, is_so: fn(&World, &Outcome)) {
    for count in (0..).step_by(ground::STRIDE) {
        let world = world();
        let (was_ended, outcome) = ends_and_goes_on(&world, end(count));
        assert!(is_whole(&outcome), "{:?} {outcome:?}", end(count));
        is_so(&world, &outcome);
        if !was_ended {
            assert!(count > 6, "{count}");
            return;
        }
    }
}

fn is_applied(world: &World, outcome: &Outcome) {
    assert_eq!(*outcome, Outcome::Applied);
    assert_eq!(world.specs(), all(&AFTER));
}

fn is_taken_back(world: &World, outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::TakenBack { .. }), "{outcome:?}");
    assert_eq!(world.specs(), all(&BEFORE));
}

/// A world in which one site refuses its second object.
fn refusing() -> World {
    let world = World::applied();
    ground::refuses(&world.us, "three");
    world
}

#[test]
fn a_rollout_is_applied_whenever_the_process_ends() {
    at_every_step(End::Rows, World::applied, is_applied);
    at_every_step(End::Requests, World::applied, is_applied);
}

#[test]
fn a_rollout_is_taken_back_whenever_the_process_ends() {
    at_every_step(End::Rows, refusing, is_taken_back);
}
