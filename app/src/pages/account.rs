//! What is mine: theme, password, sessions.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    Theme,
    api::{
        account::{
            ChangePassword, ChooseTheme, EndSession, MySession, SignOutEverywhere, my_account,
        },
        entry::SignOut,
    },
    parts::{
        field::Field,
        icon::{Icon, Sign},
        settings_tabs::SettingsTabs,
        submit::{Submit, error_of, leave_when_done},
        theme::show,
        time::Moment,
        trouble::Trouble,
    },
    visit::visit,
};

/// Shows my account.
#[component]
pub(crate) fn Account() -> impl IntoView {
    let me = visit().me;
    let name = me.as_ref().map(|me| me.name.clone()).unwrap_or_default();
    let roles = me.map(|me| me.roles).unwrap_or_default();
    let end = ServerAction::<EndSession>::new();
    let mine = Resource::new_blocking(move || end.version().get(), |_| my_account());
    let sign_out = ServerAction::<SignOut>::new();
    leave_when_done(sign_out);
    view! {
        <Title text="My account · Assent"/>
        <header class="head">
            <h1><strong>"You are "{name}"."</strong>" Your roles: "{roles}"."</h1>
            <ActionForm action=sign_out>
                <Submit label="Sign out" waiting=sign_out.pending()/>
            </ActionForm>
            <Trouble error=error_of(sign_out)/>
        </header>
        <SettingsTabs/>
        <ThemeChoice/>
        <Transition fallback=|| view! { <p class="skeleton"></p> }>
            {move || Suspend::new(async move {
                match mine.await {
                    Ok(mine) => view! {
                        {mine.has_password.then(|| view! { <PasswordChange/> })}
                        <Sessions sessions=mine.sessions end/>
                    }.into_any(),
                    Err(error) => view! { <Trouble error=Some(error)/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn ThemeChoice() -> impl IntoView {
    let choose = ServerAction::<ChooseTheme>::new();
    let chosen = visit().theme;
    let choices = [
        ("", "System", None),
        ("light", "Light", Some(Theme::Light)),
        ("dark", "Dark", Some(Theme::Dark)),
    ];
    view! {
        <section class="section" aria-labelledby="theme">
            <header><h2 id="theme">"Theme"</h2></header>
            <ActionForm action=choose>
                <fieldset class="segments">
                    <legend class="spoken">"Theme"</legend>
                    {choices.into_iter().map(|(word, label, theme)| view! {
                        <label>
                            <input
                                type="radio" name="theme" value=word checked=theme == chosen
                                on:change=move |_| {
                                    show(theme);
                                    choose.dispatch(ChooseTheme { theme: word.into() });
                                }
                            />
                            {label}
                        </label>
                    }).collect_view()}
                </fieldset>
                <noscript><button type="submit" class="button">"Use this theme"</button></noscript>
            </ActionForm>
            <p class="help after">"Remembered in this browser."</p>
            <Trouble error=error_of(choose)/>
        </section>
    }
}

#[component]
fn PasswordChange() -> impl IntoView {
    let change = ServerAction::<ChangePassword>::new();
    leave_when_done(change);
    let error = error_of(change);
    let changed = use_query_map()
        .with_untracked(|query| query.get("password").is_some_and(|word| word == "changed"));
    view! {
        <section class="section" aria-labelledby="password">
            <header><h2 id="password">"Password"</h2></header>
            {changed.then(|| view! {
                <p class="notice-line info said" role="status">
                    <Icon sign=Sign::Info/>
                    <span>"The password is changed; your other sessions have ended."</span>
                </p>
            })}
            <ActionForm action=change attr:class="form">
                <Field name="current" label="Password now" kind="password" complete="current-password" error/>
                <Field
                    name="new" label="New password" kind="password" complete="new-password" error
                    help="At least 8 characters; several words are better."
                />
                <Field name="again" label="New password again" kind="password" complete="new-password" error/>
                <Trouble error/>
                <div class="actions">
                    <Submit label="Change password" waiting=change.pending()/>
                    <p class="reason">"Ends your other sessions."</p>
                </div>
            </ActionForm>
        </section>
    }
}

#[component]
fn Sessions(sessions: Vec<MySession>, end: ServerAction<EndSession>) -> impl IntoView {
    let everywhere = ServerAction::<SignOutEverywhere>::new();
    leave_when_done(everywhere);
    view! {
        <section class="section" aria-labelledby="sessions">
            <header><h2 id="sessions">"Sessions"</h2></header>
            <table class="table stacks">
                <thead>
                    <tr>
                        <th scope="col">"Browser"</th>
                        <th scope="col">"Signed in"</th>
                        <th scope="col">"Last used"</th>
                        <th scope="col"><span class="spoken">"What can be done"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {sessions.into_iter().map(|session| view! { <Row session end/> }).collect_view()}
                </tbody>
            </table>
            <Trouble error=error_of(end)/>
            <ActionForm action=everywhere attr:class="actions after">
                <Submit label="Sign out everywhere" waiting=everywhere.pending()/>
                <p class="reason">"Ends this session too."</p>
            </ActionForm>
            <Trouble error=error_of(everywhere)/>
        </section>
    }
}

#[component]
fn Row(session: MySession, end: ServerAction<EndSession>) -> impl IntoView {
    let last = if session.here {
        view! { <span class="quiet">"This one"</span> }.into_any()
    } else {
        view! {
            <ActionForm action=end>
                <input type="hidden" name="key" value=session.key/>
                <button type="submit" class="button small">"End session"</button>
            </ActionForm>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row">{session.browser}</th>
            <td data-label="Signed in"><Moment at=session.began/></td>
            <td data-label="Last used"><Moment at=session.seen/></td>
            <td class="number">{last}</td>
        </tr>
    }
}
