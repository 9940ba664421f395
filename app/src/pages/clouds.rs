//! All clouds that I may see.

use intent::{CloudSeen, Live};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;

use crate::{
    api::clouds::clouds,
    parts::{
        icon::{Icon, Sign},
        loaded::loaded,
    },
    visit::visit,
};

/// Shows the clouds; with one, that one.
#[component]
pub(crate) fn Clouds() -> impl IntoView {
    let clouds = Resource::new_blocking(|| (), |()| clouds());
    view! {
        <Title text="Clouds · Assent"/>
        {loaded(clouds, |clouds| match clouds.as_slice() {
            [] => view! { <Nothing/> }.into_any(),
            [only] => view! { <Redirect path=format!("/c/{}", only.name)/> }.into_any(),
            _ => view! { <Listed clouds/> }.into_any(),
        })}
    }
}

#[component]
fn Listed(clouds: Vec<CloudSeen>) -> impl IntoView {
    let whole = clouds
        .iter()
        .filter(|cloud| cloud.live() == cloud.sites.len())
        .count();
    view! {
        <header class="head">
            <h1><strong>{format!("{} clouds, {whole} of them in full view.", clouds.len())}</strong></h1>
        </header>
        <table class="table stacks rows-open">
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Sites"</th>
                    <th scope="col">"Intents"</th>
                    <th scope="col">"Namespaces"</th>
                    <th scope="col" class="number">"Services"</th>
                    <th scope="col" class="number">"To look at"</th>
                </tr>
            </thead>
            <tbody>
                {clouds.into_iter().map(|cloud| view! { <Row cloud/> }).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Row(cloud: CloudSeen) -> impl IntoView {
    let sites = format!("{} of {} live", cloud.live(), cloud.sites.len());
    let namespaces: Vec<&str> = cloud.namespaces.iter().map(|n| n.as_str()).collect();
    view! {
        <tr>
            <th scope="row"><a href=format!("/c/{}", cloud.name)>{cloud.name.to_string()}</a></th>
            <td data-label="Sites">{sites}</td>
            <td data-label="Intents">{in_sync(&cloud.live)}</td>
            <td data-label="Namespaces" class="quiet">{namespaces.join(", ")}</td>
            <td data-label="Services" class="number">{cloud.services}</td>
            <td data-label="To look at" class="number">{cloud.concerns.len()}</td>
        </tr>
    }
}

/// How many intents are as they were applied.
fn in_sync(live: &Live) -> String {
    match live.trouble() {
        (_, 0) => "none rolled out".into(),
        (out, of) => format!("{} of {of} in sync", of - out),
    }
}

/// Says what to do first, to somebody who sees no cloud.
#[component]
fn Nothing() -> impl IntoView {
    let me = visit().me;
    let has_role = me.as_ref().is_some_and(|me| me.has_role);
    let administers = me.is_some_and(|me| me.administers);
    let (second, help) = if administers {
        (
            " An administrator keeps people and clouds, and sees a cloud with a role in it.",
            "Clouds come from the file that Assent was started with (--clouds); the page of clouds says what was found of them.",
        )
    } else if has_role {
        (
            " Your role is in a cloud that Assent does not watch now.",
            "Whoever keeps Assent running names the clouds in the file given with --clouds.",
        )
    } else {
        (
            " You have no role in one yet.",
            "An administrator gives roles. Until then, this account is all there is to look after.",
        )
    };
    view! {
        <header class="head">
            <h1><strong>"There is no cloud for you to see."</strong>{second}</h1>
        </header>
        <section class="empty" aria-labelledby="first">
            <h2 id="first">"What to do first"</h2>
            <p>{help}</p>
            <ul class="pick">
                {administers.then(|| view! {
                    <li>
                        <a href="/settings/people">
                            <Icon sign=Sign::Person/>
                            <span><b>"Invite your colleagues"</b>"Give each the roles they need, in each cloud; an administrator may have some too."</span>
                            <Icon sign=Sign::Right/>
                        </a>
                    </li>
                    <li>
                        <a href="/settings/clouds">
                            <Icon sign=Sign::Cloud/>
                            <span><b>"See what is configured"</b>"Clouds, sites, versions, and the rights that were found and are missing."</span>
                            <Icon sign=Sign::Right/>
                        </a>
                    </li>
                })}
                <li>
                    <a href="/settings">
                        <Icon sign=Sign::Person/>
                        <span><b>"Look after your account"</b>"Choose a theme, change the password, see where you are signed in."</span>
                        <Icon sign=Sign::Right/>
                    </a>
                </li>
            </ul>
        </section>
    }
}
