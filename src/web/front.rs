//! What stands before the site: the address that people know it by, and proxies that speak for them.

use std::{fmt, net::IpAddr, str::FromStr};

use actix_web::{HttpRequest, http::header};
use ipnet::IpNet;
use url::{Host, Url};

/// The public address of the site, such as `https://sluice.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteUrl(Url);

impl FromStr for SiteUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |url: &Url| {
            let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            let anonymous = url.username().is_empty() && url.password().is_none();
            matches!(url.scheme(), "http" | "https") && url.has_host() && bare && anonymous
        };
        let url = Url::parse(text).ok().filter(fits);
        url.map(SiteUrl).ok_or_else(|| "an address such as https://sluice.example.com, without a path".to_owned())
    }
}

/// As an origin: without a slash at its end, and without the port that goes without saying.
impl fmt::Display for SiteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}

/// The header in which proxies write down whom they speak for. Only one is read: a proxy that writes one of them passes
/// the other on as the visitor made it up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    #[default]
    XForwardedFor,
    /// That of RFC 7239.
    Forwarded,
}

impl FromStr for ForwardedHeader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(ForwardedHeader::XForwardedFor),
            "forwarded" => Ok(ForwardedHeader::Forwarded),
            _ => Err("x-forwarded-for or forwarded".to_owned()),
        }
    }
}

/// The site's own address, if one was set, and the proxies whose word about visitors is believed.
#[derive(Debug, Clone, Default)]
pub struct Front {
    pub url: Option<SiteUrl>,
    pub proxies: Vec<IpNet>,
    pub header: ForwardedHeader,
}

impl Front {
    /// Whether people reach the site by https alone.
    pub fn is_secure(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.0.scheme() == "https")
    }

    /// The whole address of a path of this site, for a link that leaves it.
    pub fn link(&self, req: &HttpRequest, path: &str) -> String {
        match &self.url {
            Some(url) => format!("{url}{path}"),
            None => format!("http://{}{path}", host(req).unwrap_or("localhost")),
        }
    }

    /// Whether an `Origin` header names this site.
    pub fn is_origin(&self, req: &HttpRequest, origin: &str) -> bool {
        match &self.url {
            Some(url) => url.to_string() == origin,
            None => origin.strip_prefix("http://").is_some_and(|named| host(req) == Some(named)),
        }
    }

    /// Whether the request asks for this site. One without a public address serves its own machine only, so that no
    /// other name can be pointed at it (DNS rebinding).
    pub fn is_asked(&self, req: &HttpRequest) -> bool {
        self.url.is_some() || host(req).is_none_or(is_loopback)
    }

    /// Where a request comes from: the last address before the proxies that are trusted; none where unknown.
    pub fn visitor(&self, req: &HttpRequest) -> Option<IpAddr> {
        let peer = req.peer_addr()?.ip().to_canonical();
        let mut nearest = peer;
        let mut told = told(req, self.header).into_iter();
        while self.trusts(nearest) {
            // What a trusted proxy cannot say leaves the proxy itself.
            match told.next() {
                Some(Some(address)) => nearest = address,
                Some(None) | None => break,
            }
        }
        Some(nearest)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(&address))
    }
}

fn host(req: &HttpRequest) -> Option<&str> {
    req.headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .or_else(|| req.uri().authority().map(|a| a.as_str()))
}

