//! Networks and the addresses in them (S-245).

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};

/// A block of IPv4 or IPv6 addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Network(IpNet);

/// Why a text is not a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NetworkError {
    /// `10.*`; with the network that was probably meant.
    Wildcard {
        text: String,
        meant: Option<Network>,
    },
    /// Neither an address nor one with a prefix or netmask.
    Address { text: String },
    /// What stands behind the slash is no prefix length of this kind of address, and no netmask.
    Prefix {
        text: String,
        prefix: String,
        longest: u8,
    },
    /// An address inside the network instead of the network.
    HostBits { text: String, network: Network },
}

impl Network {
    /// Reads `address`, `address/prefix length` or, for IPv4, `address/netmask`.
    ///
    /// # Errors
    /// Wildcards, addresses with host bits and everything else, with the remedy where there is one.
    pub(crate) fn parse(text: &str) -> Result<Self, NetworkError> {
        if text.contains(['*', '?']) {
            return Err(NetworkError::Wildcard {
                text: text.to_owned(),
                meant: of_wildcard(text),
            });
        }
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NetworkError::Address {
            text: text.to_owned(),
        })?;
        let network = prefix_length(address, prefix)
            .and_then(|length| IpNet::new(address, length).ok())
            .ok_or_else(|| NetworkError::Prefix {
                text: text.to_owned(),
                prefix: prefix.unwrap_or_default().to_owned(),
                longest: longest_prefix(address),
            })?;
        if network.trunc() == network {
            Ok(Self(network))
        } else {
            Err(NetworkError::HostBits {
                text: text.to_owned(),
                network: Self(network.trunc()),
            })
        }
    }

    /// Whether `address` lies in the network. An IPv4-mapped IPv6 address also counts as its IPv4 address; an IPv4
    /// address never lies in an IPv6 network.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        match (self.0, address) {
            (IpNet::V4(network), IpAddr::V4(address)) => network.contains(&address),
            (IpNet::V6(network), IpAddr::V6(address)) => network.contains(&address),
            (IpNet::V4(network), IpAddr::V6(address)) => address
                .to_ipv4_mapped()
                .is_some_and(|address| network.contains(&address)),
            (IpNet::V6(_), IpAddr::V4(_)) => false,
        }
    }

    /// Whether every address of `other` lies in this network. Networks of different kinds never do here, although an
    /// IPv4-mapped address may.
    pub(crate) fn includes(&self, other: &Self) -> bool {
        self.0.contains(&other.0)
    }

    /// Whether no address lies in both, mapped ones considered.
    pub(crate) fn is_disjoint(&self, other: &Self) -> bool {
        let same_kind = matches!(
            (self.0, other.0),
            (IpNet::V4(_), IpNet::V4(_)) | (IpNet::V6(_), IpNet::V6(_))
        );
        same_kind && !self.includes(other) && !other.includes(self)
    }

    /// The first address.
    pub(crate) fn first(&self) -> IpAddr {
        self.0.network()
    }

    #[cfg(test)]
    /// Whether the whole `text` is an address in the network.
    pub(crate) fn contains_text(&self, text: &str) -> bool {
        parse_address(text).is_some_and(|address| self.contains(address))
    }
}

/// Reads a text that is entirely an address in standard form: no port, no brackets, no leading zeros. The zone of
/// an IPv6 address (`%eth0`) is dropped.
pub(crate) fn parse_address(text: &str) -> Option<IpAddr> {
    match text.split_once('%') {
        None => text.parse().ok(),
        Some((_, "")) => None,
        Some((address, _zone)) => address.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
    }
}

fn prefix_length(address: IpAddr, prefix: Option<&str>) -> Option<u8> {
    match (prefix, address) {
        (None, _) => Some(longest_prefix(address)),
        (Some(mask), IpAddr::V4(_)) if mask.contains('.') => {
            ipnet::ipv4_mask_to_prefix(mask.parse().ok()?).ok()
        }
        (Some(digits), _) => parse_length(digits),
    }
}

/// `u8::from_str` would take `+8` and `008` too.
fn parse_length(digits: &str) -> Option<u8> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    if plain && !leading_zero {
        digits.parse().ok()
    } else {
        None
    }
}

fn longest_prefix(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// `10.*`, `10.1.*.*`: leading octets, then stars only.
fn of_wildcard(text: &str) -> Option<Network> {
    let mut octets = [0; 4];
    let mut known = 0;
    let mut stars = false;
    for part in text.split('.') {
        if part == "*" {
            stars = true;
        } else if stars {
            return None;
        } else {
            *octets.get_mut(known)? = part.parse().ok()?;
            known += 1;
        }
    }
    let length = 8 * u8::try_from(known).ok()?;
    let network = Ipv4Net::new(Ipv4Addr::from(octets), length).ok()?;
    (stars && known > 0).then_some(Network(network.into()))
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wildcard {
                text,
                meant: Some(network),
            } => {
                write!(
                    f,
                    "network '{text}' has a wildcard, but takes a prefix length (write '{network}')"
                )
            }
            Self::Wildcard { text, meant: None } => write!(
                f,
                "network '{text}' has a wildcard, but takes a prefix length (write it like '10.0.0.0/8')"
            ),
            Self::Address { text } => write!(
                f,
                "'{text}' is no network, but an address with a prefix length is needed (write it like '10.0.0.0/8' or 'fe80::/10')"
            ),
            Self::Prefix {
                text,
                prefix,
                longest: longest @ 32,
            } => write!(
                f,
                "network '{text}' has the prefix length '{prefix}', but takes 0 to {longest} or a netmask like '255.255.0.0'"
            ),
            Self::Prefix {
                text,
                prefix,
                longest,
            } => {
                write!(
                    f,
                    "network '{text}' has the prefix length '{prefix}', but takes 0 to {longest}"
                )
            }
            Self::HostBits { text, network } => write!(
                f,
                "network '{text}' has bits set behind its prefix, but takes the first address of the network (write '{network}')"
            ),
        }
    }
}

