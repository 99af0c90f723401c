//! Links that pay whoever sends a buyer.

use url::Url;

/// Hosts that pass a buyer on and note who sent them.
const BROKERS: [&str; 16] = [
    "amzn.to",
    "awin1.com",
    "shareasale.com",
    "shrsl.com",
    "anrdoezrs.net",
    "dpbolvw.net",
    "jdoqocy.com",
    "kqzyfj.com",
    "tkqlhce.com",
    "linksynergy.com",
    "go2cloud.org",
    "impactradius.com",
    "pjtra.com",
    "rstyle.me",
    "skimresources.com",
    "tradedoubler.com",
];

/// Whether following a link and buying pays its author: affiliate programmes by their hosts and parameters.
pub fn pays(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
    let is_broker = BROKERS.iter().any(|broker| host == *broker || host.ends_with(&format!(".{broker}")));
    let is_amazon = host.starts_with("amazon.") || host.contains(".amazon.");
    let has = |name: &str| url.query_pairs().any(|(key, value)| key == name && !value.is_empty());
    is_broker
        || (is_amazon && has("tag"))
        || ["aff", "affid", "aff_id", "affiliate", "affiliate_id", "partner_id", "irclickid"]
            .iter()
            .any(|name| has(name))
        || url.path().contains("/aff/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_pays_is_told_from_one_that_does_not() {
        for (url, pay) in [
            ("https://www.amazon.co.uk/dp/1?tag=me-21", true),
            ("https://www.amazon.co.uk/dp/1", false),
            ("https://amzn.to/3x", true),
            ("https://shop.example/?aff_id=7", true),
            ("https://blog.example/?tag=bread", false),
            ("https://click.linksynergy.com/x", true),
        ] {
            assert_eq!(pays(&Url::parse(url).unwrap()), pay, "{url}");
        }
    }
}
