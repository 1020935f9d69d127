//! IP networks (S-245).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A network: addresses whose first `prefix` bits are those of `address`.
#[derive(Debug)]
pub(super) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let error = || format!("'{text}' is no network (S-245)");
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| error())?;
        let width = bits(address).len() as u32;
        let prefix = match length {
            None => width,
            Some(length) => prefix_length(length, address).ok_or_else(error)?,
        };
        let network = Self { address, prefix };
        if prefix > width || bits(address)[prefix as usize..].contains(&true) {
            return Err(error());
        }
        Ok(network)
    }

    /// Whether the text is entirely an address inside the network.
    pub(super) fn holds(&self, text: &str) -> bool {
        let without_zone = match text.split_once('%') {
            // Only IPv6 has zones, and an empty one names nothing.
            Some((address, zone)) if address.contains(':') && !zone.is_empty() => address,
            Some(_) => return false,
            None => text,
        };
        let Ok(address) = without_zone.parse::<IpAddr>() else {
            return false;
        };
        self.contains(address)
            || matches!(address, IpAddr::V6(v6)
                if v6.to_ipv4_mapped().is_some_and(|v4| self.contains(v4.into())))
    }

    fn contains(&self, address: IpAddr) -> bool {
        let prefix = self.prefix as usize;
        address.is_ipv4() == self.address.is_ipv4()
            && bits(address)[..prefix] == bits(self.address)[..prefix]
    }
}

/// A decimal prefix length, or for IPv4 a dotted netmask: ones, then zeros.
fn prefix_length(text: &str, address: IpAddr) -> Option<u32> {
    if let (IpAddr::V4(_), Ok(mask)) = (address, text.parse::<Ipv4Addr>()) {
        let mask = mask.to_bits();
        return (mask.leading_ones() + mask.trailing_zeros() == 32).then(|| mask.leading_ones());
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

fn bits(address: IpAddr) -> Vec<bool> {
    let octets = match address {
        IpAddr::V4(v4) => Ipv4Addr::octets(&v4).to_vec(),
        IpAddr::V6(v6) => Ipv6Addr::octets(&v6).to_vec(),
    };
    octets
        .iter()
        .flat_map(|octet| (0..8).map(move |bit| octet & (0x80 >> bit) != 0))
        .collect()
}

#[test]
fn rule_values() {
    for good in [
        "10.0.0.0/8",
        "10.0.0.1",
        "10.0.0.0/255.0.0.0",
        "0.0.0.0/0",
        "fe80::/10",
        "::1",
        "::/0",
    ] {
        assert!(Network::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "10.0.0.1/8",
        "10.*",
        "",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/255.0.255.0",
        "10.0.0.0/+8",
        "fe80::1%eth0",
        "fe80::/ffff::",
        "10.0.0/8",
        "010.0.0.0/8",
        "[::1]",
    ] {
        assert!(Network::parse(bad).is_err(), "{bad}");
    }
}
