//! What was done.

use intent::{CloudName, HistoryPage};
use leptos::prelude::*;

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::session::{actor, engine};

/// What was done in a cloud, or in the whole installation, before a number.
#[server(endpoint = "history")]
pub async fn history(
    #[server(default)] cloud: Option<CloudName>,
    #[server(default)] before: Option<i64>,
) -> Result<HistoryPage, AppError> {
    Ok(engine().history(&actor()?, cloud.as_ref(), before).await?)
}
