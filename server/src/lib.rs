//! The process: starts, joins, stops.
//!
//! ```text
//!   config ▶ start ▶ router ─┬─ headers    on every answer
//!                            ├─ guard      which requests are answered at all
//!                            ├─ door       who is asking, and may they?
//!                            └─ pages, server functions, live, demo, assets, health
//! ```

mod assets;
mod clouds;
mod config;
mod demo;
mod door;
mod guard;
mod headers;
mod health;
mod live;
mod peer;
mod public;
mod reports;
mod requests;
mod router;
mod start;

pub use config::{Command, Config, Settings};
pub use demo::Hands;
pub use health::Health;
pub use peer::Peer;
pub use public::Public;
pub use router::{PLAIN, pages, router};
pub use start::{Failed, serve};
