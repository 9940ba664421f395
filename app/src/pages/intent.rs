//! One intent, whole.

use intent::{CloudName, IntentPage, IntentRow, Live, SiteStatus, Stage};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    api::{
        drafts::EditIntent,
        reviews::{intent, page as address},
        rollouts::WithdrawIntent,
    },
    live::{self, ear},
    parts::{
        differs::Differs,
        loaded::{cloud_named, loaded},
        person::Person,
        plain::Plain,
        revision_rows::{Of, RevisionRows},
        stage,
        stands::{changed, differs},
        status::StatusMark,
        submit::{Submit, error_of, go_on_when_done},
        time::Moment,
        trouble::Trouble,
    },
};

/// Shows what an intent says, and every revision of it.
#[component]
pub(crate) fn Intent() -> impl IntoView {
    let params = use_params_map();
    let papers = ear().papers;
    let page = Resource::new_blocking(
        move || {
            let address = params.with(|params| (params.get("cloud"), params.get("intent")));
            (address, papers.get())
        },
        |((cloud, name), _)| async move { intent(cloud_named(cloud)?, name.unwrap_or_default()).await },
    );
    loaded(page, |page| view! { <Shown page/> }.into_any())
}

#[component]
fn Shown(page: IntentPage) -> impl IntoView {
    let row = page.row.clone();
    let second = sentence(&row);
    let revision = format!("/c/{}/revisions/{}", page.cloud, row.revision);
    view! {
        <Title text=format!("{} · Assent", row.name)/>
        <header class="head">
            <h1>
                <strong><Plain text=row.says/></strong>
                " "
                <a href=revision>{format!("Revision {}", row.revision)}</a>
                {second}
            </h1>
            <p class="context">
                <span>{row.name.to_string()}", "{row.kind}</span>
                <span>{format!("Version {}", row.version)}</span>
                <span>"Changed by "<Person name=row.by.to_string()/>", "<Moment at=row.at/></span>
            </p>
            <Change page=page.clone()/>
        </header>
        <Standing cloud=page.cloud.clone() row=page.row.clone() page=page.live.clone()/>
        <Differs cloud=page.cloud.clone() name=page.row.name.to_string()/>
        <section class="section" aria-labelledby="revisions">
            <header><h2 id="revisions">"Revisions"</h2></header>
            <RevisionRows cloud=page.cloud.clone() rows=page.revisions.clone() of=Of::Intent/>
        </section>
        <GoBack page=page.clone()/>
        <Withdraw page/>
    }
}

/// How it stands on each site, as it changes.
#[component]
fn Standing(cloud: CloudName, row: IntentRow, page: Live) -> impl IntoView {
    let stands = live::intent(ear().over(&cloud, page), row.name);
    let site = |(name, standing): (String, SiteStatus)| {
        view! {
            <li>
                <a class="name" href="/settings/clouds">{name}</a>
                " "
                <StatusMark status=standing.status/>
                <small>{differs(&standing)}", since "<Moment at=standing.since/></small>
            </li>
        }
    };
    let show = move || match stands.get() {
        Some(stands) => view! {
            <ul class="site-list stands">{stands.sites.into_iter().map(site).collect_view()}</ul>
        }
        .into_any(),
        None => view! {
            <p class="quiet">"It stands on no site now: nothing of it is rolled out."</p>
        }
        .into_any(),
    };
    view! {
        <section class="section" aria-labelledby="stands">
            <header><h2 id="stands">"On its sites"</h2></header>
            <div class:changed=changed(stands)>{show}</div>
        </section>
    }
}

