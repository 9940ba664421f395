//! What the clusters answered.

use intent::{AnswerSeen, rollout::Direction};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::{
    icon::{Icon, Sign},
    matrix::Resource,
    plain::Plain,
    time::{Clock, length},
};

/// So many are shown before somebody asks for all.
const FIRST: usize = 10;

/// Lists answers, the latest first.
#[component]
pub(crate) fn Answers(answers: Vec<AnswerSeen>) -> impl IntoView {
    if answers.is_empty() {
        return view! { <p class="quiet">"No request was sent."</p> }.into_any();
    }
    let (query, path) = (use_query_map(), use_location().pathname.get_untracked());
    let all = Memo::new(move |_| query.with(|query| query.get("answers").is_some()));
    let many = answers.len();
    let answers = StoredValue::new(answers);
    let shown = move || {
        let first = if all.get() { many } else { FIRST };
        answers.with_value(|answers| answers.iter().take(first).cloned().collect::<Vec<_>>())
    };
    let more = move || {
        (many > FIRST && !all.get()).then(|| {
            let href = format!("{path}?answers=all");
            view! { <p class="after"><a class="do" href=href>{format!("Show all {many} answers")}</a></p> }
        })
    };
    view! {
        <table class="table stacks answers">
            <thead>
                <tr>
                    <th scope="col">"UTC"</th>
                    <th scope="col">"Site"</th>
                    <th scope="col">"Resource"</th>
                    <th scope="col">"Request"</th>
                    <th scope="col">"Answer"</th>
                    <th scope="col" class="number">"Took"</th>
                </tr>
            </thead>
            <tbody>
                {move || shown().into_iter().map(|answer| view! { <Row answer/> }).collect_view()}
            </tbody>
        </table>
        {more}
    }
    .into_any()
}

#[component]
fn Row(answer: AnswerSeen) -> impl IntoView {
    let request = request(&answer);
    let took = answer.took.map(length);
    let is_long = answer.answer.as_deref().is_some_and(|says| !is_well(says));
    let whole = is_long.then_some("whole");
    let said = match answer.answer {
        None => view! { <span class="quiet">"waiting"</span> }.into_any(),
        Some(says) if is_well(&says) => view! { <Plain text=says/> }.into_any(),
        Some(says) => view! {
            <span class="verdict no"><Icon sign=Sign::Failed/><span><Plain text=says/></span></span>
        }
        .into_any(),
    };
    view! {
        <tr>
            <td data-label="UTC"><Clock at=answer.at/></td>
            <td data-label="Site">{answer.site}</td>
            <td class="whole"><Resource key=answer.key/></td>
            <td data-label="Request">{request}</td>
            <td data-label="Answer" class=whole>{said}</td>
            <td data-label=took.is_some().then_some("Took") class="number quiet">{took.clone()}</td>
        </tr>
    }
}

/// What was asked, as somebody would say it.
fn request(answer: &AnswerSeen) -> String {
    match (answer.direction, answer.request.as_str()) {
        (Direction::Back, "apply") => "put back".into(),
        (Direction::Back, "remove") => "remove again".into(),
        (_, request) => request.into(),
    }
}

/// Says whether an answer is one that was hoped for.
fn is_well(answer: &str) -> bool {
    ["was applied", "was removed", "is as it "]
        .iter()
        .any(|well| answer.starts_with(well))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_answer_that_was_hoped_for_is_plain() {
        for well in [
            "was applied",
            "was removed",
            "is as it should be",
            "is as it was",
        ] {
            assert!(is_well(well), "{well}");
        }
        for other in [
            "was refused: quota exceeded",
            "is otherwise",
            "could not be read: gone",
        ] {
            assert!(!is_well(other), "{other}");
        }
    }
}
