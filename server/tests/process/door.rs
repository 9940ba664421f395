//! Who may come through which door: the whole matrix.

use std::collections::BTreeSet;

use crate::common::{Process, header_of, request, text};
use axum::http::{Method, StatusCode};
use intent::{Access, Actor, CloudName, DOORS, Door, Grant, Role};
use server::PLAIN;

/// Every route of the running process, as the table names doors.
fn routes() -> BTreeSet<Door> {
    let leaked = |path: String| -> &'static str { path.leak() };
    let pages = server::pages().iter().map(|page| {
        let path = page.path().to_owned();
        Door::Page(leaked(if path.is_empty() { "/".into() } else { path }))
    });
    let functions = leptos::server_fn::axum::server_fn_paths()
        .map(|(path, _)| Door::Function(path.strip_prefix("/api/").unwrap()));
    pages
        .chain(functions)
        .chain(PLAIN.map(Door::Plain))
        .collect()
}

#[test]
fn every_route_is_in_the_table_and_the_table_names_no_other() {
    let table: BTreeSet<Door> = DOORS.iter().map(|(door, _)| *door).collect();
    assert_eq!(routes(), table);
}

/// Who may come through, said once more and apart from the table: strangers, whoever signed in, whoever has
/// a role in the cloud, administrators.
const STRANGERS: &[&str] = &[
    "/sign-in",
    "/welcome/{token}",
    "/healthz",
    "/readyz",
    "/metrics",
    "/pkg/{*file}",
    "/favicon.svg",
    "/reports",
    "sign_in",
    "enter_demo",
    "accept_link",
    "accept_invitation",
    "link",
    "choose_theme",
    "sign_out",
];
const PEOPLE: &[&str] = &[
    "/",
    "/settings",
    "/settings/clouds",
    "history",
    "clouds",
    "configured",
    "find",
    "sign_out_everywhere",
    "change_password",
    "my_account",
    "end_session",
    "prove",
    "/demo",
];
const MEMBERS: &[&str] = &[
    "/c/{cloud}",
    "/c/{cloud}/services",
    "/c/{cloud}/services/{namespace}/{service}",
    "cloud",
    "services",
    "service",
    "/c/{cloud}/intents",
    "/c/{cloud}/intents/{intent}",
    "/c/{cloud}/drafts/{draft}",
    "/c/{cloud}/reviews",
    "/c/{cloud}/revisions/{number}",
    "/c/{cloud}/rollouts",
    "/c/{cloud}/rollouts/{rollout}",
    "/c/{cloud}/history",
    "intents",
    "intent",
    "draft",
    "reviews",
    "revision",
    "rollouts",
    "rollout",
    "drift",
    "in_flight",
    "/live/{cloud}",
];
const AUTHORS: &[&str] = &[
    "/c/{cloud}/new",
    "begin_draft",
    "edit_intent",
    "save_draft",
    "discard_draft",
    "restore_draft",
    "submit_draft",
    "recall_revision",
    "withdraw_intent",
];
const REVIEWERS: &[&str] = &["vote"];
const OPERATORS: &[&str] = &["roll_out", "roll_back", "stop_rollout", "restore_intent"];
const ADMINISTRATORS: &[&str] = &[
    "/settings/people",
    "/settings/history",
    "everybody",
    "invite",
    "revoke_invitation",
    "change_roles",
    "disable_person",
    "enable_person",
    "decide_proposal",
];

#[tokio::test]
async fn the_table_says_what_was_meant() {
    let process = Process::start().await;
    let shop = CloudName::read("shop").unwrap();
    for (subject, actor) in subjects(&process).await {
        for (door, _) in DOORS {
            let (Door::Page(name) | Door::Function(name) | Door::Plain(name)) = door;
            let meant = if STRANGERS.contains(name) {
                true
            } else if PEOPLE.contains(name) {
                subject != "signed out"
            } else if MEMBERS.contains(name) {
                ["viewer", "author", "reviewer", "operator"].contains(&subject)
            } else if AUTHORS.contains(name) {
                subject == "author"
            } else if REVIEWERS.contains(name) {
                subject == "reviewer"
            } else if OPERATORS.contains(name) {
                subject == "operator"
            } else {
                assert!(ADMINISTRATORS.contains(name), "nobody said who may: {name}");
                subject == "administrator"
            };
            let comes = intent::door(*door, actor.as_ref(), Some(&shop)) == Access::Granted;
            assert_eq!(comes, meant, "{subject} at {name}");
        }
    }
}

