//! The socket on which an open page follows its cloud.
//!
//! Nothing that arrives on it changes anything. Whoever follows is asked for anew whenever somebody's rights or
//! sessions change, so a socket outlives its session by less than two seconds.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Extension,
    extract::{
        Path, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, rejection::WebSocketUpgradeRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::{Engine, Latest, session_key};
use intent::{Actor, Closing, CloudName, Frame, Live, PersonId, Role};
use tokio::{
    sync::watch,
    time::{Instant, interval_at, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;
use tower_sessions::Session;

/// Where pages follow.
pub(crate) const PATH: &str = "/live/{cloud}";

/// How often a page is told that nothing changed, and asked whether it is there.
const BEAT: Duration = Duration::from_secs(20);
/// How often looking at a page counts as activity of its session.
const LOOKS: Duration = Duration::from_secs(60);
/// How long a page may take to read what it is sent.
const READS: Duration = Duration::from_secs(10);
/// Rights are read no more often than this.
const ASKS: Duration = Duration::from_millis(500);
/// So many pages of one person are followed at once.
const PAGES: usize = 5;
/// So much may arrive at once, in bytes, and so often within a second.
const LARGEST: usize = 4096;
const OFTEN: u32 = 10;

/// Who follows, and what they follow. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sockets {
    engine: Engine,
    /// Cancelled when the process is about to stop.
    stopping: CancellationToken,
    open: Arc<Mutex<BTreeMap<PersonId, VecDeque<Place>>>>,
    numbers: Arc<AtomicU64>,
}

/// The place of a socket among those of its person.
#[derive(Clone)]
struct Place {
    number: u64,
    replaced: CancellationToken,
}

/// Gives a place back.
struct Seat {
    sockets: Sockets,
    person: PersonId,
    place: Place,
}

impl Sockets {
    pub(crate) fn new(engine: Engine, stopping: CancellationToken) -> Self {
        Self {
            engine,
            stopping,
            open: Arc::default(),
            numbers: Arc::default(),
        }
    }

    /// Takes a place; the oldest of this person makes room.
    fn sit(&self, person: PersonId) -> Seat {
        let place = Place {
            number: self.numbers.fetch_add(1, Ordering::Relaxed),
            replaced: CancellationToken::new(),
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let places = open.entry(person).or_default();
        places.push_back(place.clone());
        if places.len() > PAGES
            && let Some(oldest) = places.pop_front()
        {
            oldest.replaced.cancel();
        }
        metrics::gauge!("assent_live_sockets").increment(1.0);
        Seat {
            sockets: self.clone(),
            person,
            place,
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        metrics::gauge!("assent_live_sockets").decrement(1.0);
        let open = &self.sockets.open;
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = open.get_mut(&self.person) {
            places.retain(|place| place.number != self.place.number);
            if places.is_empty() {
                open.remove(&self.person);
            }
        }
    }
}

/// Lets a page follow its cloud.
pub(crate) async fn follow(
    State(sockets): State<Sockets>,
    Path(cloud): Path<String>,
    Extension(actor): Extension<Actor>,
    session: Session,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let cloud = CloudName::read(&cloud).ok();
    let cloud = cloud.filter(|cloud| actor.is(Role::Viewer, cloud));
    let states = cloud.and_then(|cloud| Some((sockets.engine.live(&cloud).ok()?, cloud)));
    let Some((states, cloud)) = states else {
        return (StatusCode::NOT_FOUND, "There is no such cloud.").into_response();
    };
    let (Ok(upgrade), Some(id)) = (upgrade, session.id()) else {
        return (StatusCode::UPGRADE_REQUIRED, "This is for WebSockets only.").into_response();
    };
    let follower = Follower {
        seat: sockets.sit(actor.person),
        session: session_key(id.0),
        cloud,
        states,
    };
    upgrade
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_write_buffer_size(64 << 10)
        .max_message_size(LARGEST)
        .max_frame_size(LARGEST)
        .on_upgrade(async move |socket| follower.follow(socket).await)
}

/// One page that follows.
struct Follower {
    seat: Seat,
    session: [u8; 32],
    cloud: CloudName,
    states: watch::Receiver<Arc<Latest>>,
}

/// Why a page is not sent anything any more.
enum Over {
    Told(Closing),
    Gone,
}

impl Follower {
    async fn follow(mut self, mut socket: WebSocket) {
        if let Err(Over::Told(closing)) = self.talk(&mut socket).await {
            let frame = CloseFrame {
                code: closing.code(),
                reason: "".into(),
            };
            // Whoever does not read does not hear this either.
            let close = socket.send(Message::Close(Some(frame)));
            let _ = timeout(Duration::from_secs(1), close).await;
        }
    }

    async fn talk(&mut self, socket: &mut WebSocket) -> Result<(), Over> {
        let sockets = self.seat.sockets.clone();
        let replaced = self.seat.place.replaced.clone();
        let mut people = sockets.engine.people_changed();
        let mut beats = interval_at(Instant::now() + BEAT, BEAT);
        let mut looks = interval_at(Instant::now() + LOOKS, LOOKS);
        let mut ends = self.may().await?;
        let mut asked = Instant::now();
        let mut heard = Heard::default();
        let mut sent = self.tell(socket, None).await?;
        loop {
            let news = async {
                sleep_until(asked + ASKS).await;
                people.changed().await.is_ok()
            };
            tokio::select! {
                () = sockets.stopping.cancelled() => return Err(Over::Told(Closing::Leaving)),
                () = replaced.cancelled() => return Err(Over::Told(Closing::Replaced)),
                true = news => {
                    asked = Instant::now();
                    ends = self.may().await?;
                }
                () = sleep_until(ends) => ends = self.may().await?,
                Ok(()) = self.states.changed() => sent = self.tell(socket, Some(sent)).await?,
                _ = beats.tick() => {
                    heard.is_asked()?;
                    let beat = Frame::Beat(sockets.engine.now());
                    send(socket, Message::Ping("".into())).await?;
                    send(socket, text(&beat)).await?;
                }
                _ = looks.tick() => {
                    if let Err(error) = sockets.engine.is_looking(&self.session).await {
                        tracing::warn!(%error, "that somebody looks could not be written down");
                    }
                }
                message = socket.recv() => heard.hear(message)?,
            }
        }
    }

    /// Until when whoever follows may go on.
    async fn may(&self) -> Result<Instant, Over> {
        let engine = &self.seat.sockets.engine;
        match engine.may_follow(&self.session, &self.cloud).await {
            Ok(Ok(until)) => {
                let left = until.since(engine.now()).max(0);
                Ok(Instant::now() + Duration::from_millis(left.unsigned_abs()))
            }
            Ok(Err(closing)) => Err(Over::Told(closing)),
            Err(error) => {
                tracing::error!(%error, "whether somebody may follow could not be read");
                Err(Over::Told(Closing::Leaving))
            }
        }
    }

    /// Sends the latest state: what leads to it, where the one before was sent, else all of it. Answers its number.
    async fn tell(&mut self, socket: &mut WebSocket, sent: Option<u64>) -> Result<u64, Over> {
        let latest = self.states.borrow_and_update().clone();
        let seq = latest.live.seq;
        let message = match sent {
            Some(sent) if sent == seq => return Ok(seq),
            Some(sent) if sent + 1 == seq => Message::Text(latest.frame.as_ref().into()),
            _ => text(&Frame::Live(Live::clone(&latest.live))),
        };
        send(socket, message).await?;
        Ok(seq)
    }
}

fn text(frame: &Frame) -> Message {
    // Names are text, so this cannot fail.
    let text = serde_json::to_string(frame).unwrap_or_default();
    Message::Text(text.into())
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Over> {
    match timeout(READS, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Over::Gone),
        Err(_) => Err(Over::Told(Closing::Slow)),
    }
}

/// What arrived.
#[derive(Default)]
struct Heard {
    /// Whether an answer to the last ping is waited for.
    waits: bool,
    /// When the last second began in which something was counted, and how much.
    second: Option<Instant>,
    count: u32,
}

impl Heard {
    /// Counts what arrives; none of it is for anything.
    fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), Over> {
        match message {
            Some(Ok(Message::Close(_))) | None => return Err(Over::Gone),
            // Too long, or nothing that this protocol knows.
            Some(Err(_)) => return Err(Over::Told(Closing::Loud)),
            Some(Ok(Message::Pong(_))) => self.waits = false,
            Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_))) => {}
        }
        let now = Instant::now();
        let is_of_it = |began: Instant| now.duration_since(began) < Duration::from_secs(1);
        if !self.second.is_some_and(is_of_it) {
            (self.second, self.count) = (Some(now), 0);
        }
        self.count += 1;
        if self.count > OFTEN {
            return Err(Over::Told(Closing::Loud));
        }
        Ok(())
    }

    /// Notices that it is asked whether it is there; whoever did not answer the last time is not.
    fn is_asked(&mut self) -> Result<(), Over> {
        if std::mem::replace(&mut self.waits, true) {
            return Err(Over::Gone);
        }
        Ok(())
    }
}
