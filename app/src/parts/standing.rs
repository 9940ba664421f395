//! How a revision stands: who said what, and who may still say something.

use intent::{Ballot, PersonName, RevisionPage, Time, VoteSeen};
use leptos::prelude::*;

use super::{
    icon::{Icon, Sign},
    person::Person,
    plain::Plain,
    time::Moment,
};
use crate::visit::visit;

/// Lists everybody who voted or may, and says in a sentence what is needed.
#[component]
pub(crate) fn Standing(page: RevisionPage) -> impl IntoView {
    let me = visit().me.map(|me| me.name).unwrap_or_default();
    let rule = rule(&page);
    let stands = stands(&page.votes, &page.may_approve);
    view! {
        <ul class="votes">
            {stands.into_iter().map(|stand| {
                let is_me = stand.name.as_str() == me;
                view! { <Line stand is_me/> }
            }).collect_view()}
        </ul>
        <p class="rule">{rule}</p>
    }
}

/// Somebody and how they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stand {
    name: PersonName,
    says: Says,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Says {
    /// Their latest vote.
    Voted {
        ballot: Ballot,
        comment: String,
        at: Time,
        void: Option<String>,
    },
    /// Nothing yet, though they may.
    Nothing,
}

/// The latest vote of each, the first first, and then those who may approve and said nothing yet.
fn stands(votes: &[VoteSeen], may: &[PersonName]) -> Vec<Stand> {
    let is_latest = |at: usize, vote: &VoteSeen| {
        let later = votes.iter().skip(at + 1);
        later.into_iter().all(|other| other.by != vote.by)
    };
    let voted = votes
        .iter()
        .enumerate()
        .filter(|(at, vote)| is_latest(*at, vote))
        .map(|(_, vote)| Stand {
            name: vote.by.clone(),
            says: Says::Voted {
                ballot: vote.ballot,
                comment: vote.comment.clone(),
                at: vote.at,
                void: vote.void.clone(),
            },
        });
    let silent = may
        .iter()
        .filter(|name| votes.iter().all(|vote| vote.by != **name))
        .map(|name| Stand {
            name: name.clone(),
            says: Says::Nothing,
        });
    voted.chain(silent).collect()
}

/// What counts of somebody's votes now.
pub(crate) fn ballot_of(name: &str, votes: &[VoteSeen]) -> Option<Ballot> {
    let mut counting = votes.iter().rev().filter(|vote| vote.void.is_none());
    counting
        .find(|vote| vote.by.as_str() == name)
        .map(|vote| vote.ballot)
}

#[component]
fn Line(stand: Stand, is_me: bool) -> impl IntoView {
    let (verdict, more) = match stand.says {
        Says::Nothing if is_me => ("you, not yet".into_any(), ().into_any()),
        Says::Nothing => ("may approve".into_any(), ().into_any()),
        Says::Voted {
            ballot,
            comment,
            at,
            void,
        } => {
            let (tone, sign, word) = match ballot {
                Ballot::Approve => ("yes", Sign::Check, "approved"),
                Ballot::RequestChanges => ("no", Sign::Close, "wants changes"),
            };
            let tone = if void.is_some() { "none" } else { tone };
            let verdict = view! { <span class=format!("verdict {tone}")><Icon sign/>{word}</span> };
            let more = view! {
                <p><Moment at/></p>
                {void.map(|why| view! { <p>{format!("Does not count: {}", ended(&why))}</p> })}
                {(!comment.is_empty()).then(|| view! {
                    <blockquote><Plain text=comment/></blockquote>
                })}
            };
            (verdict.into_any(), more.into_any())
        }
    };
    view! {
        <li>
            <Person name=stand.name.to_string()/>
            <span class="quiet">{verdict}</span>
            {more}
        </li>
    }
}

fn ended(phrase: &str) -> String {
    if phrase.ends_with('.') {
        phrase.into()
    } else {
        format!("{phrase}.")
    }
}

/// What is needed, and what approvals bind.
fn rule(page: &RevisionPage) -> String {
    let needs = match page.row.needed {
        1 => "1 approval. It binds".to_owned(),
        needed => format!("{needed} approvals. They bind"),
    };
    let sites = match page.sites.len() {
        1 => "its site".to_owned(),
        2 => "both sites".to_owned(),
        sites => format!("all {sites} sites"),
    };
    format!(
        "{} needs {needs} this digest, {sites} and this rule; a new revision starts without any.",
        page.cloud
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(name: &str, ballot: Ballot, void: Option<&str>) -> VoteSeen {
        VoteSeen {
            by: PersonName::known(name),
            ballot,
            comment: String::new(),
            at: Time(0),
            void: void.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn the_latest_vote_of_each_stands_and_those_who_may_follow() {
        let votes = [
            vote("ben", Ballot::RequestChanges, Some("they voted again")),
            vote("cy", Ballot::Approve, None),
            vote("ben", Ballot::Approve, None),
        ];
        let may = ["ben", "dora"].map(PersonName::known);
        let stands: Vec<(String, Option<Ballot>)> = stands(&votes, &may)
            .into_iter()
            .map(|stand| match stand.says {
                Says::Voted { ballot, .. } => (stand.name.to_string(), Some(ballot)),
                Says::Nothing => (stand.name.to_string(), None),
            })
            .collect();
        assert_eq!(
            stands,
            [
                ("cy".into(), Some(Ballot::Approve)),
                ("ben".into(), Some(Ballot::Approve)),
                ("dora".into(), None)
            ]
        );
    }

    #[test]
    fn only_a_vote_that_counts_is_mine() {
        let votes = [
            vote("ben", Ballot::Approve, Some("the mesh moved since")),
            vote("cy", Ballot::RequestChanges, None),
        ];
        assert_eq!(ballot_of("ben", &votes), None);
        assert_eq!(ballot_of("cy", &votes), Some(Ballot::RequestChanges));
        assert_eq!(ballot_of("dora", &votes), None);
    }
}
