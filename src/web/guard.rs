//! Which addresses may be reached. What the user named may be anywhere; what discovery found must be public, after DNS
//! and after every redirect, so that a page cannot make penpal knock at the router at home.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Who asked for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The user, by name.
    Named,
    /// It was found in a page or a post.
    Found,
}

/// Whether an address belongs to the public internet (IANA's special-purpose registries, RFC 6890).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    !(v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_multicast()
        || v4.is_broadcast()
        || v4.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // carrier-grade NAT
        || (a == 198 && (18..20).contains(&b)) // benchmarking
        || (a == 192 && b == 0 && c == 0))
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [a, b, ..] = v6.segments();
    let embedded_v4 = match (a, b) {
        // NAT64 and 6to4 carry an IPv4 address that is reached in the end.
        (0x64, 0xff9b) => Some([v6.octets()[12], v6.octets()[13], v6.octets()[14], v6.octets()[15]]),
        (0x2002, _) => Some([v6.octets()[2], v6.octets()[3], v6.octets()[4], v6.octets()[5]]),
        _ => None,
    };
    embedded_v4.is_none_or(|v4| is_public_v4(v4.into()))
        && ((a & 0xe000) == 0x2000 || a == 0x64) // global unicast
        && (a, b) != (0x2001, 0xdb8) // documentation
}

/// Whether an address itself says that it lies on a private network, so that whoever named it may be led within that.
pub fn is_private(url: &Url) -> bool {
    check(url, Trust::Found, false).is_err()
}

/// Whether an address may be asked for without looking its name up. `Err` says why not.
pub(super) fn check(url: &Url, trust: Trust, allow_private: bool) -> Result<(), &'static str> {
    if trust == Trust::Named || allow_private {
        return Ok(());
    }
    let refused = match url.host() {
        Some(Host::Ipv4(v4)) => !is_public_v4(v4),
        Some(Host::Ipv6(v6)) => !is_public(v6.into()),
        Some(Host::Domain(name)) => is_local_name(name),
        None => true,
    };
    if refused { Err("it is on a private network, and nobody named it") } else { Ok(()) }
}

/// Whether a page or list at `from` may lead to `to`: into a private network only from within one.
pub fn may_lead(from: &Url, to: &Url) -> bool {
    check(from, Trust::Found, false).is_err() || check(to, Trust::Found, false).is_ok()
}

/// Names that never mean a public host (RFC 6761, 6762, 8375).
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    !name.contains('.')
        || [".localhost", ".local", ".internal", ".home.arpa", ".lan"].iter().any(|suffix| name.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_named_cannot_be_private() {
        for (url, allowed) in [
            ("https://example.org/", true),
            ("http://93.184.216.34/", true),
            ("http://127.0.0.1/", false),
            ("http://2130706433/", false), // 127.0.0.1 as one number
            ("http://0x7f.1/", false),
            ("http://10.0.0.8:8080/", false),
            ("http://169.254.169.254/latest/meta-data", false),
            ("http://100.64.0.1/", false),
            ("http://[::1]/", false),
            ("http://[::ffff:192.168.0.1]/", false),
            ("http://[64:ff9b::a00:1]/", false),
            ("http://[fe80::1]/", false),
            ("http://[fd00::1]/", false),
            ("http://[2606:2800:220:1::1]/", true),
            ("http://localhost/", false),
            ("http://printer.local/", false),
            ("http://router/", false),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(check(&url, Trust::Found, false).is_ok(), allowed, "{url}");
            assert!(check(&url, Trust::Named, false).is_ok());
        }
    }
}
