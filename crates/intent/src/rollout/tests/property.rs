use std::collections::BTreeMap;

use super::{
    world::{Faults, World},
    *,
};

const SITES: [&str; 3] = [EU, US, "us-west"];

/// Any rollout on up to three sites.
fn any_rollout(world: &mut World) -> Rollout {
    let sites = 1 + world.any(3);
    let plans: Vec<(&str, Vec<Step>)> = SITES[..sites]
        .iter()
        .map(|site| {
            let names = ["a", "b", "c", "d"];
            let steps = names[..world.any(5)].iter().map(|name| match world.any(3) {
                0 => made(name),
                1 => changed(name),
                _ => gone(name),
            });
            (*site, steps.collect())
        })
        .collect();
    rollout(&plans)
}

fn any(faults: Faults, seed: u64) -> (Rollout, World) {
    let rollout = any_rollout(&mut World::of(&rollout(&[]), faults, seed));
    let world = World::of(&rollout, faults, seed);
    (rollout, world)
}

type Place = (String, ResourceKey);

/// How the objects have to be, taken one way.
fn expected(rollout: &Rollout, direction: Direction) -> BTreeMap<Place, Manifest> {
    let of_plan = |plan: &SitePlan| -> Vec<(Place, Manifest)> {
        let steps = plan.steps.iter();
        let there = steps.filter_map(|step| Some((step, step.wanted(direction)?)));
        there
            .map(|(step, wanted)| ((plan.site.clone(), step.key.clone()), wanted.clone()))
            .collect()
    };
    rollout.plans.iter().flat_map(of_plan).collect()
}

#[test]
fn whatever_clusters_answer_all_objects_end_as_wanted_or_all_as_they_were() {
    let mut seen = BTreeMap::new();
    for seed in 0..1_500 {
        let (rollout, mut world) = any(Faults::OfClusters, seed);
        let outcome = world.carry_out(&rollout);
        *seen.entry(outcome.word()).or_insert(0) += 1;
        let direction = match &outcome {
            Outcome::Applied | Outcome::NothingToDo => Direction::Forward,
            Outcome::TakenBack { left, .. } => {
                assert_eq!(*left, [], "seed {seed}");
                Direction::Back
            }
        };
        let objects = world.objects.iter();
        let ends: BTreeMap<Place, Manifest> = objects
            .map(|(place, object)| (place.clone(), object.manifest.clone()))
            .collect();
        assert_eq!(ends, expected(&rollout, direction), "seed {seed}");

        // The ledger tells of exactly these objects, each with its uid and by whose revision it is so.
        let revision = match direction {
            Direction::Forward => RevisionNumber(2),
            Direction::Back => RevisionNumber(1),
        };
        let objects = world.objects.iter();
        let ledger: BTreeMap<Place, Owned> = objects
            .map(|(place, object)| {
                let owned = Owned {
                    site: place.0.clone(),
                    key: place.1.clone(),
                    uid: object.uid.clone(),
                    intent: IntentId(7),
                    revision,
                    spec: Digest::of(object.manifest.canonical()),
                };
                (place.clone(), owned)
            })
            .collect();
        assert_eq!(world.ledger, ledger, "seed {seed}");
    }
    for word in ["applied", "nothing_to_do", "taken_back"] {
        assert!(seen[word] > 15, "{seen:?}");
    }
}

#[test]
fn whatever_people_do_meanwhile_it_ends_and_names_what_is_not_as_it_was() {
    let mut left_some = 0;
    for seed in 0..1_500 {
        let (rollout, mut world) = any(Faults::OfPeople, seed);
        let Outcome::TakenBack { left, .. } = world.carry_out(&rollout) else {
            continue;
        };
        left_some += usize::from(!left.is_empty());
        for (plan, step) in rollout
            .plans
            .iter()
            .flat_map(|plan| plan.steps.iter().map(move |step| (plan, step)))
        {
            let place = (plan.site.clone(), step.key.clone());
            let is = world.objects.get(&place).map(|object| &object.manifest);
            let is_named = left
                .iter()
                .any(|l| (&l.site, &l.key) == (&place.0, &place.1));
            assert!(
                is == step.wanted(Direction::Back) || is_named || world.meddled.contains(&place),
                "seed {seed}: {place:?} is {is:?}"
            );
        }
    }
    assert!(left_some > 40, "{left_some}");
}
