//! Works things out beside the threads that answer, a few at a time.

use std::sync::Arc;

use cluster::{Site, View};
use intent::Facts;
use tokio::sync::Semaphore;

use crate::{Engine, Error, Result, scene::Scene};

/// So much is worked out at once: other requests are answered meanwhile.
const AT_ONCE: usize = 2;

/// Where things are worked out.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Semaphore>);

impl Default for Desk {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Desk {
    /// Works something out. It is done to its end, even if whoever asked is gone.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let turn = self.0.clone().acquire_owned().await;
        let turn = turn.expect("the desk is never closed");
        let worked = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        worked
            .await
            .map_err(|died| Error::Unavailable(format!("this could not be worked out: {died}")))
    }
}

impl Engine {
    /// Works something out about a cloud as it is seen, by the facts of its sites.
    pub(crate) async fn work_out<T: Send + 'static>(
        &self,
        scene: &Scene<'_>,
        work: impl FnOnce(&Scene<'_>, &[Arc<Facts>]) -> T + Send + 'static,
    ) -> Result<T> {
        let (engine, cloud) = (self.clone(), scene.cloud.clone());
        let views: Vec<Arc<View>> = scene.sites.iter().map(|(_, view)| view.clone()).collect();
        let work = move || {
            let mut sites: Vec<&Site> = cloud.sites.iter().collect();
            sites.sort_by(|one, other| one.name.cmp(&other.name));
            let scene = Scene {
                cloud: &cloud,
                sites: sites.into_iter().zip(views).collect(),
            };
            let facts = engine.facts(&scene);
            work(&scene, &facts)
        };
        self.desk.work(work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whatever_takes_long_keeps_nobody_else_waiting() {
        let (tell, told) = std::sync::mpsc::channel();
        let desk = Desk::default();
        let long = desk.work(move || told.recv().unwrap());
        let other = async { tell.send("done").unwrap() };
        let (worked, ()) = tokio::join!(long, other);
        assert_eq!(worked.unwrap(), "done");
    }

    #[tokio::test]
    async fn no_more_is_worked_out_at_once_than_there_are_places() {
        let desk = Desk::default();
        let turns = desk.0.clone().acquire_many_owned(AT_ONCE as u32).await;
        let mut waiting = Box::pin(desk.work(|| 1));
        assert!(futures::poll!(&mut waiting).is_pending());
        tokio::task::yield_now().await;
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(turns);
        assert_eq!(waiting.await.unwrap(), 1);
    }

    #[tokio::test]
    async fn what_breaks_gives_its_place_back() {
        let desk = Desk::default();
        for _ in 0..=AT_ONCE {
            let broken = desk.work(|| -> () { panic!("this breaks") }).await;
            assert!(matches!(broken, Err(Error::Unavailable(_))), "{broken:?}");
        }
    }
}