fn is_loopback(host: &str) -> bool {
    let url = Url::parse(&format!("http://{host}"));
    match url.as_ref().ok().and_then(Url::host) {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

// The addresses that proxies wrote down, the nearest first; those that are none stay as `None`.
fn told(req: &HttpRequest, header: ForwardedHeader) -> Vec<Option<IpAddr>> {
    let all = |name: &str| {
        let lines = req.headers().get_all(name).map(|line| String::from_utf8_lossy(line.as_bytes()));
        lines.collect::<Vec<_>>().join(",")
    };
    let mut told: Vec<Option<IpAddr>> = match header {
        ForwardedHeader::XForwardedFor => all("x-forwarded-for").split(',').map(address).collect(),
        ForwardedHeader::Forwarded => all("forwarded").split(',').map(forwarded_for).collect(),
    };
    told.reverse();
    told
}

// RFC 7239: `for=192.0.2.60;proto=http`, `For="[2001:db8:cafe::17]:4711"`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let node = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for")).map(|(_, node)| node).next()?;
    address(node.trim().trim_matches('"'))
}

// With or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(address, _)| address);
    let plain = bare.parse().ok();
    let address: IpAddr = plain.or_else(|| bare.parse().ok().map(|socket: std::net::SocketAddr| socket.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{http::header::HeaderValue, test::TestRequest};

    fn behind(proxies: &[&str]) -> Front {
        Front { proxies: proxies.iter().map(|network| network.parse().unwrap()).collect(), ..Front::default() }
    }

    fn visitor(front: &Front, peer: &str, header: (&str, &str)) -> String {
        let peer = format!("{peer}:4000").parse().unwrap();
        let req = TestRequest::get().peer_addr(peer).insert_header(header).to_http_request();
        front.visitor(&req).unwrap().to_string()
    }

    #[test]
    fn an_address_is_taken_from_trusted_proxies_only() {
        let told = ("X-Forwarded-For", "203.0.113.9");
        assert_eq!(visitor(&behind(&[]), "10.0.0.1", told), "10.0.0.1");
        assert_eq!(visitor(&behind(&["10.0.0.0/8"]), "10.0.0.1", told), "203.0.113.9");
        assert_eq!(visitor(&behind(&["10.0.0.0/8"]), "192.0.2.1", told), "192.0.2.1");
    }

    #[test]
    fn what_a_visitor_made_up_stands_behind_what_the_proxy_saw() {
        let front = behind(&["10.0.0.0/8"]);
        assert_eq!(visitor(&front, "10.0.0.1", ("X-Forwarded-For", "1.2.3.4, 203.0.113.9")), "203.0.113.9");
        assert_eq!(visitor(&front, "10.0.0.1", ("X-Forwarded-For", "1.2.3.4, 203.0.113.9, 10.0.0.2")), "203.0.113.9");
        assert_eq!(visitor(&front, "10.0.0.1", ("X-Forwarded-For", "1.2.3.4, unknown")), "10.0.0.1");
        assert_eq!(visitor(&front, "10.0.0.1", ("X-Forwarded-For", "")), "10.0.0.1");
    }

    #[test]
    fn the_header_that_the_proxy_does_not_write_is_not_read() {
        let front = behind(&["10.0.0.0/8"]);
        assert_eq!(visitor(&front, "10.0.0.1", ("Forwarded", "for=8.8.8.8")), "10.0.0.1");
        let other = Front { header: ForwardedHeader::Forwarded, ..front };
        assert_eq!(visitor(&other, "10.0.0.1", ("X-Forwarded-For", "8.8.8.8")), "10.0.0.1");
        let peer = "10.0.0.1:4000".parse().unwrap();
        let strange = HeaderValue::from_bytes(b"\xff, 203.0.113.50").unwrap();
        let req = TestRequest::get().peer_addr(peer).insert_header(("X-Forwarded-For", strange)).to_http_request();
        let seen = behind(&["10.0.0.0/8"]).visitor(&req).unwrap().to_string();
        assert_eq!(seen, "203.0.113.50", "what a visitor made up hides nothing");
    }

    #[test]
    fn both_headers_and_both_families_are_read() {
        let front = Front { header: ForwardedHeader::Forwarded, ..behind(&["10.0.0.0/8", "fd00::/8"]) };
        for (text, address) in [
            ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=192.0.2.43, for=198.51.100.17:80", "198.51.100.17"),
            ("for=192.0.2.43, for=\"[fd00::1]\"", "192.0.2.43"),
            ("for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            assert_eq!(visitor(&front, "10.0.0.1", ("Forwarded", text)), address, "{text}");
        }
        assert_eq!(visitor(&front, "[::ffff:10.0.0.1]", ("Forwarded", "for=192.0.2.60")), "192.0.2.60");
    }

    #[test]
    fn a_public_address_is_an_origin() {
        for text in ["https://sluice.example.com", "http://10.0.0.5:8080/", "https://[2001:db8::1]"] {
            assert!(text.parse::<SiteUrl>().is_ok(), "{text}");
        }
        for text in ["", "sluice.example.com", "ftp://a", "https://a/b", "https://u:p@a", "https://a?b", "https://a#b"]
        {
            assert!(text.parse::<SiteUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn without_a_public_address_only_names_of_this_machine_are_answered() {
        let asked = |host: &str| {
            let req = TestRequest::get().insert_header(("Host", host.to_owned())).to_http_request();
            Front::default().is_asked(&req)
        };
        for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "demo.localhost"] {
            assert!(asked(host), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example", "10.0.0.1:8080", "127.0.0.1.evil.example", "", "a b"] {
            assert!(!asked(host), "{host}");
        }
    }
}
