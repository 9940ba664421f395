//! Changes that wait for a second administrator.

use intent::{Deed, People, Proposal, Refusal, consent};
use leptos::{form::ActionForm, prelude::*};

use super::{prove::ProveYourself, submit::error_of, time::Moment, trouble::Trouble};
use crate::api::people::DecideProposal;

/// Lists what waits: what would change, who proposed it, and what whoever is here can do about it.
#[component]
pub(crate) fn Proposals(
    people: StoredValue<People>,
    decide: ServerAction<DecideProposal>,
) -> impl IntoView {
    let (proposals, by_password) =
        people.with_value(|people| (people.proposals.clone(), people.by_password));
    if proposals.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="section" aria-labelledby="waiting">
            <header><h2 id="waiting">"Waiting for consent"</h2></header>
            <table class="table stacks">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Now"</th>
                        <th scope="col">"After"</th>
                        <th scope="col">"Proposed"</th>
                        <th scope="col"><span class="spoken">"What can be done"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {proposals.into_iter().map(|proposal| view! { <Row proposal people decide/> }).collect_view()}
                </tbody>
            </table>
            <Trouble error=error_of(decide)/>
            <ProveYourself action=decide by_password/>
        </section>
    }
    .into_any()
}

#[component]
fn Row(
    proposal: Proposal,
    people: StoredValue<People>,
    decide: ServerAction<DecideProposal>,
) -> impl IntoView {
    let change = &proposal.change;
    let may = |deed| {
        people.with_value(|people| {
            let now = people.standing(change.person);
            consent(deed, people.me, change, &people.administrators(), &now)
        })
    };
    let accept = may(Deed::Accept(proposal.by));
    let decline = may(Deed::Decline(proposal.by));
    let takes_back = accept == Err(Refusal::OwnProposal);
    let says = accept.err().map(|why| match why {
        Refusal::OwnProposal => "You proposed it; another administrator decides.".to_owned(),
        Refusal::Moved => "Void: things have changed since.".to_owned(),
        why => why.to_string(),
    });
    let no = if takes_back { "Take back" } else { "Decline" };
    let name = change.name.to_string();
    let buttons = decline.is_ok().then(|| view! {
        <ActionForm action=decide>
            <input type="hidden" name="proposal" value=proposal.id.0/>
            {accept.is_ok().then(|| view! {
                <button type="submit" class="button small" name="decision" value="accept">"Accept"</button>
                " "
            })}
            <button type="submit" class="button small" name="decision" value="decline">{no}</button>
        </ActionForm>
    });
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label="Now">{change.from()}</td>
            <td data-label="After">{change.to()}</td>
            <td class="whole">
                {proposal.by_name.to_string()}", "<Moment at=proposal.at/>
                {says.map(|says| view! { <p class="reason">{says}</p> })}
            </td>
            <td class="number">{buttons}</td>
        </tr>
    }
}
