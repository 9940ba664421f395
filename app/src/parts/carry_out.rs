//! Where an operator has a revision carried out.

use intent::{Hindrance, RevisionPage, Stage, rollout::Errand};
use leptos::{form::ActionForm, prelude::*};

use super::{
    go_to::go_to,
    icon::{Icon, Sign},
    matrix::Resource,
    plain::Plain,
    prove::ProveYourself,
    submit::error_of,
    trouble::Trouble,
    words::{count, listed},
};
use crate::{
    AppError,
    api::rollouts::{RollBack, RollOut},
};

/// What carries a revision out.
#[derive(Clone, Copy)]
pub(crate) struct Orders {
    /// For the first time.
    pub(crate) out: ServerAction<RollOut>,
    /// Once more.
    pub(crate) back: ServerAction<RollBack>,
}

impl Orders {
    /// What was last said to either.
    fn error(self) -> Signal<Option<AppError>> {
        let (out, back) = (error_of(self.out), error_of(self.back));
        Signal::derive(move || out.get().or_else(|| back.get()))
    }

    /// Whether an answer is awaited.
    fn waiting(self) -> Signal<bool> {
        let (out, back) = (self.out.pending(), self.back.pending());
        Signal::derive(move || out.get() || back.get())
    }

    /// Forgets what was said.
    pub(crate) fn clear(self) {
        self.out.clear();
        self.back.clear();
    }
}

/// What can be ordered on the page of a revision, by whoever is looking. A restore is ordered on the page of its
/// intent, beside what differs.
pub(crate) fn order(page: &RevisionPage) -> Option<Errand> {
    match (&page.can_roll_out, &page.can_roll_back) {
        (Ok(()), _) => Some(Errand::RollOut),
        (Err(_), Ok(())) => Some(Errand::RollBack),
        (Err(_), Err(_)) => None,
    }
}

/// The order, and at the foot of the page its button; or why it cannot be given, where it is next.
#[component]
pub(crate) fn CarryOut(
    page: RevisionPage,
    orders: Orders,
    /// Reads the page anew.
    again: Callback<()>,
) -> impl IntoView {
    match order(&page) {
        Some(errand) => view! { <Order page errand orders again/> }.into_any(),
        None => held(&page)
            .map(|why| {
                view! {
                    <section class="section" aria-labelledby="carry-name">
                        <header><h2 id="carry-name">"Roll out"</h2></header>
                        <p class="reason"><Plain text=why/></p>
                    </section>
                }
            })
            .into_any(),
    }
}

/// Why a revision is not rolled out, where that is what comes next.
fn held(page: &RevisionPage) -> Option<String> {
    match page.row.stage {
        Stage::Approved | Stage::TakenBack { .. } => page.can_roll_out.clone().err(),
        Stage::InReview
        | Stage::ChangesRequested
        | Stage::Recalled
        | Stage::Superseded(_)
        | Stage::RollingOut { .. }
        | Stage::Applied { .. }
        | Stage::Withdrawn => None,
    }
}

