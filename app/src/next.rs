//! Where to go after signing in.

/// Takes an address within the product, and nothing else: one slash at the start, and nothing by which a
/// browser could be led to another host.
pub(crate) fn next(wanted: Option<&str>) -> String {
    let home = "/".to_owned();
    let Some(wanted) = wanted else { return home };
    let inside = wanted.starts_with('/')
        && !wanted.starts_with("//")
        && !wanted.starts_with("/api/")
        && !wanted.contains('\\')
        && wanted.chars().all(|c| c.is_ascii_graphic());
    if inside { wanted.to_owned() } else { home }
}

#[cfg(test)]
mod tests {
    use super::next;

    #[test]
    fn an_address_within_the_product_is_kept() {
        for wanted in [
            "/",
            "/settings",
            "/c/shop?site=eu-west#top",
            "/c/shop/services/default%2Fa",
        ] {
            assert_eq!(next(Some(wanted)), wanted);
        }
        assert_eq!(next(None), "/");
    }

    #[test]
    fn no_address_leads_elsewhere() {
        let hosts = [
            "evil.example",
            "evil.example/path",
            "127.0.0.1:9",
            "[::1]",
            "user@evil.example",
        ];
        let ways = [
            "//",
            "///",
            "/\\",
            "\\/",
            "\\\\",
            "https://",
            "http:",
            "https:/",
            "javascript:",
            "data:",
            " //",
            "\t//",
            "/\t/",
            "/\n/",
            "\r\n//",
            "",
            "/\u{2028}/",
            "//\u{ff0f}",
            "/\u{0}/",
            "./..//",
        ];
        let mut tried = 0;
        for host in hosts {
            for way in ways {
                assert_eq!(next(Some(&format!("{way}{host}"))), "/", "{way:?}{host}");
                tried += 1;
            }
        }
        assert_eq!(tried, 100);
        assert_eq!(next(Some("/api/sign_out")), "/");
    }
}