/// Signed out, no role, and the five roles.
async fn subjects(process: &Process) -> Vec<(&'static str, Option<Actor>)> {
    let shop = CloudName::read("shop").unwrap();
    let mut subjects = vec![("signed out", None)];
    subjects.push(("no role", Some(process.person("nobody", vec![]).await)));
    for role in Role::ALL {
        let grant = match role {
            Role::Administrator => Grant::Installation,
            role => Grant::In(shop.clone(), role),
        };
        subjects.push((
            role.word(),
            Some(process.person(role.word(), vec![grant]).await),
        ));
    }
    subjects
}

#[tokio::test]
async fn every_decision_is_the_one_of_the_table() {
    let process = Process::watching().await;
    let shop = CloudName::read("shop").unwrap();
    let mut decided = 0;
    for (subject, actor) in subjects(&process).await {
        for (door, _) in DOORS {
            let (method, path) = match door {
                Door::Page(path) | Door::Plain(path) => (Method::GET, (*path).to_owned()),
                Door::Function(name) => (Method::POST, format!("/api/{name}")),
            };
            let of_a_cloud = path.contains("{cloud}");
            let path = path
                .replace("{cloud}", "shop")
                .replace("{namespace}", "default")
                .replace("{service}", "reviews")
                .replace("{intent}", "no-such")
                .replace("{draft}", "1")
                .replace("{number}", "1")
                .replace("{rollout}", "1")
                .replace("{token}", "x")
                .replace("{*file}", "main.css");
            // A session of its own for each, since some doors end it.
            let cookie = match &actor {
                Some(actor) => Some(process.cookie(actor).await),
                None => None,
            };
            let mut asked = request(method, &path, cookie.as_deref(), OF_THE_SHOP);
            if path.starts_with("/live/") {
                let origin = "http://127.0.0.1:3000".parse().unwrap();
                asked.headers_mut().insert("origin", origin);
            }
            let response = process.send(asked).await;
            let status = response.status();
            let to_sign_in = header_of(&response, "location").starts_with("/sign-in");
            let cloud = of_a_cloud.then_some(&shop);
            let expected = intent::door(*door, actor.as_ref(), cloud);
            let holds = match expected {
                Access::SignIn => status == StatusCode::UNAUTHORIZED || to_sign_in,
                // For whoever may not see a cloud, it is not there.
                Access::Denied(_) if of_a_cloud && !is_member(actor.as_ref()) => {
                    status == StatusCode::NOT_FOUND
                }
                Access::Denied(_) => status == StatusCode::FORBIDDEN,
                // An intent or a draft is there only after an author came through the doors that make one.
                Access::Granted if MADE.iter().any(|page| path.starts_with(page)) => {
                    matches!(status, StatusCode::OK | StatusCode::NOT_FOUND)
                }
                // A socket is opened by an upgrade, which this is not.
                Access::Granted if path.starts_with("/live/") => {
                    status == StatusCode::UPGRADE_REQUIRED
                }
                Access::Granted if of_a_cloud => status == StatusCode::OK,
                Access::Granted => !matches!(status.as_u16(), 401 | 403 | 500..) && !to_sign_in,
            };
            assert!(
                holds,
                "{subject} at {door:?}: {status}, expected {expected:?}"
            );
            decided += 1;
        }
    }
    assert_eq!(decided, 7 * DOORS.len());
}

fn is_member(actor: Option<&Actor>) -> bool {
    let shop = CloudName::read("shop").unwrap();
    actor.is_some_and(|actor| actor.clouds().contains(&&shop))
}

/// Pages of things that somebody makes.
const MADE: &[&str] = &[
    "/c/shop/intents/",
    "/c/shop/drafts/",
    "/c/shop/revisions/",
    "/c/shop/rollouts/",
];

/// What the functions of a cloud ask for; all others pass over it.
const OF_THE_SHOP: &str = "cloud=shop&namespace=default&name=reviews&text=rev&kind=mutual_tls&draft=1&version=0&number=1&rollout=1\
    &sites=eu-west&seen=00000000000000000000000000000000000000000000000000000000000000ff\
    &rule=1&ballot=approve&digest=00000000000000000000000000000000000000000000000000000000000000ff\
    &base=00000000000000000000000000000000000000000000000000000000000000ff";