#[component]
fn Order(page: RevisionPage, errand: Errand, orders: Orders, again: Callback<()>) -> impl IntoView {
    let error = orders.error();
    // Whoever sent it goes on where something is to be done.
    Effect::new(move |_| {
        let id = match error.get() {
            None => return,
            Some(AppError::Rejected(_)) => "confirm",
            Some(_) => "carry-name",
        };
        request_animation_frame(move || go_to(id));
    });
    let (name, says, label) = words(&page, errand);
    let by_password = page.by_password;
    let fields = fields(page, error);
    let form = match errand {
        Errand::RollOut => view! {
            <ActionForm action=orders.out attr:id="carry" attr:class="form">{fields}</ActionForm>
            <ProveYourself action=orders.out by_password/>
        }
        .into_any(),
        Errand::RollBack | Errand::Restore => view! {
            <ActionForm action=orders.back attr:id="carry" attr:class="form">{fields}</ActionForm>
            <ProveYourself action=orders.back by_password/>
        }
        .into_any(),
    };
    let waiting = orders.waiting();
    let hold = move |event: leptos::ev::MouseEvent| {
        if waiting.get_untracked() {
            event.prevent_default();
        }
    };
    view! {
        <section class="section carry" aria-labelledby="carry-name">
            <header><h2 id="carry-name" tabindex="-1">{name}</h2></header>
            <p class="rule">{says}</p>
            <Refused error again/>
            {form}
        </section>
        <div class="footbar" role="group" aria-label=name>
            <p>"Every site is asked first, in a dry run. Unless all can, nothing starts on any."</p>
            <div class="actions">
                <button
                    type="submit" form="carry" class="button primary"
                    aria-busy=move || waiting.get().then_some("true") on:click=hold
                >
                    {move || waiting.get().then(|| view! { <Icon sign=Sign::Working/> })}
                    {label}
                </button>
            </div>
        </div>
    }
}

/// The name of an order, what it does, and what its button says.
fn words(page: &RevisionPage, errand: Errand) -> (&'static str, String, String) {
    let (number, sites) = (page.row.number, &page.sites);
    let all = "If a site then refuses an object, or does not answer for a minute, everything is taken back.";
    match errand {
        Errand::RollOut => (
            "Roll out",
            format!(
                "The change above is made on {}, one object after another, each read back before the next. {all}",
                listed(sites)
            ),
            format!("Roll out to {}", count(sites.len(), "site")),
        ),
        Errand::RollBack | Errand::Restore => (
            "Roll back",
            format!(
                "{} as revision {number} wants it again, as the change above shows. What its intents made since is \
                 removed. {all}",
                match sites.as_slice() {
                    [site] => format!("{site} becomes"),
                    sites => format!("{} become", listed(sites)),
                }
            ),
            format!("Roll back to revision {number}"),
        ),
    }
}

/// What is sent: what was shown, and what has to be typed where much is removed.
fn fields(page: RevisionPage, error: Signal<Option<AppError>>) -> AnyView {
    let confirm = page
        .needs_confirm
        .map(|text| view! { <Confirm text error/> });
    view! {
        <input type="hidden" name="cloud" value=page.cloud.to_string()/>
        <input type="hidden" name="number" value=page.row.number.0/>
        <input type="hidden" name="digest" value=page.digest.as_str().to_owned()/>
        <input type="hidden" name="base" value=page.base.as_str().to_owned()/>
        <input type="hidden" name="rule" value=page.rule/>
        {confirm}
    }
    .into_any()
}

#[component]
fn Confirm(text: String, error: Signal<Option<AppError>>) -> impl IntoView {
    let objection = Memo::new(move |_| error.get().and_then(|error| error.about("confirm")));
    let described = move || {
        let said = objection.with(Option::is_some);
        if said {
            "confirm-help confirm-said"
        } else {
            "confirm-help"
        }
    };
    view! {
        <div class="field">
            <label for="confirm">"Type "<code>{text}</code>" to go on"</label>
            <div class="input" class:error=move || objection.with(Option::is_some)>
                <input
                    id="confirm" name="confirm" type="text" required
                    autocomplete="off" autocapitalize="none" spellcheck="false"
                    aria-describedby=described
                    aria-invalid=move || objection.with(Option::is_some).then_some("true")
                />
            </div>
            <p class="help" id="confirm-help">"This removes much of what Assent made in this cloud."</p>
            <div id="confirm-said" aria-live="polite">
                {move || objection.get().map(|says| view! {
                    <div class="finding error"><Icon sign=Sign::Failed/><p>{says}</p></div>
                })}
            </div>
        </div>
    }
}