/// Leads to the earlier revisions to which whoever is looking can roll back; there stands what that would change.
#[component]
fn GoBack(page: IntentPage) -> impl IntoView {
    let cloud = page.cloud;
    (!page.can_roll_back.is_empty()).then(|| view! {
        <section class="section" aria-labelledby="back">
            <header><h2 id="back">"Roll back"</h2></header>
            <p class="rule">
                "These were in force before. The approvals that they had still count; what would change is shown first."
            </p>
            <p class="actions">
                {page.can_roll_back.into_iter().map(|number| view! {
                    <a class="button" href=address(&cloud, number)>{format!("Look at revision {number} to roll back")}</a>
                }).collect_view()}
            </p>
        </section>
    })
}

/// Submits a revision that removes what the intent made; says so before.
#[component]
fn Withdraw(page: IntentPage) -> impl IntoView {
    let withdraw = ServerAction::<WithdrawIntent>::new();
    go_on_when_done(withdraw);
    let name = page.row.name.to_string();
    let form = match page.can_withdraw {
        Ok(says) => view! {
            <p class="rule">{says}</p>
            <ActionForm action=withdraw attr:class="actions">
                <input type="hidden" name="cloud" value=page.cloud.to_string()/>
                <input type="hidden" name="name" value=name.clone()/>
                <Submit label=format!("Withdraw {name}") waiting=withdraw.pending()/>
            </ActionForm>
            <Trouble error=error_of(withdraw)/>
        }
        .into_any(),
        Err(why) => view! { <p class="reason">{why}</p> }.into_any(),
    };
    // Whoever writes nothing here was told so above.
    page.readonly.is_none().then(|| {
        view! {
            <section class="section" aria-labelledby="withdraw">
                <header><h2 id="withdraw">"Withdraw"</h2></header>
                {form}
            </section>
        }
    })
}

/// What follows the link to the latest revision.
fn sentence(row: &IntentRow) -> String {
    let stage = stage::words(&row.stage);
    let stage = match row.stage {
        Stage::Withdrawn => "withdrew it; nothing of it is left".into(),
        _ => format!("is {stage}"),
    };
    match row.draft {
        Some(_) => format!(" {stage}; a draft goes on from it."),
        None => format!(" {stage}."),
    }
}

/// Leads to the draft by which the intent is changed.
#[component]
fn Change(page: IntentPage) -> impl IntoView {
    let edit = ServerAction::<EditIntent>::new();
    go_on_when_done(edit);
    let draft = page
        .row
        .draft
        .map(|draft| format!("/c/{}/drafts/{draft}", page.cloud));
    match (draft, page.readonly) {
        (Some(href), _) => view! {
            <p class="actions"><a class="button" href=href>"Open the draft"</a></p>
        }
        .into_any(),
        (None, Some(why)) => view! { <p class="reason">{why}</p> }.into_any(),
        (None, None) => view! {
            <ActionForm action=edit attr:class="actions">
                <input type="hidden" name="cloud" value=page.cloud.to_string()/>
                <input type="hidden" name="name" value=page.row.name.to_string()/>
                <Submit label=format!("Edit {}", page.row.name) waiting=edit.pending()/>
            </ActionForm>
            <Trouble error=error_of(edit)/>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use intent::{DraftId, IntentName, PersonName, RevisionNumber};
    use mesh::Time;

    use super::*;

    #[test]
    fn the_sentence_says_how_far_it_has_come_and_whether_it_is_being_changed() {
        let row = IntentRow {
            name: IntentName::read("reviews-mtls").unwrap(),
            kind: "Mutual TLS".into(),
            says: String::new(),
            version: 1,
            revision: RevisionNumber(2),
            stage: Stage::InReview,
            draft: None,
            by: PersonName::known("ada"),
            at: Time(0),
        };
        assert_eq!(sentence(&row), " is in review.");
        let withdrawn = IntentRow {
            stage: Stage::Withdrawn,
            ..row.clone()
        };
        assert_eq!(sentence(&withdrawn), " withdrew it; nothing of it is left.");
        let draft = Some(DraftId(1));
        assert_eq!(
            sentence(&IntentRow { draft, ..row }),
            " is in review; a draft goes on from it."
        );
    }
}
