//! From a path to what it means.

use crate::kinds::{KINDS, Kind};

/// What a path is about.
#[derive(Debug, PartialEq)]
pub(crate) enum Route<'a> {
    /// The API itself.
    About(About<'a>),
    /// All objects of a kind, in one namespace or everywhere.
    Collection {
        kind: &'static Kind,
        namespace: Option<&'a str>,
    },
    /// One object; the namespace is empty for one of the cluster itself.
    Object {
        kind: &'static Kind,
        namespace: &'a str,
        name: &'a str,
    },
}

/// What there is to find out about the API itself.
#[derive(Debug, PartialEq)]
pub(crate) enum About<'a> {
    /// The version of the server.
    Version,
    /// The versions of the core group.
    Core,
    /// The named groups.
    Groups,
    /// One named group.
    Group(&'a str),
    /// What one version of a group holds; the core group is `""`.
    Resources { group: &'a str, version: &'a str },
}

/// Reads a path; `None` if nothing lies there.
pub(crate) fn route(path: &str) -> Option<Route<'_>> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match *parts.as_slice() {
        ["version"] => Some(Route::About(About::Version)),
        ["api"] => Some(Route::About(About::Core)),
        ["apis"] => Some(Route::About(About::Groups)),
        ["apis", group] => Some(Route::About(About::Group(group))),
        ["api", version] => Some(Route::About(About::Resources { group: "", version })),
        ["apis", group, version] => Some(Route::About(About::Resources { group, version })),
        ["api", version, ref rest @ ..] => objects("", version, rest),
        ["apis", group, version, ref rest @ ..] => objects(group, version, rest),
        _ => None,
    }
}

fn objects<'a>(group: &str, version: &str, rest: &[&'a str]) -> Option<Route<'a>> {
    let kind = |plural: &str| {
        let is_meant = |k: &&Kind| k.group == group && k.version == version && k.plural == plural;
        KINDS.iter().find(is_meant)
    };
    let namespaced = |plural: &str| kind(plural).filter(|kind| kind.namespaced);
    match *rest {
        [plural] => Some(Route::Collection {
            kind: kind(plural)?,
            namespace: None,
        }),
        [plural, name] => Some(Route::Object {
            kind: kind(plural).filter(|kind| !kind.namespaced && kind.is_kept())?,
            namespace: "",
            name,
        }),
        ["namespaces", namespace, plural] => Some(Route::Collection {
            kind: namespaced(plural)?,
            namespace: Some(namespace),
        }),
        ["namespaces", namespace, plural, name] => Some(Route::Object {
            kind: namespaced(plural)?,
            namespace,
            name,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_mean_what_they_mean_in_kubernetes() {
        let kind = |name| Kind::named(name).unwrap();
        let found = [
            ("/version", Route::About(About::Version)),
            ("/api", Route::About(About::Core)),
            ("/apis/", Route::About(About::Groups)),
            (
                "/apis/security.istio.io",
                Route::About(About::Group("security.istio.io")),
            ),
            (
                "/api/v1",
                Route::About(About::Resources {
                    group: "",
                    version: "v1",
                }),
            ),
            (
                "/api/v1/pods",
                Route::Collection {
                    kind: kind("Pod"),
                    namespace: None,
                },
            ),
            (
                "/api/v1/namespaces/shop",
                Route::Object {
                    kind: kind("Namespace"),
                    namespace: "",
                    name: "shop",
                },
            ),
            (
                "/apis/networking.istio.io/v1/namespaces/shop/gateways/edge",
                Route::Object {
                    kind: kind("Gateway"),
                    namespace: "shop",
                    name: "edge",
                },
            ),
        ];
        for (path, meaning) in found {
            assert_eq!(route(path), Some(meaning), "{path}");
        }
        for path in [
            "/",
            "/metrics",
            "/api/v1/nodes",
            "/api/v2/pods",
            "/api/v1/pods/web",
            "/api/v1/namespaces/shop/pods/web/log",
            "/apis/networking.istio.io/v1/envoyfilters",
            "/api/v1/namespaces/shop/namespaces",
        ] {
            assert_eq!(route(path), None, "{path}");
        }
    }
}
