//! Moments, as people read them.

use leptos::prelude::*;
use mesh::Time;

/// What the clock of the browser says; nothing on the server and before the page woke, so that both
/// render the same.
#[derive(Clone, Copy)]
struct Now(RwSignal<Option<Time>>);

/// Starts the clock by which ages are shown.
pub(crate) fn provide_now() {
    let now = RwSignal::new(None);
    provide_context(Now(now));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let tell = move || now.set(Some(Time(js_sys::Date::now() as i64)));
        tell();
        if let Ok(ticking) = set_interval_with_handle(tell, std::time::Duration::from_secs(5)) {
            on_cleanup(move || ticking.clear());
        }
    });
}

/// What the clock of the browser says, every five seconds; nothing on the server and before the page woke.
pub(crate) fn tick() -> RwSignal<Option<Time>> {
    expect_context::<Now>().0
}

/// Shows a moment: how long ago, once the page is awake; in UTC until then. The absolute time, in UTC and
/// local, is there on hover and for screen readers.
#[component]
pub(crate) fn Moment(at: Time) -> impl IntoView {
    let now = expect_context::<Now>().0;
    let utc = utc(at);
    let title = {
        let utc = utc.clone();
        move || match now.get() {
            Some(_) => format!("{utc}, {} local", local(at)),
            None => utc.clone(),
        }
    };
    let text = move || match now.get() {
        Some(now) => ago(now.0 - at.0),
        None => utc.clone(),
    };
    view! { <time datetime=at.to_string() title=title>{text}</time> }
}

/// Shows the time of a moment within its day, in UTC: "22:31:05". The day and the local time are there on hover.
#[component]
pub(crate) fn Clock(at: Time) -> impl IntoView {
    let now = expect_context::<Now>().0;
    let utc = utc(at);
    let text = at.to_string();
    let clock = text.get(11..19).unwrap_or_default().to_owned();
    let title = move || match now.get() {
        Some(_) => format!("{utc}, {} local", local(at)),
        None => utc.clone(),
    };
    view! { <time datetime=text title=title>{clock}</time> }
}

/// A length of time in words: "82 ms", "4 s", "2 min 5 s".
pub(crate) fn length(milliseconds: i64) -> String {
    match milliseconds.max(0) {
        ms @ ..1_000 => format!("{ms} ms"),
        ms @ 1_000..60_000 => format!("{} s", ms / 1_000),
        ms => format!("{} min {} s", ms / 60_000, ms / 1_000 % 60),
    }
}

/// What the clock of the browser says; nothing on the server.
#[cfg(feature = "hydrate")]
pub(crate) fn clock() -> Option<Time> {
    Some(Time(js_sys::Date::now() as i64))
}

/// What the clock of the browser says; nothing on the server.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn clock() -> Option<Time> {
    None
}

/// A moment in UTC, to the second: "24 Nov 2026 22:31:05 UTC".
fn utc(at: Time) -> String {
    let text = at.to_string();
    let month = match text.get(5..7) {
        Some("01") => "Jan",
        Some("02") => "Feb",
        Some("03") => "Mar",
        Some("04") => "Apr",
        Some("05") => "May",
        Some("06") => "Jun",
        Some("07") => "Jul",
        Some("08") => "Aug",
        Some("09") => "Sep",
        Some("10") => "Oct",
        Some("11") => "Nov",
        _ => "Dec",
    };
    match (text.get(..4), text.get(8..10), text.get(11..19)) {
        (Some(year), Some(day), Some(clock)) => {
            format!("{} {month} {year} {clock} UTC", day.trim_start_matches('0'))
        }
        _ => text,
    }
}

/// The day of a moment in UTC: "24 Nov 2026".
pub(crate) fn day(at: Time) -> String {
    let utc = utc(at);
    let words: Vec<&str> = utc.split(' ').take(3).collect();
    words.join(" ")
}

#[cfg(feature = "hydrate")]
fn local(at: Time) -> String {
    let date = js_sys::Date::new(&(at.0 as f64).into());
    format!(
        "{:02}:{:02}:{:02}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds()
    )
}

#[cfg(not(feature = "hydrate"))]
fn local(_: Time) -> String {
    String::new()
}

/// An age in words, rounded down: "just now", "5 min ago", "3 d ago"; what is to come, "in 5 min".
pub(crate) fn ago(milliseconds: i64) -> String {
    let seconds = milliseconds / 1000;
    let length = match seconds.abs() {
        ..10 => return "just now".into(),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds @ 60..3_600 => format!("{} min", seconds / 60),
        seconds @ 3_600..86_400 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", seconds / 86_400),
    };
    if seconds < 0 {
        format!("in {length}")
    } else {
        format!("{length} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_its_unit() {
        let ages = [
            0,
            9_999,
            12_000,
            61_000,
            3_600_000,
            200_000_000,
            -86_399_000,
        ]
        .map(ago);
        let read = [
            "just now",
            "just now",
            "12 s ago",
            "1 min ago",
            "1 h ago",
            "2 d ago",
            "in 23 h",
        ];
        assert_eq!(ages, read);
    }

    #[test]
    fn a_length_has_its_units() {
        let lengths = [-1, 82, 4_999, 125_000].map(length);
        assert_eq!(lengths, ["0 ms", "82 ms", "4 s", "2 min 5 s"]);
    }

    #[test]
    fn a_moment_reads_in_utc() {
        assert_eq!(utc(Time(1_796_000_000_000)), "30 Nov 2026 00:53:20 UTC");
        assert_eq!(utc(Time(0)), "1 Jan 1970 00:00:00 UTC");
        assert_eq!(day(Time(1_796_000_000_000)), "30 Nov 2026");
    }
}
