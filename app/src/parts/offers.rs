//! What can be chosen from, as lists that inputs point to.

use intent::{Choices, Input, Offer};
use leptos::prelude::*;

/// The methods that are offered; others can be typed.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The lists of a form; each stands there once, for all of its fields.
#[component]
pub(crate) fn Offers(choices: StoredValue<Choices>) -> impl IntoView {
    let methods = METHODS.map(|method| view! { <option value=method></option> });
    choices.with_value(|choices| {
        view! {
            {list("offer-namespaces", &choices.namespaces)}
            {list("offer-everywhere", &choices.everywhere)}
            {list("offer-services", &choices.services)}
            {list("offer-workloads", &choices.workloads)}
            {list("offer-accounts", &choices.accounts)}
            <datalist id="offer-methods">{methods.to_vec()}</datalist>
        }
        .into_any()
    })
}

fn list(id: &'static str, offers: &[Offer]) -> AnyView {
    let options = offers.iter().map(option).collect_view();
    view! { <datalist id=id>{options}</datalist> }.into_any()
}

/// One of a list.
pub(crate) fn option(offer: &Offer) -> impl IntoView + use<> {
    view! { <option value=offer.value.clone()>{offer.about.clone()}</option> }
}

/// The list from which an input is filled in; none if there is no such list, or it is the field's own.
pub(crate) fn list_of(input: &Input) -> Option<&'static str> {
    match input {
        Input::Namespace => Some("offer-namespaces"),
        Input::Service => Some("offer-services"),
        Input::Workload => Some("offer-workloads"),
        Input::Accounts => Some("offer-accounts"),
        Input::Namespaces => Some("offer-everywhere"),
        Input::Methods => Some("offer-methods"),
        Input::Port(_) | Input::Paths | Input::OneOf(_) | Input::Switch | Input::Rows { .. } => {
            None
        }
    }
}

/// The offers for an input. Those of ports are for all workloads.
pub(crate) fn offers<'a>(input: &Input, choices: &'a Choices) -> &'a [Offer] {
    match input {
        Input::Namespace => &choices.namespaces,
        Input::Service => &choices.services,
        Input::Workload => &choices.workloads,
        Input::Accounts => &choices.accounts,
        Input::Namespaces => &choices.everywhere,
        Input::Port(_) => &choices.ports,
        Input::Methods | Input::Paths | Input::OneOf(_) | Input::Switch | Input::Rows { .. } => &[],
    }
}

/// The ports of what these name.
pub(crate) fn ports_of(choices: &Choices, owners: &[String]) -> Vec<Offer> {
    let ports = choices.ports.iter();
    let ours = ports.filter(|port| port.of.as_ref().is_some_and(|of| owners.contains(of)));
    ours.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ports_of_what_was_chosen_are_offered() {
        let port = |value: &str, of: &str| Offer {
            value: value.into(),
            about: String::new(),
            of: Some(of.into()),
        };
        let choices = Choices {
            ports: vec![port("9080", "default/reviews"), port("80", "default/front")],
            ..Choices::default()
        };
        let of = |owner: &str| ports_of(&choices, &[owner.to_owned()]);
        assert_eq!(of("default/front"), [port("80", "default/front")]);
        assert_eq!(of("default/other"), []);
    }
}