impl Error for NetworkError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::parse(text).expect(text)
    }

    #[test]
    fn contains_addresses() {
        let ten = network("10.0.0.0/8");
        for inside in ["10.1.2.3", "::ffff:10.1.2.3", "::FFFF:0a01:0203"] {
            assert!(ten.contains_text(inside), "{inside}");
        }
        for outside in [
            "11.0.0.1",
            "10.1.2.3:80",
            "010.1.2.3",
            "167772161",
            " 10.1.2.3",
            "10.1.2",
            "10.1.2.3%eth0",
            "",
            "::10.1.2.3",
            "10.1.2.3/8",
            "[::ffff:10.1.2.3]",
            "::ffff:11.1.2.3",
        ] {
            assert!(!ten.contains_text(outside), "{outside}");
        }
        let link_local = network("fe80::/10");
        assert!(link_local.contains_text("FE80::1") && link_local.contains_text("fe80::1%eth0"));
        assert!(!link_local.contains_text("[fe80::1]") && !link_local.contains_text("fe80::1%"));
        assert!(!network("::/0").contains_text("10.1.2.3"));
        assert!(network("::ffff:0:0/96").contains_text("::ffff:10.1.2.3"));
    }

    #[test]
    fn reads_every_form() {
        for (text, shown) in [
            ("10.0.0.1", "10.0.0.1/32"),
            ("10.0.0.0/255.0.0.0", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("FE80::/10", "fe80::/10"),
            ("::1", "::1/128"),
        ] {
            assert_eq!(network(text).to_string(), shown);
        }
    }

    #[test]
    fn networks_hold_each_other_or_not() {
        let ten = network("10.0.0.0/8");
        let inner = network("10.1.0.0/16");
        let other = network("192.168.0.0/16");
        let six = network("fe80::/10");
        assert!(ten.includes(&inner) && ten.includes(&ten));
        assert!(!inner.includes(&ten) && !ten.includes(&other) && !ten.includes(&six));
        assert!(ten.is_disjoint(&other) && other.is_disjoint(&ten));
        assert!(!ten.is_disjoint(&inner) && !inner.is_disjoint(&ten));
        // Mapped addresses may be in both.
        assert!(!ten.is_disjoint(&six) && !six.is_disjoint(&ten));
    }

    #[test]
    fn wildcards_that_mean_no_network() {
        assert_eq!(of_wildcard("*").map(|it| it.to_string()), None);
        assert_eq!(of_wildcard("10.1.2.3").map(|it| it.to_string()), None);
        let ten = of_wildcard("10.*.*.*").map(|it| it.to_string());
        assert_eq!(ten.as_deref(), Some("10.0.0.0/8"));
    }

    #[test]
    fn errors_name_the_remedy() {
        for (text, message) in [
            (
                "10.*",
                "network '10.*' has a wildcard, but takes a prefix length (write '10.0.0.0/8')",
            ),
            (
                "10.1.*.*",
                "network '10.1.*.*' has a wildcard, but takes a prefix length (write '10.1.0.0/16')",
            ),
            (
                "fe80:*",
                "network 'fe80:*' has a wildcard, but takes a prefix length (write it like '10.0.0.0/8')",
            ),
            (
                "10.0.0.1/8",
                "network '10.0.0.1/8' has bits set behind its prefix, but takes the first address of the network (write '10.0.0.0/8')",
            ),
            (
                "10.0.0.0/33",
                "network '10.0.0.0/33' has the prefix length '33', but takes 0 to 32 or a netmask like '255.255.0.0'",
            ),
            (
                "fe80::/129",
                "network 'fe80::/129' has the prefix length '129', but takes 0 to 128",
            ),
            (
                "host/8",
                "'host/8' is no network, but an address with a prefix length is needed (write it like '10.0.0.0/8' or 'fe80::/10')",
            ),
        ] {
            assert_eq!(Network::parse(text).expect_err(text).to_string(), message);
        }
        for text in [
            "",
            "/",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/255.0.255.0",
            "10.0.0.0/0.0.0.255",
            "fe80::/255.0.0.0",
            "010.0.0.0/8",
            "fe80::%eth0/10",
            "10.0.0.0/8/8",
            "10.0.0.0 /8",
            "*",
            "*.10",
        ] {
            assert!(Network::parse(text).is_err(), "{text}");
        }
    }
}
