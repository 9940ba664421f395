//! Somebody, and the form in which their roles are changed.

use intent::{Change, Deed, People, Person, Refusal, Standing, consent, takes_two};
use leptos::{form::ActionForm, prelude::*};

use super::{
    prove::ProveYourself,
    roles::{RoleChoices, Roles},
    submit::{Submit, error_of},
    time::Moment,
    trouble::Trouble,
};
use crate::api::people::{ChangeRoles, DisablePerson, EnablePerson, PAGE};

/// What can be done with somebody.
#[derive(Clone, Copy)]
pub(crate) struct PersonDeeds {
    pub(crate) change: ServerAction<ChangeRoles>,
    pub(crate) disable: ServerAction<DisablePerson>,
    pub(crate) enable: ServerAction<EnablePerson>,
}

/// A row of the table, and below it the form while it is open.
#[component]
pub(crate) fn PersonRow(
    person: Person,
    /// Everybody, since the rule counts them.
    people: StoredValue<People>,
    deeds: PersonDeeds,
    /// Whose form is open.
    open: Memo<Option<i64>>,
) -> impl IntoView {
    let id = person.id;
    let name = person.name.to_string();
    let initial = name.chars().next().map(|c| c.to_uppercase().to_string());
    let you = people
        .with_value(|people| people.me == id)
        .then_some(" (you)");
    let state = if person.standing.enabled {
        "active"
    } else {
        "disabled"
    };
    let edit = move || {
        if open.get() == Some(id.0) {
            (PAGE.to_owned(), "Close")
        } else {
            (format!("{PAGE}?edit={}", id.0), "Edit")
        }
    };
    let spoken = format!(" {name}");
    let (since, seen, grants) = (person.since, person.seen, person.standing.grants.clone());
    let person = StoredValue::new(person);
    view! {
        <tr>
            <th scope="row">
                <span class="person"><span class="initial" aria-hidden="true">{initial}</span>{name}{you}</span>
            </th>
            <td class="whole"><Roles grants/></td>
            <td data-label="Since" class="quiet"><Moment at=since/></td>
            <td data-label="Seen" class="quiet">
                {match seen {
                    Some(at) => view! { <Moment at/> }.into_any(),
                    None => "never".into_any(),
                }}
            </td>
            <td data-label="State" class:quiet=state == "active">{state}</td>
            <td class="number">
                <a class="button small" href=move || edit().0 data-noscroll="">
                    {move || edit().1}<span class="spoken">{spoken}</span>
                </a>
            </td>
        </tr>
        {move || (open.get() == Some(id.0)).then(|| view! {
            <Editing person=person.get_value() people deeds/>
        })}
    }
}

#[component]
fn Editing(person: Person, people: StoredValue<People>, deeds: PersonDeeds) -> impl IntoView {
    let PersonDeeds {
        change,
        disable,
        enable,
    } = deeds;
    let (clouds, by_password, waits) = people.with_value(|people| {
        let waits = takes_two(&people.administrators());
        (people.clouds.clone(), people.by_password, waits)
    });
    let verb = if waits { "Propose for" } else { "Save" };
    let id = person.id.0;
    let held = person.standing.grants.clone();
    let seen = held.clone().into_iter().map(|grant| {
        view! {
            <input type="hidden" name="seen[]" value=grant.to_string()/>
        }
    });
    let switched = Standing {
        enabled: !person.standing.enabled,
        ..person.standing.clone()
    };
    let refusal = people.with_value(|people| {
        let change = Change {
            person: Some(person.id),
            name: person.name.clone(),
            before: person.standing.clone(),
            after: switched,
        };
        let administrators = people.administrators();
        consent(
            Deed::Make,
            people.me,
            &change,
            &administrators,
            &person.standing,
        )
        .err()
    });
    let name = person.name.to_string();
    let word = match (waits, person.standing.enabled) {
        (true, true) => "Propose to disable",
        (true, false) => "Propose to enable",
        (false, true) => "Disable",
        (false, false) => "Enable",
    };
    let label = format!("{word} {name}");
    // Who could accept it does not depend on what is changed.
    let hint = match refusal {
        Some(why @ Refusal::NobodyToAccept) => Some(why.to_string()),
        _ => waits.then(|| "Another administrator has to accept it.".to_owned()),
    };
    let switch = match (refusal, person.standing.enabled) {
        (Some(why), _) => view! {
            <div class="actions">
                <button type="button" class="button" aria-disabled="true">{label}</button>
                <p class="reason">{why.to_string()}</p>
            </div>
        }
        .into_any(),
        (None, true) => view! {
            <ActionForm action=disable attr:class="actions">
                <input type="hidden" name="person" value=id/>
                <Submit label waiting=disable.pending()/>
                <p class="reason">"Ends their sessions at once; nothing they did is removed."</p>
            </ActionForm>
        }
        .into_any(),
        (None, false) => view! {
            <ActionForm action=enable attr:class="actions">
                <input type="hidden" name="person" value=id/>
                <Submit label waiting=enable.pending()/>
                <p class="reason">"They come in again with their old password and the roles shown here."</p>
            </ActionForm>
        }
        .into_any(),
    };
    view! {
        <tr class="editing">
            <td colspan="6">
                <ActionForm action=change attr:class="form">
                    <input type="hidden" name="person" value=id/>
                    {seen.collect_view()}
                    <RoleChoices clouds held/>
                    <Trouble error=error_of(change)/>
                    <div class="actions">
                        <Submit label=format!("{verb} {name}") look="primary" waiting=change.pending()/>
                        <a class="button plain" href=PAGE data-noscroll="">"Cancel"</a>
                        {hint.map(|hint| view! { <p class="reason">{hint}</p> })}
                    </div>
                </ActionForm>
                <ProveYourself action=change by_password/>
                {switch}
                <Trouble error=error_of(disable)/>
                <ProveYourself action=disable by_password/>
                <Trouble error=error_of(enable)/>
                <ProveYourself action=enable by_password/>
            </td>
        </tr>
    }
}
