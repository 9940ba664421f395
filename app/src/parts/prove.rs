//! Is it still you?

use leptos::{form::ActionForm, prelude::*, server_fn::ServerFn};

use super::{
    field::Field,
    icon::{Icon, Sign},
    submit::{Submit, error_of},
    trouble::Trouble,
};
use crate::{AppError, api::entry::Prove};

/// Asks for the password where an action was refused for want of it. What was typed stays, and can be sent
/// again after. Stands beside the action's form, not in it.
#[component]
pub(crate) fn ProveYourself<F>(
    /// What was refused.
    action: ServerAction<F>,
    /// Whether whoever is here has a password; in a demo, their word is enough.
    by_password: bool,
) -> impl IntoView
where
    F: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    F::Output: Clone + Send + Sync + 'static,
{
    let prove = ServerAction::<Prove>::new();
    let (asked, error) = (error_of(action), error_of(prove));
    let needed =
        Memo::new(move |_| asked.get() == Some(AppError::ProveYourself) || error.get().is_some());
    let proved = move || prove.value().with(|value| matches!(value, Some(Ok(()))));
    let done = Memo::new(move |_| proved() && action.value().with(Option::is_none));
    Effect::new(move |_| {
        if proved() {
            action.clear();
        }
    });
    let field = move || {
        if by_password {
            view! {
                <Field name="proof" label="Your password" kind="password" complete="current-password" error/>
                <Trouble error/>
                <Submit label="Confirm" waiting=prove.pending()/>
            }
            .into_any()
        } else {
            view! {
                <input type="hidden" name="proof" value=""/>
                <Trouble error/>
                <Submit label="It is me" waiting=prove.pending()/>
            }
            .into_any()
        }
    };
    view! {
        {move || needed.get().then(|| view! {
            <ActionForm action=prove attr:class="form prove">{field()}</ActionForm>
        })}
        <div role="status">
            {move || done.get().then(|| view! {
                <p class="notice-line info">
                    <Icon sign=Sign::Info/>
                    <span>"It is you. Send it again; for 5 minutes nothing more is asked."</span>
                </p>
            })}
        </div>
    }
}
