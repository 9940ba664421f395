//! Who may come in, and what they may do.

use intent::{Deed, People as Everybody, Step, consent, takes_two};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::denied::Denied;
use crate::{
    AppError,
    api::people::{DecideProposal, Invite, PAGE, RevokeInvitation, everybody},
    parts::{
        icon::{Icon, Sign},
        invitations::{Invitations, InviteForm, NewLink},
        person_row::{PersonDeeds, PersonRow},
        proposals::Proposals,
        settings_tabs::SettingsTabs,
        trouble::Trouble,
        words::count,
    },
    visit::visit,
};

/// Everything that can be done on the page.
#[derive(Clone, Copy)]
struct Deeds {
    person: PersonDeeds,
    invite: ServerAction<Invite>,
    revoke: ServerAction<RevokeInvitation>,
    decide: ServerAction<DecideProposal>,
}

/// Shows everybody to an administrator.
#[component]
pub(crate) fn People() -> impl IntoView {
    if !visit().me.is_some_and(|me| me.administers) {
        return view! { <Denied takes="an administrator".into()/> }.into_any();
    }
    let deeds = Deeds {
        person: PersonDeeds {
            change: ServerAction::new(),
            disable: ServerAction::new(),
            enable: ServerAction::new(),
        },
        invite: ServerAction::new(),
        revoke: ServerAction::new(),
        decide: ServerAction::new(),
    };
    let people = Resource::new_blocking(|| (), |()| everybody());
    let came = RwSignal::new(None);
    follow(deeds.person.change, people, came);
    follow(deeds.person.disable, people, came);
    follow(deeds.person.enable, people, came);
    follow(deeds.invite, people, came);
    follow(deeds.revoke, people, came);
    follow(deeds.decide, people, came);
    view! {
        <Title text="People · Assent"/>
        <Transition fallback=|| view! { <p class="skeleton"></p> }>
            {move || Suspend::new(async move {
                match people.await {
                    Ok(people) => view! { <Shown people deeds came/> }.into_any(),
                    Err(error) => view! { <Trouble error=Some(error)/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// Once an action is done: reads everybody anew, closes the form and says what came of it.
fn follow<F>(
    action: ServerAction<F>,
    people: Resource<Result<Everybody, AppError>>,
    came: RwSignal<Option<Step>>,
) where
    F: ServerFn<Output = Step, Error = AppError> + Clone + Send + Sync + 'static,
{
    let navigate = use_navigate();
    let value = action.value();
    Effect::new(move |_| {
        if let Some(Ok(step)) = value.get() {
            came.set(Some(step));
            people.refetch();
            let options = NavigateOptions {
                scroll: false,
                ..NavigateOptions::default()
            };
            navigate(PAGE, options);
        }
    });
}

#[component]
fn Shown(people: Everybody, deeds: Deeds, came: RwSignal<Option<Step>>) -> impl IntoView {
    let query = use_query_map();
    let open = Memo::new(move |_| query.with(|query| query.get("edit")?.parse::<i64>().ok()));
    let inviting = Memo::new(move |_| query.with(|query| query.get("invite").is_some()));
    let (first, second) = sentence(&people);
    let rule = rule(&people);
    let link = people.link.clone();
    let rows = people.people.clone();
    let people = StoredValue::new(people);
    let said = move || {
        came.get().map(|step| view! {
            <p class="notice-line info">
                <Icon sign=Sign::Info/>
                <span>{match step {
                    Step::Effect => "Done, and written down.",
                    Step::Proposal => "Proposed. Another administrator has to accept it before anything changes.",
                }}</span>
            </p>
        })
    };
    view! {
        <header class="head"><h1><strong>{first}</strong>" "{second}</h1></header>
        <SettingsTabs/>
        <div role="status">{said}</div>
        {link.map(|link| view! { <NewLink link/> })}
        <Proposals people decide=deeds.decide/>
        {move || inviting.get().then(|| view! { <InviteForm people invite=deeds.invite/> })}
        <section class="section" aria-labelledby="people">
            <header>
                <h2 id="people">"People"</h2>
                <a class="do" href=format!("{PAGE}?invite") data-noscroll="">"Invite a person"</a>
            </header>
            <p class="help rule">{rule}</p>
            <table class="table stacks">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Roles"</th>
                        <th scope="col">"Since"</th>
                        <th scope="col">"Seen"</th>
                        <th scope="col">"State"</th>
                        <th scope="col"><span class="spoken">"What can be done"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {rows.into_iter().map(|person| view! {
                        <PersonRow person people deeds=deeds.person open/>
                    }).collect_view()}
                </tbody>
            </table>
        </section>
        <Invitations people revoke=deeds.revoke/>
    }
}

/// The state of things: who may come in, and what waits.
fn sentence(people: &Everybody) -> (String, String) {
    let may = people.people.iter().filter(|p| p.standing.enabled).count();
    let administrators = people.administrators();
    let first = format!(
        "{} may sign in; {} {}.",
        if may == 1 {
            "1 person".into()
        } else {
            format!("{may} people")
        },
        administrators.len(),
        if administrators.len() == 1 {
            "administers"
        } else {
            "administer"
        },
    );
    let for_me = people.proposals.iter().filter(|proposal| {
        let now = people.standing(proposal.change.person);
        let deed = Deed::Accept(proposal.by);
        consent(deed, people.me, &proposal.change, &administrators, &now).is_ok()
    });
    let mut second = Vec::new();
    match for_me.count() {
        0 => {}
        1 => second.push("1 change waits for you.".to_owned()),
        n => second.push(format!("{n} changes wait for you.")),
    }
    match people.invitations.len() {
        0 => {}
        1 => second.push("1 invitation is open.".to_owned()),
        n => second.push(format!("{} are open.", count(n, "invitation"))),
    }
    (first, second.join(" "))
}

/// Which rule is in force, and why.
fn rule(people: &Everybody) -> String {
    let administrators = people.administrators();
    if takes_two(&administrators) {
        format!(
            "{} administrators: whatever changes rights waits until one accepts it who neither proposed it nor is \
             concerned. So nobody gives rights to themselves, or through a second account.",
            administrators.len()
        )
    } else {
        "You alone administer, so what you change takes effect at once. As soon as there are two administrators, \
         each change waits for the consent of another."
            .into()
    }
}

#[cfg(test)]
mod tests {
    use intent::{Grant, Person, PersonId, PersonName, Standing};
    use mesh::Time;

    use super::*;

    fn administrators(count: i64) -> Everybody {
        let person = |id| Person {
            id: PersonId(id),
            name: PersonName::known(format!("p{id}")),
            standing: Standing {
                enabled: true,
                grants: [Grant::Installation].into(),
            },
            since: Time(0),
            seen: None,
        };
        Everybody {
            me: PersonId(1),
            by_password: true,
            people: (1..=count).map(person).collect(),
            invitations: vec![],
            proposals: vec![],
            clouds: [].into(),
            link: None,
        }
    }

    #[test]
    fn the_page_says_which_rule_is_in_force() {
        assert!(rule(&administrators(1)).starts_with("You alone administer"));
        assert!(rule(&administrators(2)).starts_with("2 administrators:"));
        assert_eq!(
            sentence(&administrators(1)).0,
            "1 person may sign in; 1 administers."
        );
        assert_eq!(
            sentence(&administrators(2)).0,
            "2 people may sign in; 2 administer."
        );
    }
}