#[tokio::test]
async fn a_role_in_one_cloud_opens_no_other() {
    let process = Process::watching().await;
    let bank = CloudName::read("bank").unwrap();
    let roles = [Role::Author, Role::Reviewer, Role::Operator];
    let grants = roles.map(|role| Grant::In(bank.clone(), role));
    let teller = process.person("teller", grants.into()).await;
    let cookie = process.cookie(&teller).await;
    let of_a_cloud = MEMBERS
        .iter()
        .chain(AUTHORS)
        .chain(REVIEWERS)
        .chain(OPERATORS);
    let functions = of_a_cloud.filter(|name| !name.starts_with('/'));
    for function in functions.chain(&["history"]) {
        let path = format!("/api/{function}");
        let ask = |body: &str| request(Method::POST, &path, Some(&cookie), body);
        let foreign = process.send(ask(OF_THE_SHOP)).await;
        let unknown = process
            .send(ask(&OF_THE_SHOP.replace("shop", "nowhere")))
            .await;
        assert_eq!(foreign.status(), StatusCode::NOT_FOUND, "{function}");
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND, "{function}");
        assert_eq!(text(foreign).await, text(unknown).await, "{function}");
    }
    let found = process
        .send(request(
            Method::POST,
            "/api/find",
            Some(&cookie),
            "text=rev",
        ))
        .await;
    assert_eq!(text(found).await, "[]");
}

#[tokio::test]
async fn a_stranger_does_not_learn_which_addresses_exist() {
    let process = Process::start().await;
    let known = process
        .send(request(Method::GET, "/settings", None, ""))
        .await;
    let unknown = process
        .send(request(Method::GET, "/no/such/page", None, ""))
        .await;
    assert_eq!(known.status(), unknown.status());
    assert_eq!(
        header_of(&unknown, "location"),
        "/sign-in?next=/no/such/page"
    );
    let function = process
        .send(request(Method::POST, "/api/no_such", None, ""))
        .await;
    assert_eq!(function.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_unknown_address_is_a_page_that_says_so() {
    let process = Process::start().await;
    let cookie = process.cookie(&process.person("ada", vec![]).await).await;
    let response = process
        .send(request(Method::GET, "/no/such/page", Some(&cookie), ""))
        .await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let number = header_of(&response, "x-request-id").to_owned();
    let page = text(response).await;
    assert!(page.contains("There is no page at this address."));
    assert!(
        page.contains(&number),
        "the page shows the number of the request"
    );
}

#[tokio::test]
async fn a_session_that_was_ended_is_gone_at_the_next_request() {
    let process = Process::start().await;
    let ada = process.person("ada", vec![Grant::Installation]).await;
    let cookie = process.cookie(&ada).await;
    let page = process
        .send(request(Method::GET, "/settings", Some(&cookie), ""))
        .await;
    assert_eq!(page.status(), StatusCode::OK);
    process.engine.sign_out_everywhere(&ada).await.unwrap();
    let page = process
        .send(request(Method::GET, "/settings", Some(&cookie), ""))
        .await;
    assert_eq!(header_of(&page, "location"), "/sign-in?next=/settings");
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_ends_the_old_one() {
    let process = Process::demo().await;
    let ada = process.person("ada", vec![]).await;
    let planted = process.cookie(&ada).await;
    let entered = process
        .send(request(
            Method::POST,
            "/api/enter_demo",
            Some(&planted),
            "role=author",
        ))
        .await;
    assert_eq!(entered.status(), StatusCode::OK);
    let cookie = header_of(&entered, "set-cookie").to_owned();
    assert!(cookie.starts_with("assent=") && !cookie.starts_with(&planted));
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let old = process
        .send(request(Method::GET, "/", Some(&planted), ""))
        .await;
    assert_eq!(header_of(&old, "location"), "/sign-in");
    let new = process
        .send(request(Method::GET, "/", cookie.split(';').next(), ""))
        .await;
    assert!(text(new).await.contains("Signed in as author"));
}

#[tokio::test]
async fn without_a_demo_no_role_is_one_click_away() {
    let process = Process::start().await;
    let refused = process
        .send(request(
            Method::POST,
            "/api/enter_demo",
            None,
            "role=administrator",
        ))
        .await;
    assert_eq!(refused.status(), StatusCode::NOT_FOUND);
    let page = text(
        process
            .send(request(Method::GET, "/sign-in", None, ""))
            .await,
    )
    .await;
    assert!(!page.contains("One click"));
}