/// Why nothing was started.
#[component]
fn Refused(error: Signal<Option<AppError>>, again: Callback<()>) -> impl IntoView {
    let other = Signal::derive(move || {
        let is_shown =
            |error: &AppError| !matches!(error, AppError::Moved(_) | AppError::Rehearsed(_));
        error.get().filter(is_shown)
    });
    let show = move || {
        match error.get()? {
        AppError::Moved(says) => Some(
            view! {
                <div class="notice-line notice">
                    <Icon sign=Sign::Warning/>
                    <span>{says}" Nothing was started."</span>
                    <button type="button" class="button small" on:click=move |_| again.run(())>"Look again"</button>
                </div>
            }
            .into_any(),
        ),
        AppError::Rehearsed(hindrances) => {
            Some(view! { <Hindrances hindrances/> }.into_any())
        }
        _ => None,
    }
    };
    view! {
        <div role="alert">{show}</div>
        <Trouble error=other/>
    }
}

/// What is in the way, site by site.
#[component]
fn Hindrances(hindrances: Vec<Hindrance>) -> impl IntoView {
    view! {
        <p class="summary"><b>"Nothing was started on any site."</b>" This is in the way:"</p>
        <ul class="hindrances">
            {hindrances.into_iter().map(|Hindrance { site, key, says }| view! {
                <li class="finding error">
                    <Icon sign=Sign::Failed/>
                    <p>
                        <strong>{site}</strong>
                        {key.map(|key| view! { ": "<Resource key/> })}
                        " "
                        <Plain text=says/>
                        "."
                    </p>
                </li>
            }).collect_view()}
        </ul>
    }
}

#[cfg(test)]
pub(crate) mod examples {
    use intent::{
        CloudName, Digest, IntentName, PersonName, Preview, RevisionNumber, RevisionRow, Time,
    };

    use super::*;

    /// A revision of the shop that nobody here can carry out.
    pub(crate) fn page(stage: Stage) -> RevisionPage {
        RevisionPage {
            row: RevisionRow {
                number: RevisionNumber(2),
                names: vec![IntentName::read("reviews-mtls").unwrap()],
                version: 1,
                says: String::new(),
                author: PersonName::known("ada"),
                at: Time(0),
                stage,
                approvals: 1,
                needed: 1,
                waits_for_me: false,
            },
            cloud: CloudName::read("shop").unwrap(),
            kinds: vec![],
            sites: vec!["eu-west".into(), "us-east".into()],
            digest: Digest::of(b""),
            rule: 1,
            base: Digest::of(b""),
            as_of: Time(0),
            preview: Preview::default(),
            moved: vec![],
            votes: vec![],
            may_approve: vec![],
            cannot_vote: None,
            can_recall: false,
            can_roll_out: Err("Operators of shop roll out and back.".into()),
            can_roll_back: Err("This revision never was in force here.".into()),
            needs_confirm: None,
            rollouts: vec![],
            by_password: false,
            acts: vec![],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{examples::page, *};

    #[test]
    fn what_comes_next_and_cannot_be_done_says_why() {
        let why = Some("Operators of shop roll out and back.".to_owned());
        assert_eq!(held(&page(Stage::Approved)), why);
        assert_eq!(held(&page(Stage::InReview)), None);
        assert_eq!(order(&page(Stage::Approved)), None);
    }

    #[test]
    fn an_operator_is_offered_the_one_thing_that_can_be_ordered() {
        let approved = RevisionPage {
            can_roll_out: Ok(()),
            ..page(Stage::Approved)
        };
        let earlier = RevisionPage {
            can_roll_back: Ok(()),
            ..page(Stage::Approved)
        };
        assert_eq!(order(&approved), Some(Errand::RollOut));
        assert_eq!(words(&approved, Errand::RollOut).2, "Roll out to 2 sites");
        assert_eq!(order(&earlier), Some(Errand::RollBack));
        assert_eq!(
            words(&earlier, Errand::RollBack).2,
            "Roll back to revision 2"
        );
    }
}
