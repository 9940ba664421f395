//! What is not as it was applied, and how to put it back.

use intent::{CloudName, DriftSeen};
use leptos::{form::ActionForm, prelude::*};
use mesh::Action;

use super::{
    diff::Diff,
    plain::Plain,
    prove::ProveYourself,
    submit::{Submit, error_of, go_on_when_done},
    trouble::Trouble,
    words::{count, listed},
};
use crate::{
    AppError,
    api::rollouts::{RestoreIntent, drift},
    live::ear,
    visit::visit,
};

/// Shows what differs of an intent, read anew whenever that changes; nothing, where nothing does.
#[component]
pub(crate) fn Differs(cloud: CloudName, name: String) -> impl IntoView {
    let again = RwSignal::new(0_u32);
    let turns = ear().turns;
    let (of, named) = (cloud.clone(), name.clone());
    let found = Resource::new_blocking(
        move || (again.get(), turns.get()),
        move |_| drift(of.clone(), named.clone()),
    );
    // It stays where it is while what it shows is read anew, with what was said of it.
    let restore = ServerAction::<RestoreIntent>::new();
    go_on_when_done(restore);
    let error = error_of(restore);
    Effect::new(move |_| {
        if matches!(error.get(), Some(AppError::Moved(_))) {
            again.update(|times| *times += 1);
        }
    });
    let show = move || {
        let (cloud, name) = (cloud.clone(), name.clone());
        Suspend::new(async move {
            match found.await {
                Ok(found) if found.is_empty() => ().into_any(),
                Ok(found) => view! { <Found cloud name found restore/> }.into_any(),
                Err(error) => view! { <Trouble error=Some(error)/> }.into_any(),
            }
        })
    };
    view! {
        <Transition>{show}</Transition>
        <Trouble error/>
        <ProveYourself action=restore by_password=!visit().demo/>
    }
}

#[component]
fn Found(
    cloud: CloudName,
    name: String,
    found: Vec<DriftSeen>,
    restore: ServerAction<RestoreIntent>,
) -> impl IntoView {
    let found = found.into_iter().map(|one| {
        let says = sentence(&one);
        let changes = one.changes.iter().map(|change| {
            let of = format!("{} {}", change.kind, change.name);
            let tone = if change.action == Action::Create { "missing" } else { "drifted" };
            view! {
                <details class="change differs" open=true>
                    <summary><span class=format!("verb {tone}")>{verb(change.action)}</span>" "{change.kind.clone()}" "<b>{change.name.clone()}</b></summary>
                    <Diff lines=change.lines.clone() of/>
                </details>
            }
        });
        let changes = changes.collect_view();
        view! {
            <p class="rule">{says}</p>
            {changes}
            <Restore cloud=cloud.clone() name=name.clone() one restore/>
        }
    });
    view! {
        <section class="section" id="differs" aria-labelledby="differs-name">
            <header><h2 id="differs-name">"What differs"</h2></header>
            {found.collect_view()}
        </section>
    }
}

#[component]
fn Restore(
    cloud: CloudName,
    name: String,
    one: DriftSeen,
    restore: ServerAction<RestoreIntent>,
) -> impl IntoView {
    let sites = listed(&one.sites);
    match one.can_restore {
        Ok(()) => view! {
            <p class="quiet">{format!(
                "Restoring puts back what revision {} says, also in fields that others own, and removes what others \
                 added to these objects. Every step is written down, like those of a rollout.",
                one.revision
            )}</p>
            <ActionForm action=restore attr:class="actions">
                <input type="hidden" name="cloud" value=cloud.to_string()/>
                <input type="hidden" name="name" value=name/>
                <input type="hidden" name="sites" value=one.sites.join(",")/>
                <input type="hidden" name="digest" value=one.digest.as_str().to_owned()/>
                <input type="hidden" name="seen" value=one.seen.as_str().to_owned()/>
                <Submit label=format!("Restore on {sites}") look="primary" waiting=restore.pending()/>
            </ActionForm>
        }
        .into_any(),
        Err(why) => view! { <p class="reason"><Plain text=why/></p> }.into_any(),
    }
}

/// What differs, in words: "On us-east, 1 object is not as revision 3 made it."
fn sentence(one: &DriftSeen) -> String {
    let objects = count(one.changes.len(), "object");
    let is = if one.changes.len() == 1 { "is" } else { "are" };
    format!(
        "On {}, {objects} {is} not as revision {} made it. Lines with − are how it is, lines with + how it was applied.",
        listed(&one.sites),
        one.revision
    )
}

/// What happened to an object.
fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "gone",
        Action::Remove => "added",
        Action::Foreign => "replaced",
        Action::Update | Action::Keep => "changed",
    }
}

#[cfg(test)]
mod tests {
    use intent::{ChangeSeen, Digest, RevisionNumber};

    use super::*;

    #[test]
    fn the_sentence_names_sites_objects_and_the_revision() {
        let change = ChangeSeen {
            kind: "PeerAuthentication".into(),
            name: "default/reviews".into(),
            action: Action::Update,
            lines: Vec::new(),
        };
        let one = DriftSeen {
            sites: vec!["eu-west".into(), "us-east".into()],
            revision: RevisionNumber(3),
            digest: Digest::of(""),
            seen: Digest::of(""),
            changes: vec![change],
            can_restore: Ok(()),
        };
        let says = sentence(&one);
        let start = "On eu-west and us-east, 1 object is not as revision 3 made it.";
        assert!(says.starts_with(start), "{says}");
    }
}
