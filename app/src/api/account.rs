//! What people keep of their own.

use leptos::prelude::*;
use mesh::Time;
use serde::{Deserialize, Serialize};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::session::{actor, engine, go, leave, session};

/// One of my sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MySession {
    /// What names it without opening it, in hexadecimal.
    pub key: String,
    /// When I signed in.
    pub began: Time,
    /// When it was last used, to the minute.
    pub seen: Time,
    /// What the browser calls itself, in short.
    pub browser: String,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// What is mine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    /// Whether I sign in by a password.
    pub has_password: bool,
    /// My open sessions, this one first.
    pub sessions: Vec<MySession>,
}

/// My account.
#[server(endpoint = "my_account")]
pub async fn my_account() -> Result<Mine, AppError> {
    let (actor, here) = (actor()?, here()?);
    let mut sessions: Vec<MySession> = engine()
        .my_sessions(&actor)
        .await?
        .into_iter()
        .map(|session| MySession {
            here: session.key == here,
            key: hex(&session.key),
            began: session.began,
            seen: session.seen,
            browser: browser(&session.agent),
        })
        .collect();
    sessions.sort_by_key(|session| !session.here);
    Ok(Mine {
        has_password: engine().has_password(&actor).await?,
        sessions,
    })
}

/// Ends one of my sessions.
#[server(endpoint = "end_session")]
pub async fn end_session(key: String) -> Result<(), AppError> {
    let key = unhex(&key).ok_or_else(|| crate::session::refuse(AppError::NotFound))?;
    Ok(engine().end_session(&actor()?, &key).await?)
}

/// Ends all my sessions; answers where to go.
#[server(endpoint = "sign_out_everywhere")]
pub async fn sign_out_everywhere() -> Result<String, AppError> {
    engine().sign_out_everywhere(&actor()?).await?;
    leave().await?;
    go("/sign-in".into())
}

/// Puts a new password in the place of mine; answers with the page that says so.
#[server(endpoint = "change_password")]
pub async fn change_password(
    current: String,
    new: String,
    again: String,
) -> Result<String, AppError> {
    let (actor, here) = (actor()?, here()?);
    engine()
        .change_password(&actor, current, new, &again, &here)
        .await?;
    go("/settings?password=changed".into())
}

/// Remembers a theme in this browser: light, dark, or whatever the system has.
#[server(endpoint = "choose_theme")]
pub async fn choose_theme(theme: String) -> Result<(), AppError> {
    crate::session::remember_theme(crate::Theme::named(&theme));
    Ok(())
}

#[cfg(feature = "ssr")]
fn here() -> Result<Vec<u8>, AppError> {
    let id = session()?
        .id()
        .ok_or_else(|| crate::session::refuse(AppError::SignedOut))?;
    Ok(engine::session_key(id.0).to_vec())
}

#[cfg(feature = "ssr")]
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(feature = "ssr")]
fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32)
        .map(|n| u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok())
        .collect()
}

/// Names a browser and its system in a few words, from what it calls itself.
#[cfg(feature = "ssr")]
fn browser(agent: &str) -> String {
    let find = |words: &[(&str, &'static str)]| {
        words
            .iter()
            .find(|(sign, _)| agent.contains(sign))
            .map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.into(),
        (None, None) => "Unknown browser".into(),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_in_a_few_words() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome on Linux");
        assert_eq!(browser("curl/8"), "Unknown browser");
        assert_eq!(browser("<script>"), "Unknown browser");
    }

    #[test]
    fn a_key_survives_the_way_to_the_page_and_back() {
        let key: Vec<u8> = (0..32).map(|n| n * 7).collect();
        assert_eq!(unhex(&hex(&key)), Some(key));
        for wrong in ["", "zz", &"é".repeat(32), &"0".repeat(63)] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
