//! What is, what waits, and what to do first.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    parts::icon::{Icon, Sign},
    visit::visit,
};

/// Shows the installation to somebody who has just come in.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    let me = visit().me;
    let roles = me.as_ref().map(|me| me.roles.clone()).unwrap_or_default();
    let has_role = me.is_some_and(|me| me.has_role);
    let second = if has_role {
        view! { " You are here as "{roles}"." }.into_any()
    } else {
        view! { " You have no role yet; an administrator gives you one." }.into_any()
    };
    view! {
        <Title text="Overview · Assent"/>
        <header class="head">
            <h1><strong>"Assent watches no cloud yet."</strong>{second}</h1>
        </header>
        <section class="empty" aria-labelledby="first">
            <h2 id="first">"What to do first"</h2>
            <p>"Make this account your own before there is anything to guard with it."</p>
            <ul class="pick">
                <li>
                    <a href="/settings#password">
                        <Icon sign=Sign::Person/>
                        <span><b>"Look after your account"</b>"Choose a theme, change the password, see where you are signed in."</span>
                        <Icon sign=Sign::Right/>
                    </a>
                </li>
            </ul>
        </section>
    }
}
