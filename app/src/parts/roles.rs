//! Roles: those that somebody has, and those to choose from.

use std::collections::BTreeSet;

use intent::{CloudName, Grant, Role};
use leptos::prelude::*;

/// Shows roles.
#[component]
pub(crate) fn Roles(grants: BTreeSet<Grant>) -> impl IntoView {
    if grants.is_empty() {
        return view! { <span class="quiet">"no role"</span> }.into_any();
    }
    let said = |grant: &Grant| match grant {
        Grant::In(cloud, role) => format!("{role} in {cloud}"),
        Grant::Installation => Role::Administrator.to_string(),
    };
    view! {
        <div class="chips">
            {grants.iter().map(|grant| view! { <span class="chip">{said(grant)}</span> }).collect_view()}
        </div>
    }
    .into_any()
}

/// Offers the roles of each cloud, and that of the installation, as `roles[]`.
#[component]
pub(crate) fn RoleChoices(clouds: BTreeSet<CloudName>, held: BTreeSet<Grant>) -> impl IntoView {
    let groups = clouds.into_iter().map(|cloud| {
        let grants = Role::ALL
            .into_iter()
            .filter(|role| *role != Role::Administrator)
            .map(|role| (role, Grant::In(cloud.clone(), role)));
        (format!("Roles in {cloud}"), grants.collect::<Vec<_>>())
    });
    let installation = vec![(Role::Administrator, Grant::Installation)];
    groups
        .chain([("Of the whole installation".into(), installation)])
        .map(|(legend, grants)| {
            let choices = grants.into_iter().map(|(role, grant)| {
                let checked = held.contains(&grant);
                view! {
                    <label class="choice">
                        <input type="checkbox" name="roles[]" value=grant.to_string() checked=checked/>
                        <span>{role.word()}" "<span class="help">{role.does()}</span></span>
                    </label>
                }
            });
            view! {
                <fieldset class="choices">
                    <legend>{legend}</legend>
                    {choices.collect_view()}
                </fieldset>
            }
        })
        .collect_view()
}
