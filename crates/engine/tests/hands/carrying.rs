//! What is on disk when a request arrives.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use intent::{
    Ballot, RolloutNumber,
    rollout::{Direction, Note},
};
use sandbox::{Aim, Twist, WriteFault};

use crate::world::{PEER, SECOND, SITES, World, open, shop};

#[test]
fn when_a_request_arrives_its_approval_and_its_note_are_on_disk() {
    let world = World::applied();
    let copies = Arc::new(AtomicUsize::new(0));
    let to = tempfile::tempdir().unwrap();
    for site in SITES {
        let (from, to) = (world.folder.path().to_owned(), to.path().join(site));
        let copies = copies.clone();
        let copy = Twist::new(move |_| {
            let number = copies.fetch_add(1, Ordering::SeqCst);
            copy(&from, &to.join(number.to_string()));
        });
        let aim = Aim::every().in_earnest();
        world
            .site(site)
            .faults()
            .writes(aim, WriteFault::Store(copy));
    }
    world.process(async |process| process.applies("olga", SECOND).await);
    let mut seen = 0;
    for site in SITES {
        let mut copies: Vec<(usize, PathBuf)> = fs::read_dir(to.path().join(site))
            .unwrap()
            .map(|copy| copy.unwrap().path())
            .map(|path| {
                (
                    path.file_name().unwrap().to_str().unwrap().parse().unwrap(),
                    path,
                )
            })
            .collect();
        copies.sort();
        for (step, (_, folder)) in copies.iter().enumerate() {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let store = open(folder).await;
                let votes = store.votes(&shop(), SECOND).await.unwrap();
                assert!(votes.iter().any(|vote| vote.ballot == Ballot::Approve));
                let number = RolloutNumber(2);
                let (_, notes) = store.rollout(&shop(), number).await.unwrap();
                let mut own = notes.iter().filter_map(|noted| match &noted.note {
                    note @ Note::Asked(request) if request.site == site => Some((note, request)),
                    _ => None,
                });
                let (_, request) = own.next_back().unwrap();
                assert_eq!(
                    (request.step, request.direction),
                    (step, Direction::Forward)
                );
            });
            seen += 1;
        }
    }
    // A removal stores nothing that could be twisted.
    assert_eq!(seen, 4);
    assert!(world.eu.object(PEER.as_str(), "default", "three").is_some());
}

/// Copies what of a data folder is on disk.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for file in ["assent.db", "assent.db-wal"] {
        fs::copy(from.join(file), to.join(file)).unwrap();
    }
}
